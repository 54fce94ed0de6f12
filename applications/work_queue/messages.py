"""Messages that wait for the applicant's answer, and answers that wait for the office."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from applications.models import CaseMessage
from applications.rules.messages import UNDER_WAY
from applications.visibility import of_office, office_programmes
from applications.work_queue import in_office
from core.accounts.models import User
from core.dates import london
from core.text import plural
from core.visibility import visible
from core.work_queue import Task, WorkItem


def answered(user: User, _now: datetime) -> QuerySet[CaseMessage]:
    """Answers that nobody has dealt with, on cases that are under way."""
    waiting = CaseMessage.objects.filter(
        answered_at__isnull=False, dealt_with_at=None, application__status__in=UNDER_WAY
    )
    return of_office(visible(waiting, user), user, "application__call__programme")


def to_answer(user: User) -> QuerySet[CaseMessage]:
    """Messages to the person's organisations that wait for an answer."""
    asked = CaseMessage.objects.filter(party=CaseMessage.Party.ORGANISATION, answered_at=None)
    return asked.filter(application__organisation__in=user.organisation_ids, application__status__in=UNDER_WAY)


ANSWERED = Task("answered", CaseMessage, "answered", answered, in_office)


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if user.organisation_ids:
        for message in to_answer(user).select_related("application"):
            sentence = f"Answer the grants office about {message.application}: {message.subject}"
            yield WorkItem(sentence, message.get_absolute_url(), since=london(message.sent_at).date())
    if office_programmes(user) and (count := answered(user, now).count()):
        sentence = plural(count, "answer from an applicant to deal with", "answers from applicants to deal with")
        yield WorkItem(sentence, ANSWERED.url)

"""Calls that wait for the office: drafts, questions, and those whose applicants have all had their answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from applications.actions.call_endings import is_answered
from applications.lifecycle import CallStatus
from applications.models import Application, Call, Enquiry
from applications.visibility import conflicts_of, of_office
from applications.work_queue.scope import in_office
from core.accounts.models import User
from core.text import plural
from core.work_queue import Task, WorkItem, number_of

DAY = timedelta(days=1)  # nobody is in the last minutes of grace any more
SUBMITTED = Application.objects.filter(call=OuterRef("pk"), submitted_at__isnull=False, is_rehearsal=False)


def drafts(user: User, _now: datetime) -> QuerySet[Call]:
    return of_office(Call.objects.filter(status=CallStatus.DRAFT), user, "programme")


def asked_about(user: User, _now: datetime) -> QuerySet[Call]:
    waiting = Enquiry.objects.filter(handled_at=None, call=OuterRef("pk"))
    return of_office(Call.objects.filter(Exists(waiting), status=CallStatus.PUBLISHED), user, "programme")


def to_decide(user: User, now: datetime) -> QuerySet[Call]:
    """Closed calls to which somebody applied, where nobody waits for an answer and nobody may still submit.

    Not those with an application from which the person stood aside: that it has its answer is a fact of the case.
    """
    rows = Call.objects.filter(Exists(SUBMITTED), status=CallStatus.PUBLISHED, closes_at__lte=now - DAY)
    rows = rows.exclude(kind=Call.Kind.ROLLING).exclude(pk__in=conflicts_of(user).values("application__call"))
    return of_office(rows.filter(is_answered(now)), user, "programme")


DRAFTS = Task("finish", Call, "to finish", drafts, in_office)
QUESTIONS = Task("questions", Call, "with a question to answer", asked_about, in_office)
TO_DECIDE = Task("decide", Call, "to mark as decided", to_decide, in_office)
TASKS = (DRAFTS, QUESTIONS, TO_DECIDE)


def office_figures(user: User, now: datetime) -> dict[str, Any]:
    return {
        "drafts": number_of(drafts(user, now)),
        "asked_about": number_of(asked_about(user, now)),
        "to_decide": number_of(to_decide(user, now)),
    }


def for_the_office(found: dict[str, Any]) -> Iterator[WorkItem]:
    if count := found["asked_about"]:
        yield WorkItem(f"{plural(count, 'call')} with a question to answer", QUESTIONS.url)
    if count := found["to_decide"]:
        sentence = f"{plural(count, 'call')} to mark as decided: every applicant has an answer"
        yield WorkItem(sentence, TO_DECIDE.url)
    if count := found["drafts"]:
        yield WorkItem(f"{plural(count, 'draft call')} to finish", DRAFTS.url)

"""Equality monitoring: a link is sent once, answers are counted once, and nothing tells whose they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from applications import defaults, letters
from applications.lifecycle import TrailEvent
from applications.models import Application, Call, EqualityLink, EqualityQuestion, EqualityTally
from applications.models.equality import half_year, links_end_at
from core.accounts.links import digest, new_token
from core.accounts.models import Programme, User
from core.audit import trail
from core.lifecycle import require
from core.permissions import check


@transaction.atomic
def put_in_standard(programme: Programme, *, by: User, at: datetime) -> None:
    check(by, "applications.add_equalityquestion", programme)
    has_none = not programme.equality_questions.exists()
    require(has_none, "This programme has equality questions already. Change them below.")
    EqualityQuestion.objects.bulk_create(
        EqualityQuestion(programme=programme, position=place, label=label, answers="\n".join(answers))
        for place, (label, answers) in enumerate(defaults.EQUALITY, start=1)
    )
    trail.record(TrailEvent.EQUALITY_QUESTIONS_PUT_IN, programme, by=by, at=at)


def ask(application: Application, *, name: str, email: str, at: datetime) -> None:
    """Send the proposed secondee a link to the voluntary questions: once, and only where the programme has some.

    The letter is kept with whom it went to; the link is kept with the call. Nothing leads from one to the other once
    the letter is sent and blanked.
    """
    call = application.call
    if not email or not EqualityQuestion.objects.filter(programme=call.programme_id).exists():
        return
    end_at = links_end_at(call)
    if end_at is not None and at >= end_at:
        return  # admitted so late that the link would not work
    token = new_token()
    letter = letters.candidates.equality_link(application, token, name=name, email=email, at=at)
    if letter is not None:
        EqualityLink.objects.create(call=call, token_digest=digest(token))


def find(token: str, at: datetime) -> EqualityLink | None:
    """Return the link of this token; None for one that is not ours, was used, or has ended."""
    return EqualityLink.objects.working(at).select_related("call__programme").filter(token_digest=digest(token)).first()


@transaction.atomic
def answer(link: EqualityLink, answers: Mapping[int, str], *, at: datetime) -> bool:
    """Count what was answered (by question) and delete the link; False when it was used before, and nothing is counted.

    Answers that are not among a question's choices are not counted. No line is written, and of the time only the
    half-year is taken, for a call without a close.
    """
    # The delete takes the row: of two answers at once, one deletes it and counts, the other finds none.
    deleted, _ = EqualityLink.objects.filter(pk=link.pk).delete()
    if not deleted:
        return False
    counts = {"call": link.call, "half_year": "" if link.call.closes_at else half_year(at)}
    questions = list(EqualityQuestion.objects.filter(programme=link.call.programme_id).order_by("pk"))
    EqualityTally.objects.bulk_create(
        [
            EqualityTally(**counts, question=question, answer=choice)
            for question in questions
            for choice in question.choices
        ],
        ignore_conflicts=True,
    )
    for question in questions:  # in one order always, so that two who answer at once never wait for each other
        tally = EqualityTally.objects.filter(**counts, question=question, answer=answers.get(question.pk, ""))
        tally.update(count=F("count") + 1)
    return True


def end_links(call: Call) -> None:
    EqualityLink.objects.filter(call=call).delete()


def end_old_links(at: datetime) -> int:
    deleted, _ = EqualityLink.objects.exclude(pk__in=EqualityLink.objects.working(at).values("pk")).delete()
    return deleted

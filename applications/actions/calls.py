"""What is done to calls: started from the standard form, published, extended, cancelled, decided, archived."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from applications import defaults
from applications.actions import call_checks, equality, invitations, rehearsals
from applications.actions.recipients import leads, link, members
from applications.lifecycle import CALL, LIVE, CallStatus, Status
from applications.models import Application, Call, Clarification, Criterion, Question
from applications.models.equality import LINKS_LAST
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day, say_deadline
from core.letters import outbox
from core.lifecycle import Refused

MEANINGS = 5


@transaction.atomic
def fill_in(call: Call, *, by: User, at: datetime) -> None:
    """Put the criteria and questions of the programme's last call into a new one; the standard form's if none.

    Nothing that is there already is touched: criteria are put in when there are none, and questions likewise.
    """
    if call.status != CallStatus.DRAFT:
        raise Refused("The criteria and questions of a call that is out are not changed.")
    before = _previous(call)
    if not call.criteria.exists():
        Criterion.objects.bulk_create(_criteria_of(call, before))
    if not call.questions.exists():
        Question.objects.bulk_create(_questions_of(call, before))
    trail.record("standard criteria and questions put in", call, by=by, at=at, source=before or "the standard form")


def _previous(call: Call) -> Call | None:
    others = Call.objects.filter(programme=call.programme_id, published_at__isnull=False).exclude(pk=call.pk)
    return others.filter(criteria__isnull=False, questions__isnull=False).distinct().order_by("-opens_at").first()


def _criteria_of(call: Call, before: Call | None) -> list[Criterion]:
    if before is None:
        return [
            Criterion(
                call=call, letter=row.letter, label=row.label, guidance=row.guidance, meanings="\n".join(row.meanings)
            )
            for row in defaults.CRITERIA
        ]
    copied = ("letter", "label", "guidance", "weight", "meanings")
    return [Criterion(call=call, **{name: getattr(row, name) for name in copied}) for row in before.criteria.all()]


def _questions_of(call: Call, before: Call | None) -> list[Question]:
    criteria = {criterion.letter: criterion for criterion in call.criteria.all()}
    copied = ("section", "position", "label", "hint", "word_limit")
    if before is None:
        rows: list[tuple[str, Any]] = [(row.letter, row) for row in defaults.QUESTIONS]
    else:
        questions = before.questions.select_related("criterion")
        rows = [(row.criterion.letter if row.criterion else "", row) for row in questions]
    return [
        Question(call=call, criterion=criteria.get(letter), **{name: getattr(row, name) for name in copied})
        for letter, row in rows
    ]


@transaction.atomic
def publish(call: Call, *, by: User, at: datetime, reason: str = "") -> None:
    """Put the call out; from here on its words stand. Raises Refused naming the first thing that is missing.

    What the check of its text and dates finds is overruled by a reason, and refused without one; both go on the trail.
    """
    if lacking := lacks(call, at):
        raise Refused(lacking[0])
    found = call_checks.found_in(call)
    if found and not reason.strip():
        things = "1 thing" if len(found) == 1 else f"{len(found)} things"
        raise Refused(
            f"The check found {things}. Put right what is wrong, or say why the call goes out as it is.", field="reason"
        )
    CALL.advance(call, "publish", published_at=at, published_by=by)
    rehearsals.clear_all(call, by=by, at=at)
    overruled = {"overruled": [f"{one.where}: {one.sentence}" for one in found], "reason": reason} if found else {}
    trail.record("call published", call, by=by, at=at, opens=call.opens_at, closes=call.closes_at, **overruled)


def lacks(call: Call, at: datetime) -> list[str]:
    """What must be put right before a call can be published, a sentence each; empty when it is complete."""
    return [*_dates_lack(call, at), *_parts_lack(call)]


def _dates_lack(call: Call, at: datetime) -> list[str]:
    lacking = []
    if call.closes_at is None and call.kind != Call.Kind.ROLLING:
        lacking.append("Say when the call closes; only a rolling call has no closing time.")
    if call.closes_at is not None and call.kind == Call.Kind.ROLLING:
        lacking.append("A rolling call takes applications at any time. Empty its closing time, or choose another kind.")
    elif call.closes_at is not None and call.closes_at <= at:
        lacking.append(
            f"The call would close at {say_deadline(call.closes_at)}, which has passed. Choose a later time."
        )
    if call.visits_from_on and call.closes_at and call.visits_from_on < london(call.closes_at).date():
        lacking.append(f"Assessment visits begin on {say_day(call.visits_from_on)}, before the call closes.")
    return lacking


def _parts_lack(call: Call) -> list[str]:
    lacking = []
    criteria = list(call.criteria.all())
    questions = list(call.questions.all())
    if not call.posts.exists():
        lacking.append("Add at least one post, with its purpose, accountabilities and person specification.")
    if not criteria:
        lacking.append("Add the assessment criteria: applicants are told what they are judged by.")
    lacking += [
        f"Say on five lines what each score from 0 to 4 means for criterion {criterion}."
        for criterion in criteria
        if len(criterion.scale) != MEANINGS
    ]
    if not questions:
        lacking.append("Add the questions that applicants answer.")
    own = {criterion.pk for criterion in criteria}
    lacking += [
        f"The question “{question}” serves a criterion of another call. Choose one of this call's."
        for question in questions
        if question.criterion_id and question.criterion_id not in own
    ]
    return lacking


@transaction.atomic
def extend(call: Call, *, closes_at: datetime, reason: str, by: User, at: datetime) -> None:
    """Let the call close later, for everybody, and tell those who apply. A published call is never shortened."""
    if call.status != CallStatus.PUBLISHED or call.closes_at is None:
        raise Refused("Only a published call with a closing time is extended.")
    if closes_at <= call.closes_at:
        sentence = f"The call closes at {say_deadline(call.closes_at)} and is never shortened. Choose a later time."
        raise Refused(sentence, field="closes_at")
    if closes_at <= at:
        raise Refused("Choose a time that is still to come.", field="closes_at")
    if call.applications.exclude(status__in=[Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN]).exists():
        raise Refused("Shortlisting has begun, so the call is not opened again.")
    if at >= call.closes_at + LINKS_LAST:  # its equality counts may have been seen: a later answer would stand out
        raise Refused(
            f"The call closed at {say_deadline(call.closes_at)}, too long ago to be opened again for everybody. Admit "
            "an organisation late, or publish a new call."
        )
    # Compare and set: of two extensions at once, one wins and the other is asked to look again.
    seen = Call.objects.filter(pk=call.pk, status=CallStatus.PUBLISHED, closes_at=call.closes_at)
    if not seen.update(closes_at=closes_at):
        raise Refused("This call was changed by somebody else a moment ago. Reload the page to see where it stands.")
    before, call.closes_at = call.closes_at, closes_at
    invitations.follow_close(call, before=before, closes_at=closes_at)
    trail.record("call extended", call, by=by, at=at, reason=reason, closed_before=before, closes=closes_at)
    for application in told_of_extension(call, closes_at):
        for person in members(application):
            outbox.post(
                "applications.call_extended",
                to=person,
                key=f"call extended:{call.pk}:{closes_at.isoformat()}:{application.pk}:{person.pk}",
                at=at,
                call=call,
                before=say_deadline(before),
                closes=say_deadline(closes_at),
                reason=reason,
                is_in=application.status == Status.SUBMITTED,
                link=link("application", application.shown_reference),
            )


def told_of_extension(call: Call, closes_at: datetime | None = None) -> list[Application]:
    """The applications whose people read of an extension: those that close with the call, not by their own deadline.

    What is submitted counts too: it may be reopened until the new close. `closes_at` is the call's new close, once it
    is set; before, every application counts that closes with the call.
    """
    live = call.applications.real().filter(status__in=[Status.DRAFT, Status.SUBMITTED])
    theirs = live.select_related("organisation", "call")
    return [application for application in theirs if application.closes_at == (closes_at or call.closes_at)]


@transaction.atomic
def clarify(call: Call, *, question: str, answer: str, by: User, at: datetime) -> Clarification:
    """Publish the answer to a question for everybody at once, until the call closes."""
    if call.status != CallStatus.PUBLISHED:
        raise Refused("Answers are published on the page of a call that is out.")
    if call.is_closed(at):
        raise Refused("The call has closed, so an answer would help nobody any more.")
    if not question.strip():
        raise Refused("Write the question as it was asked, without anything that tells who asked.", field="question")
    if not answer.strip():
        raise Refused("Write the answer that everybody reads.", field="answer")
    words = {"question": question.strip(), "answer": answer.strip()}
    published = Clarification.objects.create(call=call, **words, published_at=at, published_by=by)
    trail.record("answer published", call, by=by, at=at, question=question)
    return published


@transaction.atomic
def cancel(call: Call, *, reason: str, by: User, at: datetime) -> None:
    """Call it off, with a reason that those who have begun or handed in an application are told."""
    if not reason.strip():
        raise Refused("Say why the call is cancelled: those who applied are told.", field="reason")
    CALL.advance(call, "cancel")
    equality.end_links(call)
    rehearsals.clear_all(call, by=by, at=at)
    trail.record("call cancelled", call, by=by, at=at, reason=reason)
    for application in call.applications.filter(status__in=LIVE).select_related("organisation"):
        for person in leads(application):
            outbox.post(
                "applications.call_cancelled",
                to=person,
                key=f"call cancelled:{call.pk}:{application.pk}:{person.pk}",
                at=at,
                call=call,
                application=application,
                reason=reason,
            )


@transaction.atomic
def decide(call: Call, *, by: User, at: datetime) -> None:
    """Note that every application of a closed call has its answer."""
    if not call.is_closed(at) and call.kind != Call.Kind.ROLLING:
        raise Refused(f"{call} has not closed yet.")
    open_ones = call.applications.filter(Q(status=Status.SUBMITTED) | Q(status=Status.SHORTLISTED)).count()
    if open_ones:
        raise Refused(f"{open_ones} {'application waits' if open_ones == 1 else 'applications wait'} for an answer.")
    _refuse_while_somebody_may_submit(call, at)
    CALL.advance(call, "decide")
    equality.end_links(call)
    trail.record("call decided", call, by=by, at=at)


def _refuse_while_somebody_may_submit(call: Call, at: datetime) -> None:
    late = call.late_admissions.filter(confirmed_at__isnull=False, closes_at__gt=at).select_related("organisation")
    if (first := late.first()) is not None:
        until = say_deadline(first.closes_at)
        raise Refused(
            f"{first.organisation} was admitted late and may submit until {until}. Decide the call after that."
        )
    entered = call.applications.filter(status=Status.DRAFT, entered_by__isnull=False, own_closes_at__gt=at)
    if (draft := entered.select_related("organisation").first()) is not None:
        raise Refused(f"The application of {draft.organisation}, which came by post or e-mail, is still being entered.")


@transaction.atomic
def archive(call: Call, *, by: User, at: datetime) -> None:
    """Put a decided or cancelled call away."""
    CALL.advance(call, "archive")
    trail.record("call archived", call, by=by, at=at)

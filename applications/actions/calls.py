"""Calls: filled in from the standard form, published, extended, cancelled, decided, archived."""

from datetime import datetime
from typing import Any

from django.db import transaction

from applications import defaults, documents, letters
from applications.actions import (
    call_checks,
    call_endings,
    eligibility,
    enquiries,
    equality,
    invitations,
    rehearsals,
    standing,
)
from applications.actions.call_checks import LaterDates
from applications.actions.call_gaps import refuse_incomplete
from applications.lifecycle import CALL, CallStatus, Status, TrailEvent
from applications.models import Application, Call, Clarification, Criterion, EligibilityItem, Enquiry, Question
from applications.models.equality import LINKS_LAST
from applications.proofreading import Finding
from core import events
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import say_deadline
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import plural


@transaction.atomic
def fill_in(call: Call, *, by: User, at: datetime) -> None:
    """Put criteria, questions and checklist of the programme's last call into a new one; the standard form's if none.

    Nothing that is there already is touched. A programme without reasons for turning down gets the standard ones.
    """
    check(by, "applications.change_call", call)
    is_draft = call.status == CallStatus.DRAFT
    require(is_draft, "You cannot change the criteria and questions of a published call.")
    before = _previous(call)
    if before is not None and not call.sections:
        call.sections = before.sections
        call.save(update_fields=["sections"])
    if not call.criteria.exists():
        Criterion.objects.bulk_create(_criteria_of(call, before))
    if not call.eligibility_items.exists():
        EligibilityItem.objects.bulk_create(_checklist_of(call, before))
    if not call.questions.exists():
        Question.objects.bulk_create(_questions_of(call, before))
    if not call.programme.outcome_reasons.exists():
        eligibility.put_in_reasons(call.programme, by=by, at=at)
    trail.record(TrailEvent.STANDARD_CRITERIA_PUT_IN, call, by=by, at=at, source=before or "the standard form")


def _previous(call: Call) -> Call | None:
    others = Call.objects.filter(programme=call.programme_id, published_at__isnull=False).exclude(pk=call.pk)
    return others.filter(criteria__isnull=False, questions__isnull=False).distinct().order_by("-opens_at").first()


def _criteria_of(call: Call, before: Call | None) -> list[Criterion]:
    if before is None:
        return [
            Criterion(
                call=call,
                letter=row.letter,
                label=row.label,
                guidance=row.guidance,
                meanings="\n".join(row.meanings),
                concerns_person=row.concerns_person,
            )
            for row in defaults.criteria(call.programme.cover_name)
        ]
    copied = ("letter", "label", "guidance", "weight", "concerns_person", "meanings")
    return [Criterion(call=call, **{name: getattr(row, name) for name in copied}) for row in before.criteria.all()]


def _checklist_of(call: Call, before: Call | None) -> list[EligibilityItem]:
    rows = before.eligibility_items.values_list("position", "subject", "label") if before else []
    standard = [(place, *row) for place, row in enumerate(defaults.ELIGIBILITY, start=1)]
    return [
        EligibilityItem(call=call, position=position, subject=subject, label=label)
        for position, subject, label in rows or standard
    ]


def _questions_of(call: Call, before: Call | None) -> list[Question]:
    criteria = {criterion.letter: criterion for criterion in call.criteria.all()}
    copied: tuple[str, ...] = ("section", "position", "label", "hint", "word_limit")
    if before is None:
        standard = defaults.questions(call.programme.cover_name)
        rows: list[tuple[str, Any]] = [(row.letter, row) for row in standard]
    else:
        copied += ("kind", "is_required", "character_limit", "options", "least", "most", "unit")
        questions = before.questions.select_related("criterion")
        rows = [(row.criterion.letter if row.criterion else "", row) for row in questions]
    return [
        Question(call=call, criterion=criteria.get(letter), **{name: getattr(row, name) for name in copied})
        for letter, row in rows
    ]


@transaction.atomic
def publish(call: Call, *, by: User, at: datetime, reason: str = "") -> None:
    """Publish the call; from here on its words are frozen. Raises Refused naming the first thing that is missing.

    What the check of its text and dates finds is overruled by a reason, and refused without one; both go on the trail.
    """
    check(by, "applications.publish_call", call)
    refuse_incomplete(call, at)
    findings = call_checks.found_in(call)
    if findings and not reason.strip():
        raise Refused(
            f"The check found {plural(len(findings), 'thing')}. Fix what is wrong, or enter why you publish the "
            "call without changes.",
            field="reason",
        )
    CALL.advance(call, "publish", published_at=at, published_by=by)
    seal(call, at=at)
    rehearsals.clear_all(call, by=by, at=at)
    overruled = {"overruled": [f"{one.where}: {one.sentence}" for one in findings], "reason": reason}
    facts = {"opens": call.opens_at, "closes": call.closes_at, **(overruled if findings else {})}
    documents.blank(call, call.closes_at, at=at)
    trail.record(TrailEvent.CALL_PUBLISHED, call, by=by, at=at, **facts)


@transaction.atomic
def extend(
    call: Call,
    *,
    closes_at: datetime,
    reason: str,
    later: LaterDates | None = None,
    despite: str = "",
    by: User,
    at: datetime,
) -> None:
    """Let the call close later, for everybody, and tell those who apply. A published call is never shortened.

    `later` are the dates that follow the close, none earlier than it was; without it they stay. What the check of the
    dates finds in them that it did not find before is overruled by a reason (`despite`), and refused without one.
    """
    check(by, "applications.extend_call", call)
    before, was = _refuse_extension(call, closes_at, at), LaterDates.of(call)
    dates = later or was
    changed = dates.changed(call)
    found = _refuse_dates(call, closes_at, dates, despite)
    # Compare and set: of two extensions at once, one wins and the other is asked to look again.
    seen = Call.objects.filter(pk=call.pk, status=CallStatus.PUBLISHED, closes_at=before)
    if not seen.update(closes_at=closes_at, **changed):
        raise Refused("Someone else has just changed this call. Reload the page to see its status.")
    for name, value in {"closes_at": closes_at, **changed}.items():
        setattr(call, name, value)
    seal(call, at=at, is_extended=True)
    invitations.follow_close(call, before=before, closes_at=closes_at)
    documents.blank(call, closes_at, at=at)
    facts: dict[str, Any] = {**changed, **({"despite": despite.strip()} if found else {})}
    moments = {"closed_before": before, "closes": closes_at}
    trail.record(TrailEvent.CALL_EXTENDED, call, by=by, at=at, reason=reason, **moments, **facts)
    news: dict[str, Any] = {"before": before, "reason": reason, "moved": dates.in_words(was)}
    letters.calls.extended(call, closing_with(call), **news, at=at)
    events.publish(events.Event.CALL_EXTENDED, call, by=by, at=at)


def _refuse_dates(call: Call, closes_at: datetime, dates: LaterDates, despite: str) -> list[Finding]:
    """Return what the check finds in the dates. Raises Refused for it without a reason, and for an earlier date."""
    if earlier := [name for name, day in dates.changed(call).items() if day < getattr(call, name)]:
        raise Refused("You cannot move a date that applicants have read to an earlier day.", field=earlier[0])
    found = call_checks.found_in_dates(call, closes_at, dates)
    if found and not despite.strip():
        sentences = " ".join(finding.sentence for finding in found)
        raise Refused(f"{sentences} Change the dates, or write why they are right.", field="despite", code="dates")
    return found


def _refuse_extension(call: Call, closes_at: datetime, at: datetime) -> datetime:
    """Return when the call closes now. Raises Refused unless it may close at the later time."""
    if call.status != CallStatus.PUBLISHED or call.closes_at is None:
        raise Refused("You can extend only a published call with a closing time.")
    if closes_at <= call.closes_at:
        sentence = f"The call closes at {say_deadline(call.closes_at)} and can only be extended. Choose a later time."
        raise Refused(sentence, field="closes_at")
    require(closes_at > at, "Choose a time in the future.", "closes_at")
    refuse_reopening(call, at)
    return call.closes_at


def refuse_reopening(call: Call, at: datetime) -> None:
    """Raise Refused where the call can no longer be extended, to whatever time."""
    sifted = call.applications.exclude(status__in=[Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN])
    require(not sifted.exists(), "Shortlisting has started, so you cannot reopen the call.")
    if (
        call.closes_at is not None and at >= call.closes_at + LINKS_LAST
    ):  # its equality counts may have been seen: a later answer would stand out
        raise Refused(
            f"The call closed at {say_deadline(call.closes_at)}, too long ago to reopen it for everyone. Admit an "
            "organisation late, or publish a new call."
        )


def closing_with(call: Call) -> list[Application]:
    """The drafts and submitted applications that close when the call does, not by a deadline of their own.

    Submitted ones count too: they may be reopened until the close.
    """
    live = call.applications.real().filter(status__in=[Status.DRAFT, Status.SUBMITTED])
    return [one for one in live.select_related("organisation", "call") if one.closes_at == call.closes_at]


@transaction.atomic
def clarify(
    call: Call, *, question: str, answer: str, enquiry: Enquiry | None = None, by: User, at: datetime
) -> Clarification:
    """Publish the answer to a question for everybody at once, until the call closes; email it to who asked."""
    check(by, "applications.clarify_call", call)
    question, answer = question.strip(), answer.strip()
    require(call.status == CallStatus.PUBLISHED, "You can publish answers only for a published call.")
    refuse_answers(call, at)
    require(
        bool(question), "Enter the question as it was asked, without anything that identifies who asked.", "question"
    )
    require(bool(answer), "Enter the answer that everyone will read.", "answer")
    clarification = Clarification.objects.create(
        call=call, question=question, answer=answer, published_at=at, published_by=by
    )
    seal(clarification, at=at)
    trail.record(TrailEvent.ANSWER_PUBLISHED, call, by=by, at=at, question=question)
    if enquiry is not None:
        enquiries.tell_who_asked(enquiry, clarification, at=at)
    return clarification


@transaction.atomic
def cancel(call: Call, *, reason: str, by: User, at: datetime) -> None:
    """Cancel the call, with a reason that everybody reads who has begun, submitted or was asked about an application.

    Raises Refused once an applicant has been told a decision: the call is then decided, not cancelled.
    """
    check(by, "applications.cancel_call", call)
    reason = reason.strip()
    require(bool(reason), "Enter why the call is cancelled. We email this to the applicants.", "reason")
    # Whoever releases a decision or turns an application down locks its row; here all of them are locked.
    list(call.applications.select_for_update(of=("self",)).order_by("pk"))
    refuse_released(call, at)
    CALL.advance(call, "cancel", cancelled_at=at, cancelled_reason=reason)
    seal(call, at=at)
    equality.end_links(call)
    rehearsals.clear_all(call, by=by, at=at)
    trail.record(TrailEvent.CALL_CANCELLED, call, by=by, at=at, reason=reason)
    events.publish(events.Event.CALL_CANCELLED, call, by=by, at=at)


def refuse_answers(call: Call, at: datetime) -> None:
    require(not call.is_closed(at), "The call has closed, so you can no longer publish an answer.")


def refuse_released(call: Call, _at: datetime) -> None:
    sentence = "We have emailed applicants a decision, so you cannot cancel this call. Mark it as decided."
    require(not call.applications.filter(released_at__isnull=False).exists(), sentence, code="released")


@transaction.atomic
def decide(call: Call, *, by: User, at: datetime) -> None:
    check(by, "applications.decide_call", call)
    standing.put_back_due(at, call)
    call_endings.refuse_undecided(call, at)
    CALL.advance(call, "decide")
    equality.end_links(call)
    trail.record(TrailEvent.CALL_DECIDED, call, by=by, at=at)


@transaction.atomic
def archive(call: Call, *, by: User, at: datetime) -> None:
    check(by, "applications.archive_call", call)
    CALL.advance(call, "archive")
    trail.record(TrailEvent.CALL_ARCHIVED, call, by=by, at=at)

"""What pages say about a call, an application, a candidate: worked out here, so that templates compare no status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from applications.actions import slot_endings
from applications.completeness import FilledForm
from applications.lifecycle import CallStatus, CandidateStatus, ExpressionStatus, Status
from applications.models import Application, Call, Candidate, ExpressionOfInterest, StandingSubmission
from applications.models.section import Section
from core.dates import say_day, say_deadline, say_moment

ANSWERS = {
    ExpressionStatus.INVITED: "You are invited to apply to “{call}”.",
    ExpressionStatus.OTHER_WORK: "We suggest other work together.",
    ExpressionStatus.NOT_NOW: "Not now.",
    ExpressionStatus.WITHDRAWN: "You withdrew after we answered.",
}


@dataclass(frozen=True)
class CallWindow:
    """Whether a call takes applications from this visitor, and until when."""

    closes_at: datetime | None
    invited_until: datetime | None
    is_open: bool
    opens_later: bool
    is_draft: bool
    is_cancelled: bool
    is_decided: bool

    @classmethod
    def of(cls, call: Call, invited_until: datetime | None, now: datetime) -> CallWindow:
        """`invited_until` is the end of the visitor's invitation; the call's unshown grace counts for it too."""
        grace = timedelta(seconds=call.grace_seconds)
        is_over = invited_until is not None and now >= invited_until + grace
        return cls(
            closes_at=invited_until or call.closes_at,
            invited_until=invited_until,
            is_open=call.is_open(now) and not is_over,
            opens_later=now < call.opens_at,
            is_draft=call.status == CallStatus.DRAFT,
            is_cancelled=call.status == CallStatus.CANCELLED,
            is_decided=call.status in {CallStatus.DECIDED, CallStatus.ARCHIVED},
        )

    @property
    def has_deadline_ahead(self) -> bool:
        return self.closes_at is not None and (self.is_open or self.opens_later)


@dataclass(frozen=True)
class BegunLink:
    """A button that leads to an application begun in a call."""

    application: Application
    verb: str

    @classmethod
    def for_all(cls, applications: Iterable[Application]) -> list[BegunLink]:
        return [cls(row, "Continue with" if row.status == Status.DRAFT else "See") for row in applications]


@dataclass(frozen=True)
class DraftHeading:
    """The title of a draft's page, and where its back link leads."""

    title: str
    back_url: str
    back_text: str

    @classmethod
    def of(cls, application: Application, *, writes: bool) -> DraftHeading:
        if application.is_rehearsal:
            call_page = reverse("admin:applications_call_change", args=[application.call_id])
            return cls(f"Rehearsal of {application.call}", call_page, "The call in the admin")
        title = f"Application for {application.post}"
        if application.is_entered:
            title = f"{application.organisation}: application for {application.post}"
        if application.is_entered and writes:
            return cls(title, reverse("admin:applications_application_change", args=[application.pk]), "In the admin")
        return cls(title, reverse("applications"), "Applications")


@dataclass(frozen=True)
class CandidateTask:
    """The task of having the proposed secondee confirm: its label, a hint, and a tag.

    `url` is empty when nothing can be pressed; without a `colour` the status is plain text.
    """

    label: str
    hint: str
    status: str
    colour: str
    url: str

    @classmethod
    def of(cls, filled: FilledForm, *, is_open: bool) -> CandidateTask:
        candidate = filled.candidate
        is_named = candidate is not None and bool(candidate.name)
        is_confirmed = candidate is not None and candidate.status == CandidateStatus.CONFIRMED
        status, colour, hint = _confirmation(candidate, filled)
        label, url = candidate.name if candidate is not None and is_named else "The proposed secondee", ""
        if candidate is not None and is_open and is_named and not is_confirmed:
            is_asked = candidate.status == CandidateStatus.ASKED
            label = f"Send {candidate.name} the link {'again' if is_asked else 'to confirm'}"
            url = reverse("application_ask", args=[filled.application.shown_reference])
        return cls(label, hint, status, colour, url)


def _confirmation(candidate: Candidate | None, filled: FilledForm) -> tuple[str, str, str]:
    status = candidate.status if candidate else CandidateStatus.NAMED
    if candidate and candidate.remark:
        return "Something is wrong", "red", "Change what they say is wrong, then send the link again."
    if candidate and status == CandidateStatus.ASKED and candidate.asked_at:
        asked = f"Asked {say_moment(candidate.asked_at)}. You cannot submit the application until they confirm."
        return "Asked", "blue", asked
    if candidate and status == CandidateStatus.CONFIRMED and candidate.confirmed_at:
        return "Confirmed", "", f"Confirmed {say_moment(candidate.confirmed_at)}."
    if filled.missing_before_asking:
        about, terms = (filled.section(one).label for one in (Section.CANDIDATE, Section.SECONDMENT))
        hint = f"Complete “{about}” and “{terms}” before you send the secondee their link."
        return "Cannot send yet", "grey", hint
    return "To ask", "yellow", "They must confirm what the application says about them."


def confirmation_sentence(candidate: Candidate | None) -> str:
    """Whether the proposed secondee has confirmed, for the page on which answers are checked."""
    if candidate and candidate.status == CandidateStatus.CONFIRMED and candidate.confirmed_at:
        return (
            f"{candidate.name} confirmed what the application says about them on {say_moment(candidate.confirmed_at)}."
        )
    if candidate and candidate.status == CandidateStatus.ASKED and candidate.asked_at:
        return f"{candidate.name} was asked on {say_moment(candidate.asked_at)} and has not answered."
    return "You have not asked the proposed secondee yet."


def ending(application: Application) -> str:
    """How an application ended before a decision, in a sentence; empty while it goes on or when it was decided."""
    call = application.call
    if application.status == Status.CALL_CANCELLED and call.cancelled_at:
        return f"The call was cancelled on {say_day(call.cancelled_at)}, so this application goes no further."
    if application.status == Status.WITHDRAWN and application.withdrawn_at:
        return f"This application was withdrawn on {say_day(application.withdrawn_at)}. It goes no further."
    return ""


def copy_notice(application: Application, standing: StandingSubmission | None, now: datetime) -> str:
    """What a page of an application that is being edited says of the last submission; empty where there is none."""
    if standing is None:
        return ""
    since, closes_at = say_moment(standing.submitted_at), application.closes_at
    if not application.is_open(now):
        return f"The deadline has passed. What you submitted on {since} stands; later changes do not count."
    until = f" before {say_deadline(closes_at)}" if closes_at else ""
    return f"You are editing a copy. What you submitted on {since} stands unless you submit again{until}."


def why_not_withdrawn(application: Application) -> str:
    if application.status == Status.WITHDRAWN:
        return "This application is already withdrawn."
    if application.status == Status.CALL_CANCELLED:
        return "The call was cancelled, so you cannot withdraw."
    if application.released_at:
        return "The decision has been made. You can decline an offer on the grant's page."
    return f"Only a lead of {application.organisation} can withdraw it."


@dataclass(frozen=True)
class ExpressionAnswer:
    """What became of an expression of interest, as its organisation reads it; empty while nothing did."""

    sentence: str
    answered_at: datetime | None
    waits: bool

    @classmethod
    def of(cls, expression: ExpressionOfInterest) -> ExpressionAnswer:
        status = ExpressionStatus(expression.status)
        return cls(
            sentence=ANSWERS.get(status, "").format(call=expression.call),
            answered_at=expression.answered_at,
            waits=expression.answered_at is None and status == ExpressionStatus.RECEIVED,
        )


@dataclass(frozen=True)
class VisitLink:
    """Where an organisation chooses the time of its assessment visit, or sees it."""

    label: str
    is_to_choose: bool

    @classmethod
    def of(cls, application: Application, now: datetime) -> VisitLink | None:
        if application.visits.coming().exists():
            return cls("Your assessment visit", is_to_choose=False)
        if slot_endings.open_offers(application, now).exists():
            return cls("Choose a time for the assessment visit", is_to_choose=True)
        return None

"""The timeline of an application as its organisation reads it: from the trail, without what the funder does inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from applications.lifecycle import COMING_VISIT, Status, TrailEvent, VisitStatus
from applications.models import Application
from core.audit import trail
from core.dates import london, say_day, say_deadline, say_exactly

# Only these events are shown; what assessors and the committee do before the release is not.
SHOWN_EVENTS: dict[str, str] = {
    TrailEvent.STARTED: "Started",
    TrailEvent.ENTERED: "Entered by the grants office",
    TrailEvent.SUBMITTED: "Submitted",
    TrailEvent.REOPENED: "Reopened for changes",
    TrailEvent.STANDS: "Closed: your last submission counts",
    TrailEvent.WITHDRAWN: "Withdrawn",
    TrailEvent.ENDED_WITH_CALL: "The call was cancelled",
    TrailEvent.SHORTLISTED: "Shortlisted",
    TrailEvent.CANDIDATE_CONFIRMED: "The proposed secondee confirmed",
    TrailEvent.CANDIDATE_WITHDREW: "The proposed secondee withdrew",
    TrailEvent.VISIT_HELD: "The assessment visit took place",
    TrailEvent.OFFER_ACCEPTED: "You accepted the offer",
    TrailEvent.OFFER_DECLINED: "You declined the offer",
    TrailEvent.OFFER_LAPSED: "The offer lapsed: not both of you agreed in time",
}
OUTCOMES = {
    Status.OFFERED: "A grant is offered to you",
    Status.ACCEPTED: "A grant is offered to you",
    Status.OFFER_DECLINED: "A grant is offered to you",
    Status.RESERVE: "You are on the reserve list",
    Status.UNSUCCESSFUL: "Unsuccessful",
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    title: str
    when: str = ""
    detail: str = ""
    state: str = ""


@dataclass(frozen=True)
class Standing:
    """A status in words, and the state that colours it."""

    text: str
    status: str


def public_status(application: Application) -> Standing:
    """What the organisation is told: an outcome only once it is released."""
    status = Status(application.status)
    if status in OUTCOMES and application.released_at is None:
        return Standing("being decided", "submitted")
    if status == Status.OFFER_DECLINED:  # by organisation or proposed secondee, or lapsed: the timeline says which
        return Standing("offer not taken up", status)
    return Standing(status.label, status)


def story(application: Application) -> list[Entry]:
    """What happened, oldest first, then what is to come."""
    past = []
    for line in trail.history(application):
        if title := SHOWN_EVENTS.get(line.event):
            by = f"by {line.by}" if line.by else ""
            past.append((line.at, Entry(title, say_exactly(line.at), by)))
    if application.released_at is not None and (title := OUTCOMES.get(Status(application.status))):
        past.append((application.released_at, Entry(title, say_day(application.released_at))))
    entries = [entry for _, entry in sorted(past, key=lambda pair: pair[0])]
    return [*entries, *_ahead(application)]


def _ahead(application: Application) -> list[Entry]:
    call, ahead = application.call, []
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        return []
    coming = [visit for visit in application.visits.all() if visit.status in COMING_VISIT]
    for visit in coming:
        state = "confirmed" if visit.status == VisitStatus.CONFIRMED else "proposed"
        ahead.append(Entry(f"Assessment visit ({state})", say_deadline(visit.starts_at), visit.place, "now"))
    if not coming and call.visits_from_on and application.status == Status.SUBMITTED:
        ahead.append(Entry("Assessment visits to shortlisted organisations", window(application), state="ahead"))
    if call.decision_week_on:
        ahead.append(Entry("Decision", f"In the week of {say_day(call.decision_week_on)}", state="ahead"))
    return ahead


def window(application: Application) -> str:
    first, last = application.call.visits_from_on, application.call.visits_to_on
    if first is None:
        return ""
    return f"{say_day(first)} to {say_day(last)}" if last else f"From {say_day(first)}"


def next_date(application: Application, now: datetime) -> str:
    """What comes next and when, in one sentence; empty when nothing does."""
    call = application.call
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        return ""
    if application.closes_at is not None and now < application.closes_at:
        return (
            f"The call closes at {say_deadline(application.closes_at)}. Until then a lead can reopen the application."
        )
    today = london(now).date()
    if application.status == Status.SUBMITTED and call.visits_to_on and today <= call.visits_to_on:
        return f"We visit shortlisted organisations from {window(application)}."
    if call.decision_week_on:
        return f"The decision will be made in the week of {say_day(call.decision_week_on)}. We will email you then."
    return "We will email you when there is a decision."

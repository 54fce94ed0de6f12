"""Assessment visits: arranged, confirmed, moved, held or cancelled, with invitations that calendars understand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from applications import letters
from applications.actions import access_needs, attendance, slot_endings
from applications.lifecycle import COMING_VISIT, VISIT, Status, TrailEvent
from applications.models import Application, AssessmentVisit, Call
from core.accounts.addresses import require_sure
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day, say_deadline
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

LONGEST = 480  # minutes
ARRANGED = "A visit is already arranged. First move or cancel it."
NO_PLACE = "Enter where the visit is: an address, or “video call”."


def refuse_unless_shortlisted(application: Application, at: datetime) -> None:
    """Raise Refused for an application that cannot be visited; no other visit of it can be arranged meanwhile."""
    # Whoever chooses a time for the same application at the same moment waits for this, or this for them.
    Application.objects.select_for_update(of=("self",)).filter(pk=application.pk).first()
    sentence = f"This application is {application.get_status_display()}. Visit only shortlisted applications."
    require(application.status == Status.SHORTLISTED, sentence)
    refuse_second(application, at)


def refuse_second(application: Application, _at: datetime) -> None:
    require(not application.visits.filter(status__in=COMING_VISIT).exists(), ARRANGED)


@transaction.atomic
def arrange(
    application: Application,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    link: str = "",
    questions: str = "",
    attendees: attendance.Invited,
    sure_of: Collection[str] = (),
    by: User,
    at: datetime,
) -> AssessmentVisit:
    """Propose a visit and invite those who must attend; return it. `attendees` are (name, email, capacity).

    Raises Refused for an application that is not shortlisted, a time past or outside the call's window, a second coming
    visit, somebody invited twice, one of the four who must attend (the February 2019 call) missing, and doubts.
    """
    check(by, "applications.add_assessmentvisit", application)
    refuse_unless_shortlisted(application, at)
    check_time(application.call, starts_at, at)
    require(0 < minutes <= LONGEST, "Enter how many minutes the visit takes, up to 480.", "minutes")
    require(bool(place.strip()), NO_PLACE, "place")
    invited = attendance.check_invited(attendees)
    attendance.refuse_conflicts(application, invited)
    require_sure(attendance.doubts(application, attendees), sure_of)
    try:
        with transaction.atomic():
            visit = AssessmentVisit.objects.create(
                application=application, starts_at=starts_at, minutes=minutes, place=place.strip(), link=link,
                questions=questions.strip(), arranged_by=by, arranged_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(ARRANGED) from None
    attendance.invite(visit, invited)
    _record(TrailEvent.VISIT_ARRANGED, visit, by=by, at=at)
    slot_endings.end_for(application, by=by, at=at)
    letters.assessments.visit("visit_invitation", visit, at=at)
    access_needs.ask(visit.attendees.all(), at=at)
    return visit


def _record(event: TrailEvent, visit: AssessmentVisit, *, by: User, at: datetime) -> None:
    for thing in (visit, visit.application):
        trail.record(event, thing, by=by, at=at, **_when_and_where(visit))


def _when_and_where(visit: AssessmentVisit) -> dict[str, Any]:
    return {"when": say_deadline(visit.starts_at), "place": visit.place}


def check_time(call: Call, starts_at: datetime, at: datetime, *, field: str = "starts_at") -> None:
    require(starts_at > at, "Choose a time in the future.", field)
    day = london(starts_at).date()
    first, last = call.visits_from_on, call.visits_to_on
    if (first and day < first) or (last and day > last):
        window = " to ".join(say_day(edge) for edge in (first, last) if edge)
        sentence = f"{say_day(day)} is outside the call's visit dates, {window}. Choose a day within them."
        raise Refused(sentence, field=field)


@transaction.atomic
def confirm(visit: AssessmentVisit, *, by: User, at: datetime) -> None:
    check(by, "applications.confirm_assessmentvisit", visit)
    VISIT.advance(visit, "confirm")
    trail.record(TrailEvent.VISIT_CONFIRMED, visit, by=by, at=at)
    letters.assessments.visit("visit_confirmed", visit, at=at)


@transaction.atomic
def move(visit: AssessmentVisit, *, starts_at: datetime, place: str, by: User, at: datetime) -> None:
    check(by, "applications.move_assessmentvisit", visit)
    check_time(visit.application.call, starts_at, at)
    require(bool(place.strip()), NO_PLACE, "place")
    before = say_deadline(visit.starts_at)
    outbox.withdraw([visit])  # a reminder of the time before
    VISIT.advance(visit, "move", starts_at=starts_at, place=place.strip(), sequence=visit.sequence + 1)
    trail.record(TrailEvent.VISIT_MOVED, visit, by=by, at=at, before=before, **_when_and_where(visit))
    letters.assessments.visit("visit_moved", visit, at=at, before=before)


@transaction.atomic
def cancel(visit: AssessmentVisit, *, by: User, at: datetime) -> None:
    check(by, "applications.cancel_assessmentvisit", visit)
    _cancel(visit, by=by, at=at)


def cancel_coming(application: Application, *, by: User | None, at: datetime) -> None:
    """Call off the coming visit of an application that ends, and what it may choose from: its end was permitted."""
    slot_endings.end_for(application, by=by, at=at)
    for visit in application.visits.coming():
        _cancel(visit, by=by, at=at)


def _cancel(visit: AssessmentVisit, *, by: User | None, at: datetime) -> None:
    VISIT.advance(visit, "cancel", sequence=visit.sequence + 1)
    outbox.withdraw([visit])
    access_needs.end(visit)
    trail.record(TrailEvent.VISIT_CANCELLED, visit, by=by, at=at)
    letters.assessments.visit("visit_cancelled", visit, at=at, method="CANCEL")


def refuse_before_start(visit: AssessmentVisit, at: datetime) -> None:
    if at < visit.starts_at:
        raise Refused(f"The visit begins at {say_deadline(visit.starts_at)}; it cannot have been held before.")


@transaction.atomic
def hold(
    visit: AssessmentVisit, *, attended: Sequence[int], absence_reason: str, notes: str, by: User, at: datetime
) -> None:
    """Note that the visit took place and who came; `attended` are the attendees' keys.

    Raises Refused before it begins, and when one of the four who must attend was not there and no reason is given.
    """
    check(by, "applications.hold_assessmentvisit", visit)
    refuse_before_start(visit, at)
    people = list(visit.attendees.all())
    if unknown := set(attended) - {person.pk for person in people}:
        raise Refused(f"{len(unknown)} of those ticked were not invited to this visit.", field="attended")
    present = {person.capacity for person in people if person.pk in attended}
    absent = [description for capacity, description in attendance.MUST_ATTEND.items() if capacity not in present]
    if absent and not absence_reason.strip():
        sentence = f"The visit is held with {absent[0]} present. Tick who attended, or enter why they did not."
        raise Refused(sentence, field="absence_reason")
    outbox.withdraw([visit])
    VISIT.advance(visit, "hold", held_at=at, absence_reason=absence_reason.strip(), notes=notes.strip())
    visit.attendees.filter(pk__in=attended).update(attended=True)
    visit.attendees.exclude(pk__in=attended).update(attended=False)
    for thing in (visit, visit.application):
        trail.record(TrailEvent.VISIT_HELD, thing, by=by, at=at, absent=absent)
    access_needs.end(visit)
    letters.visit_words.notes_wanted(visit, at=at)

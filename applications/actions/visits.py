"""Assessment visits: arranged, confirmed, moved, held or cancelled, with invitations that calendars understand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from applications import letters
from applications.actions import slot_endings
from applications.lifecycle import COMING_VISIT, LIVE_CANDIDATE, VISIT, Status, TrailEvent
from applications.models import Application, AssessmentVisit, Attendee, Call, Interest
from core.accounts.addresses import Doubt, doubt_about, require_sure
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day, say_deadline
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

Invited = Sequence[tuple[str, str, str]]
MUST_ATTEND = {
    Attendee.Capacity.SENIOR: "a senior member of staff of the organisation",
    Attendee.Capacity.CANDIDATE: "the proposed secondee",
    Attendee.Capacity.FUNDER: "someone from the funder",
    Attendee.Capacity.HOST: "someone from the host",
}
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
    attendees: Invited,
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
    invited = check_invited(attendees)
    for person in invited:
        _refuse_conflict(application, person["email"], f"{person['capacity']}_email")
    require_sure(doubts(application, attendees), sure_of)
    try:
        with transaction.atomic():
            visit = AssessmentVisit.objects.create(
                application=application, starts_at=starts_at, minutes=minutes, place=place.strip(), link=link,
                questions=questions.strip(), arranged_by=by, arranged_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(ARRANGED) from None
    Attendee.objects.bulk_create(Attendee(visit=visit, **person) for person in invited)
    _record(TrailEvent.VISIT_ARRANGED, visit, by=by, at=at)
    slot_endings.end_for(application, by=by, at=at)
    letters.assessments.visit("visit_invitation", visit, at=at)
    return visit


def _record(event: TrailEvent, visit: AssessmentVisit, *, by: User, at: datetime) -> None:
    for thing in (visit, visit.application):
        trail.record(event, thing, by=by, at=at, **_when_and_where(visit))


def doubts(application: Application, attendees: Invited) -> list[Doubt]:
    """What to ask before people are invited: addresses of others' accounts, and one that is not the candidate's."""
    found = [_doubt(application, name, email, capacity) for name, email, capacity in attendees]
    return [doubt for doubt in found if doubt]


def _doubt(application: Application, name: str, email: str, capacity: str) -> Doubt | None:
    email = email.strip().lower()
    candidate = application.candidates.filter(status__in=LIVE_CANDIDATE).first()
    if not candidate or capacity != Attendee.Capacity.CANDIDATE:
        return doubt_about(name, email)
    sentence = f"{email} is not the address of the proposed secondee {candidate}, {candidate.address}."
    return Doubt(email, sentence) if email and email != candidate.address.lower() else None


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


def _refuse_conflict(application: Application, email: str, field: str) -> None:
    declared = Interest.objects.binding().filter(application=application, person__email__iexact=email)
    sentence = f"{email} has a conflict of interest with this application. Invite someone else."
    require(not declared.exists(), sentence, field)


def check_invited(attendees: Invited) -> list[dict[str, str]]:
    invited = [
        {"name": name.strip(), "email": email.strip().lower(), "capacity": Attendee.Capacity(capacity)}
        for name, email, capacity in attendees
    ]
    seen: set[str] = set()
    for person in invited:
        field = f"{person['capacity']}_email"
        if not person["name"] or not person["email"]:
            raise Refused("Enter a name and an email address for everyone who is invited.", field=field)
        if person["email"] in seen:
            raise Refused(f"{person['email']} is invited twice. Each person can have only one capacity.", field=field)
        seen.add(person["email"])
    capacities = {person["capacity"] for person in invited}
    for capacity, description in MUST_ATTEND.items():
        if capacity not in capacities:
            raise Refused(f"Invite {description}. The visit needs them.", field=f"{capacity}_email")
    return invited


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


def excuse(application: Application, person: User, *, by: User | None, at: datetime) -> None:
    """Expect a person at the application's coming visits no longer: they get no more mail about them."""
    slot_endings.end_where_recused(application, person, by=by, at=at)
    for attendee in attending(person).filter(visit__application=application):
        _excuse(attendee, by=by, at=at)


def excuse_everywhere(person: User, *, by: User | None, at: datetime) -> None:
    for attendee in attending(person):
        _excuse(attendee, by=by, at=at)


def attending(person: User) -> QuerySet[Attendee]:
    """A person's places at coming visits; an attendee is known by address only."""
    coming = Attendee.objects.filter(visit__status__in=COMING_VISIT, email__iexact=person.email)
    return coming.select_related("visit__application__organisation", "visit__arranged_by")


def _excuse(attendee: Attendee, *, by: User | None, at: datetime) -> None:
    visit = attendee.visit
    outbox.withdraw([visit], to=attendee.email)
    letters.assessments.excused(attendee, at=at)
    for thing in (visit, visit.application):
        trail.record(TrailEvent.ATTENDEE_EXCUSED, thing, by=by, at=at, capacity=attendee.get_capacity_display())
    attendee.delete()


@transaction.atomic
def replace_attendee(
    visit: AssessmentVisit,
    *,
    attendee: Attendee | None,
    capacity: str = "",
    name: str,
    email: str,
    sure_of: Collection[str] = (),
    by: User,
    at: datetime,
) -> None:
    """Expect somebody else at a coming visit: in an attendee's place, or, for None, in a capacity nobody has.

    Whoever is no longer expected is told and gets no more mail about it. Raises Refused for somebody invited already,
    and for an address in doubt that is not in `sure_of`.
    """
    check(by, "applications.replace_attendee_assessmentvisit", visit)
    name, email = name.strip(), email.strip().lower()
    require(visit.status in COMING_VISIT, "Only a visit that is to come has people to replace.", code="wrong_state")
    require(bool(name and email), "Enter a name and an email address.", "email")
    others = visit.attendees.exclude(pk=attendee.pk) if attendee else visit.attendees.all()
    is_twice = others.filter(email=email).exists()
    require(not is_twice, f"{email} is invited twice. Each person comes in one capacity.", "email")
    _refuse_conflict(visit.application, email, "email")
    if attendee is not None:
        require(attendee.visit_id == visit.pk, "This person is not invited to this visit.", "attendee")
        capacity = attendee.capacity
    require_sure(doubts(visit.application, [(name, email, capacity)]), sure_of)
    if attendee is not None:
        _excuse(attendee, by=by, at=at)
    new = Attendee.objects.create(visit=visit, name=name, email=email, capacity=Attendee.Capacity(capacity))
    for thing in (visit, visit.application):
        trail.record(TrailEvent.ATTENDEE_REPLACED, thing, by=by, at=at, capacity=new.get_capacity_display())
    letters.assessments.expected(new, at=at)


def follow_address(person: User, before: str) -> None:
    """Send what concerns a person's coming visits to their new address."""
    for attendee in Attendee.objects.filter(visit__status__in=COMING_VISIT, email__iexact=before):
        if not Attendee.objects.filter(visit=attendee.visit_id, email=person.email).exists():
            Attendee.objects.filter(pk=attendee.pk).update(email=person.email)


def follow_candidate(application: Application, before: str, email: str, *, at: datetime) -> list[AssessmentVisit]:
    """Invite the proposed secondee to coming visits at the new address too; return these visits."""
    coming = list(application.visits.coming())
    places = Attendee.objects.filter(visit__in=coming, email__iexact=before, capacity=Attendee.Capacity.CANDIDATE)
    for attendee in places.select_related("visit__application__organisation", "visit__arranged_by"):
        attendee.delete()
        new = Attendee.objects.create(visit=attendee.visit, name=attendee.name, email=email, capacity=attendee.capacity)
        letters.assessments.expected(new, at=at)
    return coming


def _cancel(visit: AssessmentVisit, *, by: User | None, at: datetime) -> None:
    VISIT.advance(visit, "cancel", sequence=visit.sequence + 1)
    outbox.withdraw([visit])
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
    absent = [description for capacity, description in MUST_ATTEND.items() if capacity not in present]
    if absent and not absence_reason.strip():
        sentence = f"The visit is held with {absent[0]} present. Tick who attended, or enter why they did not."
        raise Refused(sentence, field="absence_reason")
    outbox.withdraw([visit])
    VISIT.advance(visit, "hold", held_at=at, absence_reason=absence_reason.strip(), notes=notes.strip())
    visit.attendees.filter(pk__in=attended).update(attended=True)
    visit.attendees.exclude(pk__in=attended).update(attended=False)
    for thing in (visit, visit.application):
        trail.record(TrailEvent.VISIT_HELD, thing, by=by, at=at, absent=absent)

"""Who comes to an assessment visit: invited, replaced, excused, and followed to a new address."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from applications import letters
from applications.actions import access_needs, slot_endings
from applications.lifecycle import COMING_VISIT, LIVE_CANDIDATE, TrailEvent
from applications.models import Application, AssessmentVisit, Attendee, Interest
from core.accounts.addresses import Doubt, doubt_about, require_sure
from core.accounts.models import User
from core.audit import trail
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


def refuse_conflicts(application: Application, invited: list[dict[str, str]]) -> None:
    for person in invited:
        _refuse_conflict(application, person["email"], f"{person['capacity']}_email")


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


def invite(visit: AssessmentVisit, invited: list[dict[str, str]]) -> None:
    Attendee.objects.bulk_create(Attendee(visit=visit, **person) for person in invited)


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
    outbox.withdraw([attendee])
    letters.assessments.excused(attendee, at=at)
    for thing in (visit, visit.application):
        trail.record(TrailEvent.ATTENDEE_EXCUSED, thing, by=by, at=at, capacity=attendee.get_capacity_display())
    attendee.delete()


@transaction.atomic
def replace(
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
    access_needs.ask([new], at=at)


def follow_address(person: User, before: str, *, at: datetime) -> None:
    """Send what concerns a person's coming visits to their new address; the link sent to the old one ends."""
    for attendee in Attendee.objects.filter(visit__status__in=COMING_VISIT, email__iexact=before):
        if not Attendee.objects.filter(visit=attendee.visit_id, email=person.email).exists():
            Attendee.objects.filter(pk=attendee.pk).update(email=person.email)
            outbox.withdraw([attendee])
            attendee.email = person.email
            access_needs.ask([attendee], at=at)


def follow_candidate(application: Application, before: str, email: str, *, at: datetime) -> list[AssessmentVisit]:
    """Invite the proposed secondee to coming visits at the new address too; return these visits."""
    coming = list(application.visits.coming())
    places = Attendee.objects.filter(visit__in=coming, email__iexact=before, capacity=Attendee.Capacity.CANDIDATE)
    for attendee in places.select_related("visit__application__organisation", "visit__arranged_by"):
        outbox.withdraw([attendee])
        attendee.delete()
        new = Attendee.objects.create(visit=attendee.visit, name=attendee.name, email=email, capacity=attendee.capacity)
        letters.assessments.expected(new, at=at)
        access_needs.ask([new], at=at)
    return coming

"""Assessment visits: arranged, confirmed, moved, held or cancelled, with invitations that calendars understand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from applications.lifecycle import VISIT, Status
from applications.models import Application, AssessmentVisit, Attendee, Call
from core import calendars
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day, say_deadline
from core.letters import outbox
from core.lifecycle import Refused

Invited = Sequence[tuple[str, str, str]]
NEEDED = {
    Attendee.Capacity.SENIOR: "a senior member of staff of the organisation",
    Attendee.Capacity.CANDIDATE: "the proposed secondee",
    Attendee.Capacity.FUNDER: "somebody of the funder",
    Attendee.Capacity.HOST: "somebody of the host",
}
LONGEST = 480


@transaction.atomic
def arrange(
    application: Application,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    attendees: Invited,
    by: User,
    at: datetime,
) -> AssessmentVisit:
    """Propose a visit and invite those who must attend; return it. `attendees` are (name, e-mail, capacity).

    Raises Refused for an application that is not shortlisted, a time past or outside the call's window, a second coming
    visit, somebody invited twice, and when one of the four who must attend (the February 2019 call) is missing.
    """
    if application.status != Status.SHORTLISTED:
        raise Refused(f"This application is {application.get_status_display()}; visits are to shortlisted ones.")
    _check_time(application.call, starts_at, at)
    if not 0 < minutes <= LONGEST:
        raise Refused("Say how many minutes the visit takes, up to 480.", field="minutes")
    if not place.strip():
        raise Refused("Say where the visit is: an address, or that it is by video call.", field="place")
    invited = _check_invited(attendees)
    try:
        with transaction.atomic():
            visit = AssessmentVisit.objects.create(
                application=application,
                starts_at=starts_at,
                minutes=minutes,
                place=place.strip(),
                arranged_by=by,
                arranged_at=at,
            )
    except IntegrityError:
        raise Refused("A visit is arranged already. Move it or cancel it first.") from None
    Attendee.objects.bulk_create(Attendee(visit=visit, **person) for person in invited)
    trail.record("visit arranged", visit, by=by, at=at, **_facts(visit))
    trail.record("visit arranged", application, by=by, at=at, **_facts(visit))
    _write(visit, "visit_invitation", at)
    return visit


def _facts(visit: AssessmentVisit) -> dict[str, Any]:
    return {"when": say_deadline(visit.starts_at), "place": visit.place}


def _check_time(call: Call, starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise Refused("Choose a time that is still to come.", field="starts_at")
    day = london(starts_at).date()
    first, last = call.visits_from_on, call.visits_to_on
    if (first and day < first) or (last and day > last):
        window = " to ".join(say_day(edge) for edge in (first, last) if edge)
        sentence = f"{say_day(day)} is outside the call's visit dates, {window}. Choose a day within them."
        raise Refused(sentence, field="starts_at")


def _check_invited(attendees: Invited) -> list[dict[str, str]]:
    invited = [
        {"name": name.strip(), "email": email.strip().lower(), "capacity": Attendee.Capacity(capacity)}
        for name, email, capacity in attendees
    ]
    seen: set[str] = set()
    for person in invited:
        field = f"{person['capacity']}_email"
        if not person["name"] or not person["email"]:
            raise Refused("Give a name and an e-mail address for everybody who is invited.", field=field)
        if person["email"] in seen:
            raise Refused(f"{person['email']} is invited twice. Each person comes in one capacity.", field=field)
        seen.add(person["email"])
    asked = {person["capacity"] for person in invited}
    for capacity, who in NEEDED.items():
        if capacity not in asked:
            raise Refused(f"Invite {who}: the visit is held with them.", field=f"{capacity}_email")
    return invited


@transaction.atomic
def confirm(visit: AssessmentVisit, *, by: User, at: datetime) -> None:
    """Note that those invited have agreed to the time."""
    VISIT.advance(visit, "confirm")
    trail.record("visit confirmed", visit, by=by, at=at)
    _write(visit, "visit_confirmed", at)


@transaction.atomic
def move(visit: AssessmentVisit, *, starts_at: datetime, place: str, by: User, at: datetime) -> None:
    """Propose another time or place; the invitation in people's calendars follows."""
    _check_time(visit.application.call, starts_at, at)
    if not place.strip():
        raise Refused("Say where the visit is: an address, or that it is by video call.", field="place")
    before = say_deadline(visit.starts_at)
    VISIT.advance(visit, "move", starts_at=starts_at, place=place.strip(), sequence=visit.sequence + 1)
    trail.record("visit moved", visit, by=by, at=at, before=before, **_facts(visit))
    _write(visit, "visit_moved", at, before=before)


@transaction.atomic
def cancel(visit: AssessmentVisit, *, by: User | None, at: datetime) -> None:
    """Call the visit off; it leaves people's calendars."""
    VISIT.advance(visit, "cancel", sequence=visit.sequence + 1)
    trail.record("visit cancelled", visit, by=by, at=at)
    _write(visit, "visit_cancelled", at, method="CANCEL")


def cancel_coming(application: Application, *, by: User | None, at: datetime) -> None:
    """Call off the visit that an application no longer needs, if one is coming."""
    for visit in application.visits.coming():
        cancel(visit, by=by, at=at)


@transaction.atomic
def hold(
    visit: AssessmentVisit, *, attended: Sequence[int], absence_reason: str, notes: str, by: User, at: datetime
) -> None:
    """Note that the visit took place and who came; `attended` are the attendees' keys.

    Raises Refused before it begins, and when one of the four who must attend was not there and no reason is given.
    """
    if at < visit.starts_at:
        raise Refused(f"The visit begins at {say_deadline(visit.starts_at)}; it cannot have been held before.")
    people = list(visit.attendees.all())
    if unknown := set(attended) - {person.pk for person in people}:
        raise Refused(f"{len(unknown)} of those ticked were not invited to this visit.", field="attended")
    present = {person.capacity for person in people if person.pk in attended}
    absent = [who for capacity, who in NEEDED.items() if capacity not in present]
    if absent and not absence_reason.strip():
        sentence = f"The visit is held with {absent[0]} present. Tick who came, or say why they did not."
        raise Refused(sentence, field="absence_reason")
    VISIT.advance(visit, "hold", held_at=at, absence_reason=absence_reason.strip(), notes=notes.strip())
    visit.attendees.filter(pk__in=attended).update(attended=True)
    visit.attendees.exclude(pk__in=attended).update(attended=False)
    trail.record("visit held", visit, by=by, at=at, absent=absent)
    trail.record("visit held", visit.application, by=by, at=at, absent=absent)


def _write(
    visit: AssessmentVisit, letter: str, at: datetime, *, method: calendars.Method = "REQUEST", **more: Any
) -> None:
    application = visit.application
    people = list(visit.attendees.all())
    calendar = invitation(visit, people, at, method=method)
    for person in people:
        outbox.post(
            f"applications.{letter}",
            to=person.email,
            key=f"{letter}:{visit.pk}:{visit.sequence}:{person.pk}",
            at=at,
            calendar=calendar,
            attendee=person,
            people=people,
            visit=visit,
            application=application,
            when=say_deadline(visit.starts_at),
            **more,
        )


def invitation(visit: AssessmentVisit, people: Sequence[Attendee], at: datetime, *, method: calendars.Method) -> bytes:
    """The visit as calendars read it: the same uid always, a higher sequence after each change."""
    officer = visit.arranged_by
    return calendars.event(
        f"{visit.uid}@{urlsplit(settings.SITE_URL).hostname}",
        visit.sequence,
        f"Assessment visit: {visit.application.organisation}",
        visit.starts_at,
        visit.ends_at,
        stamped_at=at,
        organiser=(str(officer), officer.email),
        attendees=[(person.name, person.email) for person in people],
        location=visit.place,
        description=f"Assessment visit for the application {visit.application}.",
        method=method,
    )

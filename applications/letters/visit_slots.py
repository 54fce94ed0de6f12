"""Letters about times offered for assessment visits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from applications.letters.recipients import leads, officer_for, post
from applications.models import Application, AssessmentVisit, VisitSlot
from core import calendars
from core.accounts.links import absolute
from core.accounts.models import User
from core.dates import say_deadline
from core.letters import outbox


def choosers(application: Application) -> list[User]:
    """Who chooses for the organisation: its leads, and the officer who entered the application."""
    people = {person.pk: person for person in leads(application.organisation_id)}
    if application.entered_by is not None and application.entered_by.is_active:
        people[application.entered_by.pk] = application.entered_by
    return list(people.values())


def page_of(application: Application) -> str:
    return absolute("application_visit", application.shown_reference)


def offered(application: Application, slots: Sequence[VisitSlot], *, at: datetime) -> None:
    post(
        "visit_times_offered",
        choosers(application),
        key=f"visit times offered:{application.pk}:{at.isoformat()}",
        at=at,
        application=application,
        call=application.call,
        times=in_words(slots),
        questions=slots[0].questions,
        contact=slots[0].offered_by.email,
        link=page_of(application),
    )


def in_words(slots: Iterable[VisitSlot]) -> list[str]:
    """Each time with its length and place: "2pm on Thursday 21 March 2019, 60 minutes, at your organisation"."""
    found = sorted(slots, key=lambda slot: slot.starts_at)
    return [f"{say_deadline(one.starts_at)}, {one.minutes} minutes, {one.place or AT_YOURS}" for one in found]


AT_YOURS = "at your organisation"


def withdrawn(application: Application, slot: VisitSlot, *, left: int, at: datetime) -> None:
    """Tell an organisation that was to choose that a time has gone, and how many are left."""
    post(
        "visit_time_withdrawn",
        choosers(application),
        key=f"visit time withdrawn:{slot.pk}:{application.pk}",
        at=at,
        application=application,
        when=say_deadline(slot.starts_at),
        left=left,
        contact=slot.offered_by.email,
        link=page_of(application),
    )


def chosen(visit: AssessmentVisit, slot: VisitSlot, *, at: datetime) -> None:
    """Tell the officer who offered the time; the others where that one has a conflict of interest."""
    application = visit.application
    post(
        "visit_time_chosen",
        officer_for(application, slot.offered_by),
        key=f"visit time chosen:{slot.pk}",
        at=at,
        application=application,
        when=say_deadline(slot.starts_at),
        link=absolute("admin:applications_assessmentvisit_change", visit.pk),
    )


def visitors(slot: VisitSlot) -> list[User]:
    return [slot.funder_visitor, slot.host_visitor]


def held(slot: VisitSlot, people: Iterable[User], *, at: datetime) -> None:
    """Ask visitors to keep a time free: a tentative entry in their calendars, which names no organisation."""
    _to_visitors("visit_time_held", slot, people, at=at, method="REQUEST")


def released(slot: VisitSlot, people: Iterable[User], *, at: datetime) -> None:
    """Take a time out of visitors' calendars; what ends the time for others does not take this back."""
    _to_visitors("visit_time_released", slot, people, at=at, method="CANCEL")


def _to_visitors(
    template: str, slot: VisitSlot, people: Iterable[User], *, at: datetime, method: calendars.Method
) -> None:
    for person in people:
        outbox.post(
            f"applications.{template}",
            to=person,
            key=f"{template}:{slot.pk}:{slot.sequence}:{person.pk}",
            at=at,
            calendar=calendar_entry(slot, [person], at, method=method),
            about=slot if method == "REQUEST" else None,
            call=slot.call,
            when=say_deadline(slot.starts_at),
            minutes=slot.minutes,
            contact=slot.offered_by.email,
        )


def calendar_entry(slot: VisitSlot, people: Sequence[User], at: datetime, *, method: calendars.Method) -> bytes:
    """The time as calendars read it, tentative; the visit that takes it keeps its uid, with a higher sequence."""
    officer = slot.offered_by
    return calendars.event(
        f"{slot.uid}@{urlsplit(settings.SITE_URL).hostname}",
        slot.sequence,
        "Held for an assessment visit",
        slot.starts_at,
        slot.ends_at,
        stamped_at=at,
        organiser=(str(officer), officer.email),
        attendees=[(str(person), person.email) for person in people],
        location=slot.place or slot.link,
        description=f"Time held for an assessment visit in the call “{slot.call}”.",
        method=method,
        is_tentative=True,
        publisher=slot.call.programme.name,
    )

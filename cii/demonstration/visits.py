"""Assessment visits of the demonstration: one held, one to come, one whose time the organisation chooses."""

from datetime import datetime, time, timedelta

from applications.actions import access_needs, visit_slots
from applications.actions import visits as visit_actions
from applications.models import Application, Attendee
from core.accounts.models import User
from core.dates import at_london, london

NEEDS = {
    Attendee.Capacity.CANDIDATE: "I use a wheelchair, so I need step-free access from the street and a ramp or a lift.",
    Attendee.Capacity.HOST: "I lip-read: please seat me facing the others, with the light on their faces.",
}


def add(entries: dict[str, Application], cast: dict[str, User], now: datetime) -> None:
    arranged_at = now - timedelta(days=6)
    today = london(now).date()
    after = {"visited": -2, "first": 2}  # days from today
    for key, days in after.items():
        application, day = entries[key], today + timedelta(days=days)
        person, lead = application.candidates.get(), application.submitted_by
        assert lead is not None  # noqa: S101 - it was submitted
        asked = [
            (lead.name, lead.email, Attendee.Capacity.SENIOR),
            (person.name, person.email, Attendee.Capacity.CANDIDATE),
            (cast["trust_assessor"].name, cast["trust_assessor"].email, Attendee.Capacity.FUNDER),
            (cast["gla_assessor"].name, cast["gla_assessor"].email, Attendee.Capacity.HOST),
        ]
        visit = visit_actions.arrange(
            application,
            starts_at=at_london(day, time(14)),
            minutes=60,
            place=f"{application.organisation}, London",
            attendees=asked,
            by=cast["officer"],
            at=arranged_at,
        )
        visit_actions.confirm(visit, by=cast["officer"], at=arranged_at + timedelta(days=1))
        if key == "visited":
            came = list(visit.attendees.values_list("pk", flat=True))
            notes = "Both sides liked the plan; they differ on how much policy experience the post needs."
            when = at_london(day, time(16))
            visit_actions.hold(visit, attended=came, absence_reason="", notes=notes, by=cast["officer"], at=when)
        for attendee in visit.attendees.filter(capacity__in=NEEDS) if key == "first" else ():
            needs = NEEDS[Attendee.Capacity(attendee.capacity)]
            access_needs.state(attendee, text=needs, at=arranged_at + timedelta(days=2))
    offer_times(entries["shortlisted"], cast, now)


def offer_times(application: Application, cast: dict[str, User], now: datetime) -> None:
    today = london(now).date()
    visit_slots.offer(
        application,
        times=[at_london(today + timedelta(days=days), time(hour)) for days, hour in ((4, 10), (4, 14), (5, 11))],
        minutes=60,
        place="",
        questions="Who would do Priya's work meanwhile?\nWhat do you hope to bring back?",
        funder_visitor=cast["trust_assessor"],
        host_visitor=cast["gla_assessor"],
        by=cast["officer"],
        at=now - timedelta(days=1),
    )

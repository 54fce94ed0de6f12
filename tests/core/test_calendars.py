"""Calendar files, as a calendar reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest

from core.calendars import deadline, event
from core.dates import at_london
from tests.sentences import SAID

STAMPED = datetime(2019, 3, 15, 9, 0, 0, 123_456, tzinfo=UTC)
STARTS = at_london(date(2019, 4, 2), time(10, 30))
OFFICE = ("Grants office", "office@example.org")
GUESTS = [("Anna Lead", "anna@example.org"), ('Ben "B"; Host, of: somewhere', "ben@example.org")]


def visit(**changes: Any) -> bytes:
    facts: dict[str, Any] = {
        "uid": "visit-CII-2019-014@example.org",
        "sequence": 0,
        "summary": "Assessment visit; CII-2019-014, Example Łódź",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=1),
        "stamped_at": STAMPED,
        "organiser": OFFICE,
        "attendees": GUESTS,
    }
    return event(**{**facts, **changes})


def read(content: bytes) -> tuple[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(content)
    [entry] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), entry


def lines(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_invitation_is_in_utc_and_names_who_asks_and_who_is_asked() -> None:
    assert [line for line in lines(visit()) if not line.startswith("ATTENDEE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Secondment Fund//Grants office//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Assessment visit\\; CII-2019-014\\, Example Łódź",
        "DTSTART:20190402T093000Z",
        "DTEND:20190402T103000Z",
        "DTSTAMP:20190315T090000Z",
        "UID:visit-CII-2019-014@example.org",
        "SEQUENCE:0",
        'ORGANIZER;CN="Grants office":mailto:office@example.org',
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_each_guest_is_asked_to_answer() -> None:
    _, entry = read(visit())
    assert [(str(guest), guest.params["RSVP"], guest.params["PARTSTAT"]) for guest in entry["ATTENDEE"]] == [
        ("mailto:anna@example.org", "TRUE", "NEEDS-ACTION"),
        ("mailto:ben@example.org", "TRUE", "NEEDS-ACTION"),
    ]
    assert entry["ATTENDEE"][0].params["CN"] == "Anna Lead"


def test_a_change_is_the_same_event_with_a_higher_sequence() -> None:
    (_, first), (_, second) = read(visit()), read(visit(sequence=1, starts_at=STARTS + timedelta(minutes=30)))
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.decoded("DTSTART") == datetime(2019, 4, 2, 10, 0, tzinfo=UTC)


def test_a_cancellation_takes_the_event_away_and_does_not_ring() -> None:
    method, entry = read(visit(sequence=2, method="CANCEL", reminder=timedelta(hours=1)))
    assert (method, entry["STATUS"], entry["UID"]) == ("CANCEL", "CANCELLED", "visit-CII-2019-014@example.org")
    assert entry.subcomponents == []


def test_a_place_and_words_go_along() -> None:
    _, entry = read(visit(location="City Hall, London", description="Line\nand line", url="https://example.org/x/"))
    assert (entry["LOCATION"], entry["DESCRIPTION"], entry["URL"]) == (
        "City Hall, London",
        "Line\nand line",
        "https://example.org/x/",
    )


def test_a_deadline_is_published_rings_the_day_before_and_makes_nobody_busy() -> None:
    at = at_london(date(2019, 3, 13), time(17, 0))
    method, entry = read(deadline("call-1@example.org", 0, "Call closes", at, stamped_at=STAMPED))
    assert (method, entry.decoded("DTSTART"), "DTEND" in entry, entry["TRANSP"]) == (
        "PUBLISH",
        at,
        False,  # a DTEND must be later than its DTSTART
        "TRANSPARENT",
    )
    [alarm] = entry.subcomponents
    assert (alarm.decoded("TRIGGER"), alarm["DESCRIPTION"]) == (timedelta(days=-1), "Call closes")
    assert ("ORGANIZER" in entry, "ATTENDEE" in entry) == (False, False)


def test_a_deadline_may_come_without_a_reminder() -> None:
    _, entry = read(deadline("call-1@example.org", 0, "Call closes", STARTS, stamped_at=STAMPED, reminder=None))
    assert entry.subcomponents == []


def test_the_same_event_is_the_same_bytes() -> None:
    assert visit() == visit()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"organiser": None}, SAID.need_an_organiser_and_somebody),
        ({"attendees": []}, SAID.need_an_organiser_and_somebody),
        ({"ends_at": STARTS - timedelta(seconds=1)}, SAID.an_event_cannot_end_before),
        ({"stamped_at": STAMPED.replace(tzinfo=None)}, SAID.has_no_time_zone),
    ],
)
def test_what_no_calendar_can_hold_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        visit(**changes)

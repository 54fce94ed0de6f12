"""Calendar files: visits that people are invited to, and deadlines that they may note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from core.naming import site_name

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]
Person = tuple[str, str]  # name and email address


def event(
    uid: str,
    sequence: int,
    summary: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    stamped_at: datetime,
    organiser: Person | None = None,
    attendees: Iterable[Person] = (),
    location: str = "",
    description: str = "",
    url: str = "",
    method: Method = "REQUEST",
    reminder: timedelta | None = None,
    is_tentative: bool = False,
    publisher: str = "",
) -> bytes:
    """One event as an iCalendar file, in UTC. The same `uid` is the same event; each change has a higher `sequence`.

    An invitation (REQUEST) and its cancellation (CANCEL) need an organiser and attendees; what is only published needs
    neither. `reminder` is how long before the start to ring, `publisher` the programme's name. ValueError for an
    invitation from or to nobody, an end before the start, or an instant without a time zone.
    """
    from icalendar import Event

    guests = list(attendees)
    if method != "PUBLISH" and not (organiser and guests):
        raise ValueError("An invitation and its cancellation need an organiser and someone who is invited.")
    entry: Any = Event()
    status = "CANCELLED" if method == "CANCEL" else "TENTATIVE" if is_tentative else "CONFIRMED"
    words = _written(location=location, description=description, url=url)
    _add(entry, uid=uid, sequence=sequence, summary=summary, status=status, **words)
    _add_times(entry, stamped_at, starts_at, ends_at)
    _add_people(entry, organiser, guests)
    _add(entry, **({"transp": "TRANSPARENT"} if method == "PUBLISH" else {}))  # a deadline makes nobody busy
    if reminder is not None and method != "CANCEL":
        entry.add_component(_alarm(summary, reminder))
    return _file(entry, method, publisher)


def _add_times(entry: Any, stamped_at: datetime, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at < starts_at:
        raise ValueError("An event cannot end before it starts. Choose a later end.")
    _add(entry, dtstamp=_utc(stamped_at), dtstart=_utc(starts_at))
    if ends_at > starts_at:  # an event without length has no end: RFC 5545, 3.8.2.2
        _add(entry, dtend=_utc(ends_at))


def deadline(
    uid: str,
    sequence: int,
    summary: str,
    at: datetime,
    *,
    stamped_at: datetime,
    description: str = "",
    url: str = "",
    reminder: timedelta | None = timedelta(days=1),
    publisher: str = "",
) -> bytes:
    """A deadline to note: an event without length at the instant, which rings the day before unless told otherwise."""
    return event(
        uid,
        sequence,
        summary,
        at,
        at,
        stamped_at=stamped_at,
        description=description,
        url=url,
        method="PUBLISH",
        reminder=reminder,
        publisher=publisher,
    )


def day(
    uid: str,
    sequence: int,
    summary: str,
    on: date,
    *,
    stamped_at: datetime,
    description: str = "",
    url: str = "",
    publisher: str = "",
) -> bytes:
    """A whole day to note, which makes nobody busy."""
    from icalendar import Event

    entry: Any = Event()
    _add(entry, uid=uid, sequence=sequence, summary=summary, status="CONFIRMED", transp="TRANSPARENT")
    _add(entry, dtstamp=_utc(stamped_at), dtstart=on, dtend=on + timedelta(days=1))
    _add(entry, **_written(description=description, url=url))
    return _file(entry, "PUBLISH", publisher)


def several(files: Iterable[bytes], *, publisher: str = "") -> bytes:
    """The events of several published calendar files in one."""
    from icalendar import Calendar

    read: Any = Calendar
    events = [entry for content in files for entry in read.from_ical(content).walk("VEVENT")]
    return _file(events, "PUBLISH", publisher)


def feed(files: Iterable[bytes], name: str) -> bytes:
    """One calendar of the events in these files, each uid once, for a program that asks for it again and again."""
    from icalendar import Calendar

    calendar: Any = Calendar()
    _add(calendar, prodid=f"-//{name}//Grants office//EN", version="2.0", calscale="GREGORIAN", method="PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "PT1H")
    seen = set[str]()
    for file in files:
        read: Any = Calendar.from_ical(file)
        for entry in read.walk("VEVENT"):
            if entry["uid"] not in seen:
                seen.add(entry["uid"])
                calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _add(entry: Any, **properties: Any) -> None:
    for name, value in properties.items():
        entry.add(name, value)


def _written(**properties: str) -> dict[str, str]:
    return {name: text for name, text in properties.items() if text}


def _add_people(entry: Any, organiser: Person | None, guests: list[Person]) -> None:
    if organiser:
        entry.add("organizer", _address(organiser), encode=False)
    for guest in guests:
        address = _address(guest, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="TRUE")
        entry.add("attendee", address, encode=False)


def _alarm(summary: str, before: timedelta) -> Any:
    from icalendar import Alarm

    alarm: Any = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm


def _file(entries: Any, method: Method, publisher: str) -> bytes:
    from icalendar import Calendar

    calendar: Any = Calendar()
    product = f"-//{publisher or site_name()}//Grants office//EN"
    for name, value in (("prodid", product), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(name, value)
    for entry in entries if isinstance(entries, list) else [entries]:
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is not an instant.")
    return at.astimezone(UTC).replace(microsecond=0)


def _address(person: Person, **parameters: str) -> Any:
    from icalendar import vCalAddress, vText

    name, email = person
    create: Any = vCalAddress
    text: Any = vText
    address = create(f"mailto:{email}")
    for parameter, value in {"CN": name, **parameters}.items():
        address.params[parameter] = text(value)
    return address

"""Minutes: drafted by the office, confirmed by someone who wrote none of them, then sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.audit.hashes import digest
from core.audit.seals import seal
from core.dates import london, say_day
from core.governance import letters
from core.governance.actions.agenda import refuse_confirmed
from core.governance.agenda import Entry, Members, entries, minutes_of
from core.governance.models import AgendaItem, Meeting, Minute, Minutes
from core.governance.trail_events import TrailEvent
from core.lifecycle import Refused, require
from core.permissions import check
from core.visibility import visible


def refuse_drafting(meeting: Meeting, at: datetime) -> None:
    """Raise Refused before the meeting, without an agenda, and once the minutes are confirmed."""
    sentence = f"The meeting is on {say_day(meeting.held_on)}. Write the minutes on the day or afterwards."
    require(meeting.held_on <= london(at).date(), sentence, code="before_meeting")
    refuse_confirmed(meeting)
    sentence = "There is nothing on the agenda to write about. Add an item first."
    require(meeting.agenda.exists(), sentence, code="no_agenda")


def mark_of(minutes: Minutes | None) -> str:
    return minutes.drafted_at.isoformat() if minutes is not None else ""


@transaction.atomic
def draft(meeting: Meeting, *, texts: Mapping[int, str], seen: str = "", by: User, at: datetime) -> Minutes:
    """Write what the minutes say, by the key of the item; items that the person does not see stay as they are.

    `seen` is the mark of the draft that they had before them: what a colleague wrote meanwhile is not overwritten.
    """
    check(by, "governance.draft_minutes", meeting)
    refuse_drafting(meeting, at)
    before = Minutes.objects.select_for_update().filter(meeting=meeting).first()
    if before is not None and mark_of(before) != seen and before.drafted_by_id != by.pk:
        raise Refused(
            f"{before.drafted_by} changed the minutes meanwhile. Your text is still below. Talk to them before you "
            "save over theirs.",
            code="changed_meanwhile",
        )
    written = {"drafted_by": by, "drafted_at": at}
    minutes, _ = Minutes.objects.update_or_create(meeting=meeting, defaults=written)
    for item in visible(AgendaItem, by).filter(meeting=meeting, pk__in=texts):
        line, _ = Minute.objects.get_or_create(minutes=minutes, item=item)
        text = texts[item.pk].strip()
        if line.text != text:
            line.text, line.written_by = text, by
            line.save(update_fields=["text", "written_by"])
    trail.record(TrailEvent.MINUTES_DRAFTED, meeting, by=by, at=at)
    return minutes


def refuse_confirming(meeting: Meeting, _at: datetime | None = None) -> None:
    """Raise Refused until there is a draft that leaves nothing open."""
    refuse_confirmed(meeting)
    require(minutes_of(meeting) is not None, "The minutes are not written yet.", code="wrong_state")
    require(meeting.attendances.exists(), "Record first who was present.", code="no_attendance")
    listed = entries(meeting, meeting.agenda.all())
    sentence = "A decision of this meeting waits for another person to confirm it. Confirm the decisions first."
    require(not any(entry.is_open for entry in listed), sentence, code="decision_open")
    for entry in listed:
        sentence = f"The minutes say nothing of item {entry.item.position} yet. Write the minutes first."
        require(bool(entry.text or entry.decision), sentence, code="unwritten")


def digest_of(shown: list[Entry]) -> str:
    return digest((one.item.pk, one.heading, one.who_stepped_out, one.decision, one.text) for one in shown)


@transaction.atomic
def confirm(meeting: Meeting, *, seen: str, by: User, at: datetime) -> Minutes:
    """Confirm the minutes as they were read (`seen` is their hash); they are frozen, and the members are told.

    Raises Refused while something is open, and where they were changed after they were read.
    """
    check(by, "governance.confirm_minutes", meeting)
    minutes = Minutes.objects.select_for_update().filter(meeting=meeting).first()
    refuse_confirming(meeting)
    assert minutes is not None  # noqa: S101 — refuse_confirming has asked
    shown = entries(meeting, meeting.agenda.all())
    sentence = "The minutes were changed after you opened this page. Read them again, then confirm them."
    require(digest_of(shown) == seen, sentence, code="changed_meanwhile")
    for entry in shown:
        Minute.objects.update_or_create(
            minutes=minutes,
            item=entry.item,
            defaults={
                "position": entry.number,
                "heading": entry.heading[:300],
                "stepped_out": "\n".join(entry.stepped_out),
                "decision": entry.decision,
            },
        )
    minutes.present = "\n".join(sorted(Members.of(meeting).names.values()))
    minutes.confirmed_at, minutes.confirmed_by = at, by
    minutes.save()
    seal(minutes, at=at)
    trail.record(TrailEvent.MINUTES_CONFIRMED, meeting, by=by, at=at)
    letters.minutes_ready(minutes, at=at)
    return minutes

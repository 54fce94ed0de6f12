"""The agenda of a meeting with its minutes: who steps out of each item, the quorum, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.governance.models import AgendaItem, Meeting, Minute, Minutes
from core.text import plural


@dataclass(frozen=True)
class OnAgenda:
    """What an app knows of a case at a meeting: its name, its page, who steps out for it, and what was decided.

    `out` holds the keys of people. `is_open` is a decision that another person has still to confirm.
    """

    label: str
    url: str = ""
    out: frozenset[int] = frozenset()
    decision: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Entry:
    """One item as it is shown: numbered among those that the reader sees."""

    number: int
    item: AgendaItem
    heading: str
    url: str = ""
    stepped_out: tuple[str, ...] = ()
    quorum: str = ""
    is_quorate: bool = True
    decision: str = ""
    is_open: bool = False
    text: str = ""
    written_by: int | None = None

    @property
    def who_stepped_out(self) -> str:
        return ", ".join(self.stepped_out)


@dataclass
class Members:
    """Who was present at a meeting: names by the key of the person, which of them vote, and how many are wanted."""

    wanted: int
    names: dict[int, str]
    voting: set[int]

    @classmethod
    def of(cls, meeting: Meeting) -> Members:
        seats = [one.seat for one in meeting.attendances.select_related("seat__person", "seat__organisation")]
        voting = {one.person_id for one in seats if one.is_voting}
        return cls(meeting.quorum, {one.person_id: str(one) for one in seats}, voting)

    def quorum(self, out: Iterable[int]) -> tuple[str, bool]:
        """The sentence that says how many voting members are left for an item, and whether they are enough."""
        if not self.names:
            return "", True
        left = len(self.voting - set(out))
        count = plural(left, "voting member")
        if not self.wanted:
            return f"{count} present. No quorum was agreed.", True
        is_quorate = left >= self.wanted
        verb = "is enough" if is_quorate else "is not enough"
        return f"{count} present. The quorum is {self.wanted}: this {verb}.", is_quorate


def on_agenda(items: Iterable[AgendaItem], meeting: Meeting) -> dict[int, OnAgenda]:
    keys = [item.case_id for item in items if item.case_id is not None]
    found: dict[int, OnAgenda] = import_string(settings.AGENDA_CASE_SOURCE)(keys, meeting) if keys else {}
    return found


def out_of(meeting: Meeting) -> set[int]:
    cases = on_agenda(meeting.agenda.all(), meeting)
    return {person for case in cases.values() for person in case.out}


def minutes_of(meeting: Meeting) -> Minutes | None:
    return Minutes.objects.filter(meeting=meeting).select_related("drafted_by", "confirmed_by").first()


def entries(meeting: Meeting, items: Iterable[AgendaItem]) -> list[Entry]:
    """These items of the meeting in their order, with what the minutes say of each: as confirmed, once they are."""
    listed = list(items)
    lines = {line.item_id: line for line in Minute.objects.filter(minutes__meeting=meeting).select_related("minutes")}
    cases, members = on_agenda(listed, meeting), Members.of(meeting)
    return [
        _entry(number, item, lines.get(item.pk), cases.get(item.case_id or 0), members)
        for number, item in enumerate(listed, start=1)
    ]


def _entry(number: int, item: AgendaItem, line: Minute | None, case: OnAgenda | None, members: Members) -> Entry:
    out = case.out if case else frozenset[int]()
    sentence, is_quorate = members.quorum(out)
    shown: dict[str, Any] = {"url": case.url if case else "", "quorum": sentence, "is_quorate": is_quorate}
    if line is not None and line.minutes.is_confirmed:
        out_names = tuple(line.stepped_out.split("\n")) if line.stepped_out else ()
        words: dict[str, Any] = {"stepped_out": out_names, "decision": line.decision, "text": line.text}
        return Entry(number, item, line.heading, **shown, **words, written_by=line.written_by_id)
    return Entry(
        number,
        item,
        case.label if case else item.title,
        **shown,
        stepped_out=tuple(sorted(name for key, name in members.names.items() if key in out)),
        decision=case.decision if case else "",
        is_open=bool(case and case.is_open),
        text=line.text if line else "",
        written_by=line.written_by_id if line else None,
    )

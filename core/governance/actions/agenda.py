"""What changes the agenda of a meeting, until its minutes are confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Model

from core.accounts.models import User
from core.audit import trail
from core.governance.agenda import on_agenda
from core.governance.models import AgendaItem, Meeting, Minutes
from core.governance.trail_events import TrailEvent
from core.lifecycle import require
from core.permissions import check
from core.visibility import visible

CONFIRMED = "The minutes of this meeting are confirmed, so nothing of it changes. Use the next meeting."


def refuse_confirmed(meeting: Meeting, _at: datetime | None = None) -> None:
    is_confirmed = Minutes.objects.filter(meeting=meeting, confirmed_at__isnull=False).exists()
    require(not is_confirmed, CONFIRMED, code="minutes_confirmed")


@transaction.atomic
def add_item(meeting: Meeting, *, title: str, paper: str = "", by: User, at: datetime) -> AgendaItem:
    """Put a matter at the end of the agenda, with its paper. Raises Refused without a title."""
    check(by, "governance.change_agenda", meeting)
    refuse_confirmed(meeting)
    require(bool(title.strip()), "Enter what the item is about.", "title")
    end = meeting.agenda.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, position=end + 1, title=title.strip(), paper=paper.strip(), added_at=at
    )
    trail.record(TrailEvent.ITEM_ADDED, meeting, by=by, at=at, title=item.title)
    return item


@transaction.atomic
def add_cases(meeting: Meeting, *, cases: Iterable[Model], by: User, at: datetime) -> list[AgendaItem]:
    """Put these cases at the end of the agenda. The trail of the meeting, which recused people read, names none."""
    check(by, "governance.change_agenda", meeting)
    refuse_confirmed(meeting)
    chosen = list(cases)
    require(bool(chosen), "Choose at least one.", "cases")
    items = [AgendaItem.objects.put(meeting, case, at=at) for case in chosen]
    trail.record(TrailEvent.CASES_ADDED, meeting, by=by, at=at)
    return items


@transaction.atomic
def arrange(
    meeting: Meeting, *, order: Mapping[int, int], taken_off: Collection[int] = (), by: User, at: datetime
) -> None:
    """Order the items that the person sees by these numbers, and take some off; others keep their places.

    Raises Refused for an item on which something was decided or written.
    """
    check(by, "governance.change_agenda", meeting)
    refuse_confirmed(meeting)
    seen = {item.pk: item for item in visible(AgendaItem, by).filter(meeting=meeting)}
    gone = [seen[key] for key in taken_off if key in seen]
    cases = on_agenda(gone, meeting)
    for item in gone:
        case = cases.get(item.case_id or 0)
        is_used = item.minutes.exclude(text="").exists() or bool(case and case.decision)
        name = case.label if case else item.title
        sentence = f"{name} has a decision or minutes already, so it stays on the agenda."
        require(not is_used, sentence, f"off_{item.pk}", code="in_use")
        item.minutes.all().delete()
        item.delete()
    places = {key: place for key, place in order.items() if key in seen}
    left = sorted(meeting.agenda.all(), key=lambda item: (places.get(item.pk, item.position), item.position))
    for place, item in enumerate(left, start=1):
        item.position = place
    AgendaItem.objects.bulk_update(left, ["position"])
    trail.record(TrailEvent.AGENDA_ARRANGED, meeting, by=by, at=at)

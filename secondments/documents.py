"""What goes into the printed workplan, and its timeline: the same on page and paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string

from core.dates import add_months, london
from core.documents import store
from core.documents.models import GeneratedDocument
from core.lifecycle import Refused
from grants.actions.effects import Effect
from grants.rules import FUNDER_SIGNATORY
from secondments.lifecycle import MilestoneStatus, SignOff
from secondments.models import Amendment, Milestone, Objective, Placement

LEFT, RIGHT, TOP = 112, 924, 34
ROW, GAP, APART = 30, 14, 34
LABEL_ROOM = 46
# (ground, line and words) of a dot, by where its milestone stands: from the programme's own colours.
COLOURS = {
    MilestoneStatus.PLANNED: ("#ffffff", "#4a1d4a", "#4a1d4a"),
    MilestoneStatus.UNDER_WAY: ("#f2a33a", "#4a1d4a", "#221a24"),
    MilestoneStatus.DONE: ("#1c6b52", "#1c6b52", "#ffffff"),
    MilestoneStatus.DROPPED: ("#ece7ea", "#75687a", "#443a47"),
}
LATE = ("#fde3cf", "#a8481f", "#74300f")


@dataclass
class Item:
    """One milestone as it is shown: its number ("1.2"), how many days its sign-off has waited, its buttons."""

    milestone: Milestone
    number: str
    waited: int | None
    is_late: bool
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"waiting for {self.waited} day{'' if self.waited == 1 else 's'}" if self.waited else "asked for today"


@dataclass
class Part:
    """One objective as it is shown, with its milestones in the order of their dates."""

    objective: Objective
    number: int
    items: list[Item]


@dataclass(frozen=True)
class Dot:
    """One milestone on the timeline."""

    x: float
    y: float
    number: str
    title: str
    colours: tuple[str, str, str]


@dataclass(frozen=True)
class Chart:
    """A timeline: dots in lanes over months, everything in the picture's own units."""

    height: int
    months: list[tuple[float, str]]
    lanes: list[tuple[float, str]]
    lines: list[float]
    dots: list[Dot]
    today: float | None
    left: int = LEFT
    right: int = RIGHT
    bottom: int = 0


def parts(placement: Placement, today: date) -> list[Part]:
    found = placement.workplan.objectives.prefetch_related("milestones__strand")
    return [
        Part(
            objective,
            number,
            [
                Item(
                    milestone,
                    f"{number}.{place}",
                    milestone.days_waited(today),
                    milestone.is_open and milestone.due_on < today,
                )
                for place, milestone in enumerate(objective.milestones.all(), start=1)
            ],
        )
        for number, objective in enumerate(found, start=1)
    ]


def chart(placement: Placement, found: list[Part], today: date) -> Chart | None:
    """Lay the milestones out on a line of months; None when there are none. Dots too close share a lane in rows."""
    if not any(part.items for part in found):
        return None
    first, last = placement.starts_on, placement.ends_on
    lanes: list[tuple[float, str]] = []
    lines: list[float] = []
    dots: list[Dot] = []
    top = float(TOP)
    for part in found:
        ends_of_rows: list[float] = []
        for item in part.items:
            x = across(item.milestone.due_on, first, last)
            row = next((place for place, end in enumerate(ends_of_rows) if x - end >= APART), len(ends_of_rows))
            ends_of_rows[row : row + 1] = [x]
            colours = LATE if item.is_late else COLOURS[MilestoneStatus(item.milestone.status)]
            dots.append(Dot(x, top + GAP + ROW * row + ROW / 2, item.number, item.milestone.title, colours))
        height = GAP * 2 + ROW * max(1, len(ends_of_rows))
        lanes.append((top + height / 2, str(part.number)))
        top += height
        lines.append(top)
    return Chart(
        height=int(top) + 24,
        months=months(first, last),
        lanes=lanes,
        lines=lines,
        dots=dots,
        today=across(today, first, last) if first <= today <= last else None,
        bottom=int(top),
    )


def months(first: date, last: date) -> list[tuple[float, str]]:
    """Give where each month begins, with its name where there is room for it."""
    begin, found, shown_to = first.replace(day=1), [], 0.0
    while begin <= last:
        x = across(max(begin, first), first, last)
        has_room = x >= shown_to and RIGHT - x >= LABEL_ROOM / 2
        found.append((x, f"{begin:%b %y}" if has_room else ""))
        shown_to = x + LABEL_ROOM if has_room else shown_to
        begin = add_months(begin, 1)
    return found


def across(day: date, first: date, last: date) -> float:
    """Place a day between the left and the right edge; days outside the term stand at its edge."""
    share = (min(max(day, first), last) - first).days / max(1, (last - first).days)
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def workplan(placement: Placement, today: date) -> dict[str, Any]:
    found = parts(placement, today)
    items = [item for part in found for item in part.items]
    return {
        "placement": placement,
        "site_name": placement.programme.name,
        "workplan": placement.workplan,
        "parts": found,
        "chart": chart(placement, found, today),
        "view": placement.workplan.views.select_related("said_by", "answered_by").first(),
        "strands": placement.strands.all(),
        "done": sum(item.milestone.status == MilestoneStatus.DONE for item in items),
        "planned": sum(item.milestone.status != MilestoneStatus.DROPPED for item in items),
        "waiting": sum(item.milestone.sign_off == SignOff.ASKED for item in items),
        "today": today,
    }


def printed_workplan(placement: Placement, *, at: datetime) -> GeneratedDocument:
    html = render_to_string("secondments/workplan_paper.html", workplan(placement, london(at).date()))
    name = f"{placement.reference}-workplan.pdf"
    return store.request(placement, "workplan", html, name=name, at=at, is_awaited=True)


def supplement(amendment: Amendment, effect: Effect, *, prepared_at: datetime) -> GeneratedDocument:
    """Request the supplementary agreement of an amendment as a PDF, with its content as it is now."""
    grant = amendment.grant
    agreement = getattr(grant, "agreement", None)
    if agreement is None:
        raise Refused("This grant has no agreement here that could be supplemented.", code="no_agreement")
    context = {
        "amendment": amendment,
        "grant": grant,
        "agreement": agreement,
        "effect": effect,
        "site_name": grant.programme.name,
        "programme": grant.programme,
        "funder": grant.programme.funder,
        "organisation": grant.organisation,
        "director": grant.programme.title_of(FUNDER_SIGNATORY),
        "consents": list(amendment.consents.select_related("given_by")),
        "prepared_on": london(prepared_at).date(),
    }
    html, name = (
        render_to_string("secondments/supplement.pdf.html", context),
        f"Supplementary agreement {amendment}.pdf",
    )
    return store.request(amendment, "supplement", html, name=name, at=prepared_at, is_frozen=True)


def signed(digest: str) -> Amendment | None:
    """The amendment whose supplementary agreement has this SHA-256, once anyone has signed it."""
    found = Amendment.objects.filter(sha256=digest, signatures__sha256=digest).distinct()
    return found.select_related("grant__organisation", "grant__programme__funder").first()

"""What the public is told of a decided call: how many applied, how long it took, why, and who decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Exists, Min, OuterRef, QuerySet

from applications.documents import who_decides
from applications.lifecycle import HANDED_IN, OutcomeStatus, Status
from applications.models import Application, Call, ShortlistOutcome
from applications.small_numbers import Cell, shown, shown_of_several
from core.dates import london, say_day
from core.governance.models import Meeting
from core.text import plural
from grants.lifecycle import DecisionStatus
from grants.models import Decision, Grant

AWARDED = (Status.OFFERED, Status.ACCEPTED, Status.OFFER_DECLINED)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    label: str
    cell: Cell


@dataclass(frozen=True)
class Outcome:
    """The figures of one call; `days` and `promised_days` are None where there is no decision or no promise."""

    call: Call
    applied: int
    awarded: int
    not_awarded: list[Line]
    reasons: list[Line]
    days: float | None
    promised_days: int | None
    organisations: int
    new_organisations: int
    deciders: list[tuple[str, str]]

    @property
    def facts(self) -> list[tuple[str, str]]:
        since = "the deadline" if self.call.closes_at else "the day each application was submitted"
        days = "No application has a decision." if self.days is None else f"{self.days:g}, counted from {since}"
        promised = "The call gave no date." if self.promised_days is None else str(self.promised_days)
        new = f"{self.new_organisations} of {plural(self.organisations, 'organisation')}"
        return [
            ("Applications", str(self.applied)),
            ("Awards", str(self.awarded)),
            *((line.label, line.cell.words) for line in self.not_awarded),
            ("Median days to a decision", days),
            ("Days that we promised", promised),
            ("Awarded for the first time in this programme", new if self.organisations else "No award was made."),
        ]


def outcome_of(call: Call) -> Outcome:
    """Work out the figures of a decided call: eight queries, however many applied."""
    applied = Application.objects.filter(call=call, is_rehearsal=False, status__in=HANDED_IN)
    facts = list(applied.values_list("pk", "status", "organisation", "submitted_at", "released_at"))
    awarded = {row[2] for row in facts if row[1] in AWARDED}
    earlier = _funded_before(call, min((row[4] for row in facts if row[1] in AWARDED and row[4]), default=None))
    number_awarded = sum(row[1] in AWARDED for row in facts)
    sifted = _turned_down(applied)
    after = len(facts) - number_awarded - sifted.count()
    cells = shown([sifted.count(), after])
    return Outcome(
        call=call,
        applied=len(facts),
        awarded=number_awarded,
        not_awarded=[
            Line("Turned down before the committee", cells[0]),
            Line("Not awarded by the committee", cells[1]),
        ],
        reasons=_reasons(call, sifted) if cells[0].count is not None else [],
        days=_median_days(call, [(row[3], row[4]) for row in facts]),
        promised_days=_promised_days(call),
        organisations=len(awarded),
        new_organisations=len(awarded - earlier),
        deciders=[*who_decides(call.programme), *_occasions(call, applied)],
    )


def _turned_down(applied: QuerySet[Application]) -> QuerySet[ShortlistOutcome]:
    rows = ShortlistOutcome.objects.filter(application__in=applied, status=OutcomeStatus.RELEASED)
    return rows.filter(outcome=ShortlistOutcome.Outcome.TURN_DOWN)


def _reasons(call: Call, outcomes: QuerySet[ShortlistOutcome]) -> list[Line]:
    """How often each reason was given, in the programme's own order."""
    given = Counter(outcomes.filter(reasons__isnull=False).values_list("reasons", flat=True))
    rows = [row for row in call.programme.outcome_reasons.all() if row.is_offered or given[row.pk]]
    cells = shown_of_several([given[row.pk] for row in rows], outcomes.count())
    return [Line(row.label, cell) for row, cell in zip(rows, cells, strict=True)]


def _median_days(call: Call, moments: list[tuple[datetime | None, datetime | None]]) -> float | None:
    begun = [(call.closes_at or submitted, released) for submitted, released in moments]
    spans = [(london(released).date() - london(since).date()).days for since, released in begun if since and released]
    return float(median(spans)) if spans else None


def _promised_days(call: Call) -> int | None:
    """From the deadline to the last day of the week in which a decision was promised."""
    if call.closes_at is None or call.decision_week_on is None:
        return None
    week = call.decision_week_on - timedelta(days=call.decision_week_on.weekday())
    return (week + WEEK - timedelta(days=1) - london(call.closes_at).date()).days


def _funded_before(call: Call, at: datetime | None) -> set[int]:
    if at is None:
        return set()
    grants = Grant.objects.published().filter(programme=call.programme_id, agreed_on__lt=london(at).date())
    return set(grants.values_list("organisation", flat=True))


def _occasions(call: Call, applied: QuerySet[Application]) -> list[tuple[str, str]]:
    decided = Decision.objects.filter(meeting=OuterRef("pk"), application__call=call, status=DecisionStatus.RELEASED)
    meetings = Meeting.objects.filter(Exists(decided)).order_by("held_on")
    met = [f"{meeting.body}, {say_day(meeting.held_on)}" for meeting in meetings]
    sent: datetime | None = applied.aggregate(first=Min("released_at"))["first"]
    first: date | None = london(sent).date() if sent else None
    told = [("Met to decide", "\n".join(met))] if met else []
    return [*told, *([("First outcomes sent", say_day(first))] if first else [])]

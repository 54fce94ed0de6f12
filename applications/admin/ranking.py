"""All applications to a call with their totals and ranks, read as plain values; a page of them is read in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum

from applications.lifecycle import HANDED_IN, AssessmentStatus, Status
from applications.models import Application, Assessment, Call, Score
from applications.models.assessment import CURRENT_SCORE, Party
from applications.scoring import (
    APART,
    BEST,
    Policy,
    Rank,
    Total,
    difference_of_totals,
    mean_of,
    ranks,
    spread,
    total_of,
)
from core.accounts.models import User
from core.visibility import visible

# One finished sheet: its side, its total and the best that it could be.
Sums = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One application with the sums of its finished sheets, its total and its rank among those that the person sees."""

    key: int
    reference: str
    organisation: str
    post: str
    post_key: int
    status: str
    sums: tuple[Sums, ...]
    total: Total | None
    rank: Rank | None

    @property
    def spread(self) -> int | None:
        return spread([points for _, points, _ in self.sums])

    @property
    def difference(self) -> Decimal | None:
        return difference_of_totals([(side, points) for side, points, _ in self.sums])

    @property
    def missing(self) -> set[str]:
        sides = {side for side, _, _ in self.sums}
        return {str(side) for side in Party if side not in sides} | (set() if sides else {"none"})


# By the name of the column: what its lines are sorted by, the best or first one first; what has no value comes last.
ORDERS: dict[str, Callable[[Line], Any]] = {
    "rank": lambda line: None if line.rank is None else line.rank.place,
    "organisation": lambda line: line.organisation.casefold(),
    "post": lambda line: line.post.casefold(),
    "status": lambda line: list(Status).index(Status(line.status)),
    "spread": lambda line: None if (apart := line.spread) is None else -apart,
    "difference": lambda line: None if (apart := line.difference) is None else -abs(apart),
}


def in_order(lines: Iterable[Line], chosen: str) -> list[Line]:
    """Sort by a column, backwards where its name has a minus in front."""
    key = ORDERS.get(chosen.removeprefix("-"), ORDERS["rank"])
    by_reference = [(key(line), line) for line in sorted(lines, key=lambda line: line.reference)]
    found = [pair for pair in by_reference if pair[0] is not None]
    none = [line for value, line in by_reference if value is None]
    ordered = sorted(found, key=lambda pair: pair[0], reverse=chosen.startswith("-"))
    return [*(line for _, line in ordered), *none]


def lines_of(call: Call, user: User) -> list[Line]:
    """Every application to the call that the person sees: two queries, a row for each application and each sheet."""
    shown = visible(Application, user).filter(call=call, status__in=HANDED_IN).order_by()
    values = shown.values_list(
        "pk", "reference", "draft_reference", "organisation__name", "post__job_title", "post", "status"
    )
    sums, policy = sums_by_application(call, user), Policy(call.total_by)
    rows = list(values)
    totals = {row[0]: total_of([one[1:] for one in sums[row[0]]], policy) for row in rows}
    places = ranks(totals)
    return [
        Line(
            key,
            reference or draft,
            organisation,
            post,
            post_key,
            status,
            tuple(sums[key]),
            totals[key],
            places.get(key),
        )
        for key, reference, draft, organisation, post, post_key, status in rows
    ]


def finished(call: Call, user: User) -> Any:
    """The scores of finished sheets that the person sees."""
    sheets = visible(Assessment.objects.filter(status=AssessmentStatus.COMPLETE, application__call=call), user)
    return Score.objects.filter(assessment__in=sheets.order_by().values("pk"), score__isnull=False).order_by()


def sums_by_application(call: Call, user: User) -> dict[int, list[Sums]]:
    of_sheet = ("assessment__application", "assessment", "assessment__party")
    grouped = finished(call, user).values(*of_sheet)
    added = grouped.annotate(points=Sum(CURRENT_SCORE * F("criterion__weight")), weights=Sum("criterion__weight"))
    found: dict[int, list[Sums]] = defaultdict(list)
    for application, _, party, points, weights in added.values_list(*of_sheet, "points", "weights"):
        found[application].append((party, points, BEST * weights))
    return found


def apart_on_a_criterion(call: Call, user: User) -> set[int]:
    """The applications on which funder and host are apart on a criterion, as `Comparison.is_apart` says."""
    of_side = ("assessment__application", "criterion", "assessment__party")
    added = finished(call, user).values(*of_side).annotate(points=Sum(CURRENT_SCORE), sheets=Count("pk"))
    means: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
    for application, criterion, party, points, sheets in added.values_list(*of_side, "points", "sheets"):
        means[application, criterion][party] = mean_of(points, sheets)
    both = len(Party)
    return {
        application
        for (application, _), sides in means.items()
        if len(sides) == both and abs(sides[Party.FUNDER] - sides[Party.HOST]) >= APART
    }

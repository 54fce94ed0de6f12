"""The data sets to take away: columns and rows, without names of people, salaries or sums of money."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from statistics import median
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max, Min, Q, QuerySet

from applications.budget import months_between
from core.accounts.models import Organisation, User
from core.rights.models import Use
from core.rights.restriction import usable
from core.spreadsheets import Column
from grants.visibility import without_conflict
from learning.visibility import programmes_studied
from secondments.lifecycle import MilestoneStatus, PlacementStatus
from secondments.models import Milestone, Placement

CHUNK = 2000
FETCH = 500
FIELDS = (
    "pk", "reference", "starts_on", "ends_on", "days_per_week", "status",
    "grant__organisation_id", "grant__organisation__name", "grant__organisation__charity_number",
    "grant__organisation__company_number", "grant__organisation__society_number",
    "grant__programme__name", "grant__is_above_band",
    "grant__current_salary", "grant__post__job_title", "grant__post__grade",
)  # fmt: skip


@dataclass
class Tally:
    """Counts of the milestones of one placement; dropped ones are left out."""

    work: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    influence: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    planned: int = 0
    done: int = 0
    waits: list[int] = field(default_factory=list)


@dataclass
class Row:
    placement: dict[str, Any]
    strands: list[str]
    tally: Tally


@dataclass(frozen=True)
class Fact:
    column: Column
    read: Callable[[Row], Any]


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: row.placement[name]


def _identifier(row: Row) -> str:
    of = "grant__organisation"
    return Organisation(
        pk=row.placement[f"{of}_id"],
        charity_number=row.placement[f"{of}__charity_number"],
        company_number=row.placement[f"{of}__company_number"],
        society_number=row.placement[f"{of}__society_number"],
    ).open_identifier(row.placement["reference"])


def _months(row: Row) -> Decimal:
    months = months_between(row.placement["starts_on"], row.placement["ends_on"])
    return round(Decimal(months.numerator) / months.denominator, 1)


def _band(row: Row) -> str:
    # Only on which side of the band: a figure would give the salary away.
    if row.placement["grant__current_salary"] is None:
        return "not recorded"
    return "above the band" if row.placement["grant__is_above_band"] else "within the band"


def _work(kind: str) -> Callable[[Row], int]:
    return lambda row: row.tally.work[kind]


def _influence(direction: str) -> Callable[[Row], int]:
    return lambda row: row.tally.influence[direction]


def _fact(name: str, title: str, describe: str, read: Callable[[Row], Any], kind: Any = "text") -> Fact:
    return Fact(Column(name, title, describe, kind), read)


# One line for each column, so that the whole table can be read at once.
PLACEMENTS = (
    _fact("reference", "Reference", "The placement's own reference.", _of("reference")),
    _fact("programme", "Programme", "The programme it belongs to.", _of("grant__programme__name")),
    _fact("organisation", "Organisation", "The organisation that seconds.", _of("grant__organisation__name")),
    _fact("organisation_id", "Open identifier", "The organisation's identifier in open data.", _identifier),
    _fact("post", "Post", "The job title at the host.", _of("grant__post__job_title")),
    _fact("grade", "Grade", "The grade of the post.", _of("grant__post__grade")),
    _fact("strands", "Strands", "The strands of work, with semicolons between.", lambda row: "; ".join(row.strands)),
    _fact("from", "From", "The first day.", _of("starts_on"), "date"),
    _fact("to", "To", "The last day, included.", _of("ends_on"), "date"),
    _fact("months", "Months", "How long it is, in months to one place.", _months, "number"),
    _fact("days_a_week", "Days a week", "Working days a week at the host.", _of("days_per_week"), "number"),
    _fact(
        "status", "Status", "Preparing, active or ended.", lambda row: PlacementStatus(row.placement["status"]).label
    ),
    _fact("pay_band", "Pay band", "Whether the pay is within the call's band or above it, without a figure.", _band),
    _fact("project_work", "Project work", "Milestones of project work.", _work("project"), "number"),
    _fact("reactive_support", "Reactive policy support", "Milestones of that kind.", _work("reactive"), "number"),
    _fact("proactive_input", "Proactive policy input", "Milestones of that kind.", _work("proactive"), "number"),
    _fact(
        "vertical", "Vertical influence", "Milestones towards the leaders of the host.",
        _influence("vertical"), "number"
    ),
    _fact(
        "horizontal", "Horizontal influence", "Milestones towards other teams of the host.",
        _influence("horizontal"), "number"
    ),
    _fact(
        "external", "External influence", "Milestones towards other public bodies.",
        _influence("external"), "number"
    ),
    _fact(
        "milestones", "Milestones", "How many, without dropped ones.", lambda row: row.tally.planned, "number"
    ),
    _fact("milestones_done", "Milestones done", "How many of them are done.", lambda row: row.tally.done, "number"),
    _fact(
        "sign_off_days", "Median days to sign-off",
        "Median days between asking for a sign-off and getting it. Empty if there were none.",
        lambda row: median(row.tally.waits) if row.tally.waits else None, "number",
    ),
)  # fmt: skip
BY_NAME = {fact.column.name: fact for fact in PLACEMENTS}


def placements(user: User, years: Sequence[int] = ()) -> QuerySet[Placement]:
    """The placements of the programmes whose learning a person sees, that ran in any of these years (or in any).

    Not those of a case from which the person stood aside.
    """
    found = Placement.objects.filter(grant__programme__in=programmes_studied(user).order_by())
    found = found.filter(without_conflict(user, "grant__"))
    found = found.exclude(status=PlacementStatus.CALLED_OFF)  # it never took place
    ran = Q()
    for year in years:
        ran |= Q(starts_on__lte=date(year, 12, 31), ends_on__gte=date(year, 1, 1))
    return usable(found.filter(ran), Use.EXPORTS)


def years_of(user: User) -> list[int]:
    ends = placements(user).aggregate(first=Min("starts_on"), last=Max("ends_on"))
    return list(range(ends["last"].year, ends["first"].year - 1, -1)) if ends["first"] else []


def rows(found: QuerySet[Placement], facts: Iterable[Fact]) -> Iterator[list[Any]]:
    """Yield the values of each placement, by reference; one query, and two more for every 2,000 rows."""
    facts = list(facts)
    stream = found.order_by("reference").values(*FIELDS).iterator(chunk_size=FETCH)
    while chunk := list(islice(stream, CHUNK)):
        strands, tallies = belongings([row["pk"] for row in chunk])
        for placement in chunk:
            row = Row(placement, strands[placement["pk"]], tallies[placement["pk"]])
            yield [fact.read(row) for fact in facts]
        chunk.clear()  # before the next two thousand are read, so that there are never four


def belongings(keys: list[int]) -> tuple[dict[int, list[str]], dict[int, Tally]]:
    strands: dict[int, list[str]] = defaultdict(list)
    named = Placement.strands.through.objects.filter(placement__in=keys).order_by("strand__title")
    for key, title in named.values_list("placement_id", "strand__title"):
        strands[key].append(title)
    tallies: dict[int, Tally] = defaultdict(Tally)
    milestones = Milestone.objects.filter(objective__workplan__placement__in=keys).exclude(
        status=MilestoneStatus.DROPPED
    )
    facts = (
        "objective__workplan__placement_id",
        "work",
        "influence",
        "status",
        "sign_off_asked_on",
        "sign_off_given_on",
    )
    for key, work, influence, status, asked_on, given_on in milestones.order_by().values_list(*facts).iterator(CHUNK):
        tally = tallies[key]
        tally.work[work] += 1
        tally.influence[influence] += 1
        tally.planned += 1
        tally.done += status == MilestoneStatus.DONE
        if asked_on and given_on:
            tally.waits.append(max(timedelta(0), given_on - asked_on).days)
    return strands, tallies


DICTIONARY = (
    Column("name", "Name", "What the column is called in the file."),
    Column("title", "Title", "The column's title."),
    Column("description", "Description", "What the column holds."),
    Column("kind", "Kind", "The kind of values."),
)


def dictionary() -> Iterator[list[str]]:
    for fact in PLACEMENTS:
        column = fact.column
        yield [column.name, column.title, column.describe, column.kind]


def json_stream(columns: Sequence[Column], values: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """The table as one JSON document, a piece for each row: what the columns hold, then the rows by column name."""
    described = [{"name": c.name, "title": c.title, "description": c.describe, "kind": c.kind} for c in columns]
    yield b'{"columns": ' + json.dumps(described, ensure_ascii=False).encode() + b',\n"rows": ['
    names = [column.name for column in columns]
    comma = b"\n"
    for row in values:
        plain = {name: _number(value) for name, value in zip(names, row, strict=True)}
        yield comma + json.dumps(plain, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
        comma = b",\n"
    yield b"\n]}\n"


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value

"""Pay of a programme's secondees before and after the enhancement, a year at full time, beside the host's figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet

from applications.models import Call
from applications.small_numbers import FEWEST
from core.accounts.models import Programme, User
from core.money.amounts import round_pounds
from core.rights.models import Use
from core.rights.restriction import usable
from core.spreadsheets import Column
from core.text import plural
from grants.actions.costs import full_time_year
from grants.exports.account_tables import OWN, Row, Table
from grants.funding import ZERO
from grants.models import Grant
from grants.models.grant import TAKEN_UP
from grants.visibility import grants_with_salary

EACH = (
    Column("grant", "Grant", "Its reference."),
    Column("organisation", "Organisation", "The employer."),
    Column("post", "Post", "With the host's grade that it is equivalent to."),
    Column("enhancement", "Enhancement", "Whether it was asked for."),
    Column("stated", "Before", "As the organisation stated it.", "money"),
    Column("enhanced", "After", "With the enhancement.", "money"),
    Column("host", "Host's figure", "Where the pay band of the call begins.", "money"),
    Column("difference", "Difference left", "By how much pay is below the host's figure.", "money"),
)
SUMMARY = (
    Column("what", "A year at full time", "Which figure."),
    Column("lowest", "Lowest", "Of all in the table.", "money"),
    Column("median", "Median", "Of all in the table.", "money"),
    Column("highest", "Highest", "Of all in the table.", "money"),
)
HOW = (
    "Pay is worked out as in the award, for a full week and a full year. The host's figure is where the pay band of "
    "the call begins; pay above it stays as it is."
)


@dataclass(frozen=True)
class Pay:
    """What one grant's budget comes to for a whole year at full time."""

    grant: Grant
    stated: Decimal
    enhanced: Decimal
    host: Decimal

    @property
    def difference(self) -> Decimal:
        return max(self.host - self.enhanced, ZERO)

    @property
    def row(self) -> Row:
        grant = self.grant
        post = f"{grant.role} ({grant.post.grade})" if grant.post else grant.role
        asked = "asked for" if grant.wants_enhancement else "not asked for"
        figures = (self.stated, self.enhanced, self.host, self.difference)
        return Row((grant.reference, str(grant.organisation), post, asked, *figures), grant.pk)


def grants_of(programme: Programme, person: User, call: Call | None = None) -> QuerySet[Grant]:
    """The grants of a programme, or of one call, that were taken up and whose salary the person may see."""
    rows = usable(Grant.objects.filter(programme=programme, status__in=TAKEN_UP), Use.EXPORTS)
    rows = rows.filter(post__call=call) if call else rows
    near = ("organisation", "post__call__programme")
    return grants_with_salary(rows, person).select_related(*near).order_by("starts_on", "reference")


def pay_of(grants: Iterable[Grant]) -> list[Pay]:
    """The pay of each grant with a salary on record, by the engine that worked out the award."""
    found = []
    for grant in grants:
        if grant.post is not None and grant.current_salary is not None:
            year = full_time_year(grant)
            found.append(Pay(grant, year.salary, year.salary + year.enhancement, grant.post.call.band_minimum))
    return found


def tables_of(rows: list[Pay]) -> list[Table]:
    """Each grant, and median and range where there are five or more."""
    each = Table("Each grant, a year at full time", EACH, [row.row for row in rows])
    if len(rows) < FEWEST:
        return [each]
    figures = {
        "Before the enhancement": [row.stated for row in rows],
        "After the enhancement": [row.enhanced for row in rows],
        "Difference left": [row.difference for row in rows],
    }
    lines = [Row((what, min(of), round_pounds(median(of)), max(of))) for what, of in figures.items()]
    return [Table("Median and range", SUMMARY, lines), each]


def notes_of(grants: list[Grant], rows: list[Pay]) -> list[str]:
    missing = len(grants) - len(rows)
    notes = [f"{plural(missing, 'grant')} without a salary on record: not in the table."] if missing else []
    if rows and len(rows) < FEWEST:
        notes.append(f"Median and range are shown from {FEWEST} grants.")
    return [*notes, OWN, HOW]

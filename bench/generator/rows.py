"""Rows of the synthetic organisations that wait to be written together."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from applications.models import (
    Answer,
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Call,
    Candidate,
    Counter,
    Criterion,
    Interest,
    JointView,
    Post,
    Question,
    Score,
    Strand,
)
from core.accounts.models import Membership, Organisation, Programme, RoleAssignment, User
from core.audit.models import Entry
from core.governance.models import Body, Meeting
from grants.models import BudgetLine, Decision, EvaluationReport, Grant, Instalment
from secondments.models import Milestone, Objective, OrganisationView, Placement, StartStep, Workplan

# Each after what it points to.
ORDER: tuple[Any, ...] = (
    Organisation,
    User,
    Membership,
    Programme,
    Programme.organisations.through,
    RoleAssignment,
    Strand,
    Call,
    Call.strands.through,
    Post,
    Criterion,
    Question,
    Body,
    Meeting,
    Application,
    Candidate,
    Answer,
    Interest,
    Assessment,
    Score,
    AssessmentVisit,
    Attendee,
    JointView,
    Decision,
    Grant,
    BudgetLine,
    Instalment,
    EvaluationReport,
    Placement,
    Placement.strands.through,
    StartStep,
    Workplan,
    Objective,
    Milestone,
    OrganisationView,
    Entry,
)
AT_ONCE = 500


class Rows:
    """Rows waiting to be written together, and the numbers given out under each prefix."""

    def __init__(self) -> None:
        self.waiting: dict[Any, list[Any]] = defaultdict(list)
        self.numbers: dict[str, int] = {}

    def add(self, row: Any) -> Any:
        self.waiting[type(row)].append(row)
        return row

    def reference(self, prefix: str) -> str:
        """The next reference under a prefix, as `Counter` would give it; asked of the database once for each."""
        if prefix not in self.numbers:
            self.numbers[prefix] = Counter.objects.filter(prefix=prefix).values_list("last", flat=True).first() or 0
        self.numbers[prefix] += 1
        return f"{prefix}-{self.numbers[prefix]:03d}"

    def write(self) -> None:
        """Write everything, the counters too, so that real references go on where these end."""
        for model in ORDER:
            model._base_manager.bulk_create(self.waiting.pop(model, ()), batch_size=AT_ONCE)
        assert not self.waiting, self.waiting.keys()
        counters = [Counter(prefix=prefix, last=last) for prefix, last in self.numbers.items()]
        Counter.objects.bulk_create(
            counters, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["prefix"], update_fields=["last"]
        )
        self.numbers.clear()


def record(rows: Rows, applications: Iterable[Any]) -> None:
    """Add a line of the trail for each application that was handed in; they must have been written."""
    for application in applications:
        if application.submitted_at is None:
            continue
        thing: type[Model] = type(application)
        rows.add(
            Entry(
                at=application.submitted_at,
                by_id=application.submitted_by_id,
                event="application submitted",
                thing_type=thing._meta.label_lower,
                thing_id=str(application.pk),
                thing_label=application.reference,
                programme_id=application.programme_id,
                detail={"version": 1},
            )
        )

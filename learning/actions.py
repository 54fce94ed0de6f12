"""Records findings and what changed because of them, and who took which data away."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from applications.models import Strand
from core.accounts.models import Programme, User
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused
from core.permissions import check
from learning.lifecycle import TrailEvent
from learning.models import Change, Finding


@transaction.atomic
def record_finding(
    programme: Programme, *, statement: str, evidence: str, strand: Strand | None = None, by: User, at: datetime
) -> Finding:
    check(by, "learning.add_finding", programme)
    finding = Finding.objects.create(
        programme=programme, statement=statement, evidence=evidence, strand=strand, recorded_at=at, recorded_by=by
    )
    trail.record(TrailEvent.FINDING_RECORDED, finding, by=by, at=at)
    return finding


@transaction.atomic
def record_change(finding: Finding, *, what: str, since_on: date, by: User, at: datetime) -> Change:
    """Record what changed because of a finding. Raises Refused for a day to come."""
    check(by, "learning.add_change", finding)
    today = london(at).date()
    if since_on > today:
        sentence = f"{say_day(since_on)} is in the future."
        raise Refused(f"{sentence} Record the change after it has happened.", field="since_on")
    change = Change.objects.create(finding=finding, what=what, since_on=since_on, recorded_at=at, recorded_by=by)
    trail.record(TrailEvent.CHANGE_RECORDED, finding, by=by, at=at, since=say_day(since_on))
    return change


def note_download(
    dataset: str, *, form: str, years: Sequence[int], columns: Sequence[str], by: User, at: datetime
) -> None:
    """Record on the person's trail which data they took away, and in which form."""
    check(by, "learning.view_exports")
    trail.record(
        TrailEvent.DATA_TAKEN, by, by=by, at=at, dataset=dataset, form=form, years=list(years), columns=list(columns)
    )

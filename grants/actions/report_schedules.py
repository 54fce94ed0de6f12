"""Sets when a programme asks for evaluation reports."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.accounts.models import Programme, User
from core.audit import trail
from core.lifecycle import require
from core.permissions import check
from grants.lifecycle import TrailEvent
from grants.models import ReportSchedule
from grants.models.report_schedule import LONGEST_INTERVAL, LONGEST_WRITING, MOST_REPORTS


@transaction.atomic
def set_schedule(
    programme: Programme,
    *,
    number: int | None = None,
    every_months: int | None = None,
    months_to_write: int = 1,
    by: User,
    at: datetime,
) -> ReportSchedule:
    """Set the schedule of grants that are offered from now on: `number` reports, or one `every_months`.

    Raises Refused, naming the field, for both, neither, and figures out of range.
    """
    check(by, "grants.add_reportschedule", programme)
    require(
        number is not None or every_months is not None, "Enter how many reports, or every how many months.", "number"
    )
    require(number is None or every_months is None, "Enter one of the two, and leave the other empty.", "every_months")
    sentence = f"Enter a number of reports from 1 to {MOST_REPORTS}."
    require(number is None or 1 <= number <= MOST_REPORTS, sentence, "number")
    sentence = f"Enter a number of months from 1 to {LONGEST_INTERVAL}."
    require(every_months is None or 1 <= every_months <= LONGEST_INTERVAL, sentence, "every_months")
    sentence = f"Enter a number of months up to {LONGEST_WRITING}."
    require(0 <= months_to_write <= LONGEST_WRITING, sentence, "months_to_write")
    figures = {"number": number, "every_months": every_months, "months_to_write": months_to_write}
    row = ReportSchedule.objects.create(programme=programme, **figures, set_at=at, set_by=by)
    trail.record(TrailEvent.REPORT_SCHEDULE_SET, programme, by=by, at=at, reports=str(row))
    return row

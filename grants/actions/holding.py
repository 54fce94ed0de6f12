"""What a payment waits for: reports that are overdue, and of a held-back part the final report."""

from datetime import datetime

from django.db import transaction
from django.utils.text import get_text_list

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.permissions import check
from grants.lifecycle import PENDING, TrailEvent
from grants.models import Instalment


@transaction.atomic
def allow(instalment: Instalment, *, reason: str, by: User, at: datetime) -> None:
    """Let this one payment be made although a report is overdue; others of the grant wait on."""
    check(by, "grants.allow_instalment", instalment)
    reason = reason.strip()
    require(bool(reason), "Enter why the payment is made although a report is overdue.", "reason")
    refuse_without_overdue(instalment, at)
    fields = {"overdue_allowed_at": at, "overdue_allowed_by": by, "overdue_allowed_reason": reason}
    waiting = Instalment.objects.filter(pk=instalment.pk, status__in=PENDING, overdue_allowed_at=None)
    is_first = waiting.update(**fields)
    instalment.refresh_from_db()
    sentence = f"This payment is {instalment.get_status_display()}, so there is nothing to allow."
    require(instalment.overdue_allowed_at is not None, sentence, code="wrong_state")
    if is_first:
        seal(instalment, at=at)
        trail.record(TrailEvent.INSTALMENT_ALLOWED, instalment, by=by, at=at, reason=reason)


def refuse_without_overdue(instalment: Instalment, at: datetime) -> None:
    refuse_before_final_report(instalment, at)
    is_late = instalment.grant.reports.overdue(london(at).date()).exists()
    sentence = "No report of this grant is overdue, so there is nothing to allow."
    require(is_late, sentence, code="not_overdue")


def refuse_held(instalment: Instalment, at: datetime) -> None:
    """Raise Refused while the payment waits for a report, saying for which and what to do."""
    refuse_before_final_report(instalment, at)
    refuse_overdue(instalment, at)


def refuse_before_final_report(instalment: Instalment, _at: datetime) -> None:
    if instalment.is_held_back and not instalment.grant.reports.accepted().final().exists():
        sentence = (
            "This payment is held back until the final report is accepted. The organisation submits the report, and a "
            "grants officer accepts it."
        )
        raise Refused(sentence, code="held_back")


def refuse_overdue(instalment: Instalment, at: datetime) -> None:
    if instalment.overdue_allowed_at is not None:
        return
    reports = instalment.grant.reports.overdue(london(at).date()).order_by("number")
    if late := [f"{report.title} was due on {say_day(report.due_on)}" for report in reports]:
        sentence = (
            f"{get_text_list(late, 'and')}, so this payment waits. The organisation submits the report, or a grants "
            "officer allows this payment with a reason."
        )
        raise Refused(sentence, code="report_overdue")

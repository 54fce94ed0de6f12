"""When a call may be marked as decided: it has closed, and every applicant has an answer."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.lifecycle import Status
from applications.models import Application, Call, LateAdmission
from core.dates import say_deadline
from core.lifecycle import Refused, require
from core.text import plural


def waiting() -> QuerySet[Application]:
    return Application.objects.filter(status__in=[Status.SUBMITTED, Status.SHORTLISTED])


def admitted_late(at: datetime) -> QuerySet[LateAdmission]:
    """Admissions by which an organisation may still submit."""
    return LateAdmission.objects.filter(confirmed_at__isnull=False, closes_at__gt=at)


def being_entered(at: datetime) -> QuerySet[Application]:
    """Applications that came by post or email and are not complete yet."""
    return Application.objects.filter(status=Status.DRAFT, entered_by__isnull=False, own_closes_at__gt=at)


def is_answered(at: datetime) -> Q:
    """Of calls: nobody waits for an answer, and nobody may still submit."""
    rows = (waiting(), admitted_late(at), being_entered(at))
    return Q(*(~Exists(of_call.filter(call=OuterRef("pk"))) for of_call in rows))


def refuse_undecided(call: Call, at: datetime) -> None:
    """Raise Refused before the close, and while an application waits for an answer or may still be submitted."""
    require(call.is_closed(at) or call.kind == Call.Kind.ROLLING, f"{call} has not closed yet.")
    number = waiting().filter(call=call).count()
    require(not number, f"{plural(number, 'application waits', 'applications wait')} for an answer.")
    _refuse_while_somebody_may_submit(call, at)


def _refuse_while_somebody_may_submit(call: Call, at: datetime) -> None:
    late = admitted_late(at).filter(call=call).select_related("organisation")
    if (first := late.first()) is not None:
        until = say_deadline(first.closes_at)
        raise Refused(
            f"{first.organisation} was admitted late and may submit until {until}. Decide the call after that."
        )
    entered = being_entered(at).filter(call=call)
    if (draft := entered.select_related("organisation").first()) is not None:
        raise Refused(f"The application of {draft.organisation}, which came by post or email, is still being entered.")

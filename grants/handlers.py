"""What follows in grants from an event of this stage or an earlier one, and what is left over after an end."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from applications.lifecycle import LIVE
from applications.models import Application
from core.accounts.models import User
from core.documents.models import GeneratedDocument
from grants.actions import agreements, decisions, ledger
from grants.lifecycle import SETTLED, DecisionStatus, GrantStatus, ReportStatus
from grants.models import Agreement, Decision, EvaluationReport, Grant, Instalment


def document_made(document: GeneratedDocument, *, by: User | None, at: datetime) -> None:
    """The agreement's document is made: its hash is noted, and both parties are asked to sign."""
    for agreement in Agreement.objects.filter(document=document).select_related("grant"):
        agreements.make_ready(agreement, at=at)


def application_ended(application: Application, *, by: User | None, at: datetime) -> None:
    """A decision that nobody was told of yet is dropped."""
    decisions.drop_pending(application, by=by, at=at)


def decision_released(decision: Decision, *, by: User | None, at: datetime) -> None:
    """What was awarded is committed in the fund."""
    for grant in Grant.objects.filter(decision=decision).select_related("post__call"):
        ledger.begin(grant, by=by, at=at)


def grant_extended(grant: Grant, *, by: User | None, at: datetime) -> None:
    """What the extension adds is committed."""
    ledger.follow(grant, reason="The grant was extended.", by=by, at=at)


def grant_ended(grant: Grant, *, by: User | None, at: datetime) -> None:
    """What the grant no longer needs is free again."""
    ledger.follow(grant, reason=f"The grant is {grant.get_status_display()}.", by=by, at=at)


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each decision, instalment and report that waits although what it is about has ended."""
    waiting = Decision.objects.filter(status__in=[DecisionStatus.RECORDED, DecisionStatus.CONFIRMED])
    for decision in waiting.exclude(application__status__in=LIVE).select_related("application"):
        yield f"{decision} is still to be released, although the application has ended."
    offered = Grant.objects.filter(status=GrantStatus.OFFERED).exclude(decision__application__status__in=LIVE)
    for grant in offered.filter(decision__isnull=False):
        yield f"{grant} is still offered, although its application has ended."
    pending = Instalment.objects.exclude(status__in=SETTLED)
    rows = pending.filter(grant__status=GrantStatus.ENDED_EARLY, due_on__gt=F("grant__ended_on"))
    for instalment in rows.select_related("grant"):
        yield f"{instalment} is due to be paid, although the grant ended on {instalment.grant.ended_on}."
    late = EvaluationReport.objects.filter(status=ReportStatus.DUE, grant__status=GrantStatus.ENDED_EARLY)
    for report in late.filter(covers_from_on__gt=F("grant__ended_on"), saved_at__isnull=True).select_related("grant"):
        yield f"{report} is still due, although the grant ended on {report.grant.ended_on}."

"""What pays for an award, as the page of its decision shows it to those who keep the fund."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser

from core.accounts.models import User
from core.lifecycle import refusal_of
from grants.actions import allocations
from grants.lifecycle import DecisionStatus
from grants.models import Allocation, Contribution, Decision, LedgerLine


@dataclass(frozen=True)
class Paying:
    """Amounts by contribution, or the sentence by which the fund cannot pay; `chosen` is one of those chosen."""

    parts: list[tuple[Contribution, Decimal]]
    refusal: str = ""
    chosen: Allocation | None = None
    is_committed: bool = False


def paying_for(person: User | AnonymousUser, decision: Decision) -> Paying | None:
    """Return what pays for an award that waits for release or is committed; None where there is nothing to show."""
    if not decision.is_award or not person.has_perm("grants.view_fund", decision):
        return None
    if decision.status == DecisionStatus.RELEASED:
        return _committed(decision)
    return _proposed(decision) if decision.is_pending and decision.is_paid_by_pool else None


def _committed(decision: Decision) -> Paying | None:
    lines = LedgerLine.objects.filter(grant__decision=decision)
    figures = lines.positions()
    rows = Contribution.objects.filter(pk__in=figures).select_related("goal", "strand")
    parts = [(row, figures[row.pk].committed) for row in rows if figures[row.pk].committed]
    return Paying(parts, is_committed=True) if parts else None


def _proposed(decision: Decision) -> Paying:
    chosen = decision.allocations.select_related("chosen_by", "confirmed_by").first()
    if sentence := refusal_of(allocations.proposed, decision):
        return Paying([], sentence)
    return Paying(list(allocations.proposed(decision).items()), chosen=chosen)

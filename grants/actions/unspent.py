"""What was paid for the days after an early end, and is to be returned to the fund."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from grants.actions.costs import cost_until
from grants.funding import ZERO
from grants.lifecycle import InstalmentStatus, RepaymentStatus
from grants.models import Grant, Variation
from grants.models.payment import OWED_ON


def computed(grant: Grant, ended_on: date) -> Decimal:
    """What is paid, or still to be paid by this last day, beyond what the grant costs until then."""
    return max(payable(grant, ended_on) - cost_until(grant, ended_on).total, ZERO)


def payable(grant: Grant, ended_on: date) -> Decimal:
    """The instalments that are paid, and those owed by this last day that are not withheld."""
    is_due = Q(owed__lte=ended_on) & ~Q(status=InstalmentStatus.WITHHELD)
    rows = grant.instalments.alias(owed=OWED_ON).filter(is_due | Q(status=InstalmentStatus.PAID))
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def to_recover(grant: Grant) -> Decimal:
    """What is to be recovered of a grant that ended early, in pounds, less what was paid back."""
    ended = grant.variations.filter(kind=Variation.Kind.EARLY_END).aggregate(total=Sum("unspent"))["total"]
    back = grant.repayments.filter(status=RepaymentStatus.RECEIVED).aggregate(total=Sum("amount"))["total"]
    return max((ended or ZERO) - (back or ZERO), ZERO)

"""Instalments: an officer prepares, the director approves, finance pays, and they are three people."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core.accounts.models import User
from core.accounts.rules import is_director, is_finance, is_funder_officer, is_officer
from core.audit import trail
from core.money.amounts import format_pounds
from grants.actions import letters
from grants.actions.once import require, take
from grants.lifecycle import INSTALMENT, GrantStatus
from grants.models import Instalment

NOBODY: dict[str, Any] = {"prepared_at": None, "prepared_by": None, "approved_at": None, "approved_by": None}


@transaction.atomic
def prepare(instalment: Instalment, *, by: User, at: datetime) -> None:
    """Put an instalment up for payment; never before the agreement is signed by both."""
    require(is_officer(by), "Only a grants officer prepares a payment.")
    _check_signed(instalment)
    if take(INSTALMENT, instalment, "prepare", **{**NOBODY, "prepared_at": at, "prepared_by": by}):
        trail.record("instalment prepared", instalment, by=by, at=at, amount=format_pounds(instalment.amount))


@transaction.atomic
def approve(instalment: Instalment, *, by: User, at: datetime) -> None:
    """Approve what another person prepared; by person and not by role."""
    require(is_director(by), "Only the director approves a payment.")
    sentence = "You prepared this instalment, so another person approves it."
    require(instalment.prepared_by_id != by.pk, sentence)
    _check_signed(instalment)
    if take(INSTALMENT, instalment, "approve", approved_at=at, approved_by=by):
        trail.record("instalment approved", instalment, by=by, at=at, amount=format_pounds(instalment.amount))


@transaction.atomic
def pay(instalment: Instalment, *, payment_reference: str, by: User, at: datetime) -> None:
    """Note a payment as made, by a third person; the organisation gets a remittance advice. Once, however pressed."""
    require(is_finance(by), "Only a finance officer pays.")
    took_part = by.pk in {instalment.prepared_by_id, instalment.approved_by_id}
    require(not took_part, "You prepared or approved this instalment, so a third person pays it.")
    reference = " ".join(payment_reference.split())
    require(bool(reference), "Enter the bank's payment reference.", "payment_reference")
    _check_signed(instalment)
    if take(INSTALMENT, instalment, "pay", paid_at=at, paid_by=by, payment_reference=reference):
        amount = format_pounds(instalment.amount)
        trail.record("instalment paid", instalment, by=by, at=at, amount=amount, reference=reference)
        letters.payment("payment_made", instalment, at=at)


@transaction.atomic
def withhold(instalment: Instalment, *, reason: str, by: User, at: datetime) -> None:
    """Hold a payment back and tell the organisation why; what was prepared or approved is void."""
    require(is_funder_officer(by), "Only a grants officer or the director withholds a payment.")
    require(bool(reason.strip()), "Write why the payment is withheld; the organisation will read it.", "reason")
    if take(INSTALMENT, instalment, "withhold", **NOBODY, withheld_reason=reason.strip()):
        trail.record("instalment withheld", instalment, by=by, at=at, reason=reason.strip())
        letters.payment("payment_withheld", instalment, at=at)


@transaction.atomic
def reinstate(instalment: Instalment, *, by: User, at: datetime) -> None:
    """Put a payment back on the schedule: preparing and approving begin again."""
    require(is_funder_officer(by), "Only a grants officer or the director reinstates a payment.")
    if take(INSTALMENT, instalment, "reinstate", **NOBODY, withheld_reason=""):
        trail.record("instalment reinstated", instalment, by=by, at=at)


def _check_signed(instalment: Instalment) -> None:
    is_payable = instalment.grant.status in {GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.ENDED_EARLY}
    require(is_payable, "Nothing is paid before the funding agreement is signed, or after the grant is closed.")

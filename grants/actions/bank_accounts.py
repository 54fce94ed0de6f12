"""Bank details: an organisation enters them, one person calls back, another approves, and some days pass before use."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import require
from core.permissions import check
from grants.actions import instalments
from grants.letters import payments as letters
from grants.lifecycle import BANK_ACCOUNT, PAID_TO, UNDER_CHECK, BankAccountStatus, TrailEvent
from grants.models import BankAccount, Grant
from grants.models.bank import after_working_days, sealed

SORT_CODE, SHORTEST, LONGEST, LONGEST_NAME = 6, 6, 8, 70
SORT_CODE_IS = "Enter a sort code of 6 digits, like 309430."
NUMBER_IS = "Enter an account number of 6 to 8 digits, like 00733445."
IBAN_IS = "This looks like an IBAN. Enter the account number, which has 6 to 8 digits."
LONG_NUMBER = (
    "An account number has 8 digits, some 6 or 7. You entered {}. If your bank shows more than 8, ask it for the "
    "number that payments from other banks go to."
)


@transaction.atomic
def enter(grant: Grant, *, sort_code: str, number: str, account_name: str, by: User, at: datetime) -> BankAccount:
    """Enter where the grant is to be paid. The account in use stays in use until the new one is approved.

    Raises Refused, naming the field.
    """
    check(by, "grants.enter_bankaccount", grant)
    require(grant.status in PAID_TO, "Enter bank details after you have accepted the offer.", code="not_accepted")
    name = " ".join(account_name.split())
    require(0 < len(name) <= LONGEST_NAME, "Enter the name on the account.", "account_name")
    code = _sort_code(sort_code)
    details = {"sort_code": code, "number": _number(number, code), "name": name}
    instalments.lock_payments(grant.programme_id)
    for waiting in grant.bank_accounts.filter(status__in=UNDER_CHECK):
        _replace(waiting, by, at)
    account = BankAccount.objects.create(grant=grant, entered_at=at, entered_by=by, **sealed(**details))
    seal(account, at=at)
    trail.record(TrailEvent.BANK_ACCOUNT_ENTERED, account, by=by, at=at)
    letters.bank_details_entered(account, at=at)
    return account


@transaction.atomic
def call_back(account: BankAccount, *, spoke_to: str, number_from: str, by: User, at: datetime) -> None:
    """Note that the organisation confirmed the details when it was called on a number from a public register."""
    check(by, "grants.check_bankaccount", account)
    require(spoke_to in BankAccount.SpokeTo, "Choose whom you spoke to.", "spoke_to")
    require(number_from in BankAccount.NumberFrom, "Choose the register that gives the number.", "number_from")
    facts = {"checked_at": at, "checked_by": by, "spoke_to": spoke_to, "number_from": number_from}
    if BANK_ACCOUNT.advance_once(account, "check", **facts):
        by.remembered.pop("bank accounts checked", None)
        said = {"spoke_to": account.get_spoke_to_display(), "number_from": account.get_number_from_display()}
        trail.record(TrailEvent.BANK_ACCOUNT_CHECKED, account, by=by, at=at, **said)


@transaction.atomic
def approve(account: BankAccount, *, by: User, at: datetime) -> None:
    """Approve a checked account in place of the one in use; what was approved to be paid into that one is void."""
    check(by, "grants.approve_bankaccount", account)
    instalments.lock_payments(account.grant.programme_id)
    if BankAccount.objects.filter(pk=account.pk, status=BankAccountStatus.CHECKED).exists():
        for former in account.grant.bank_accounts.filter(status=BankAccountStatus.APPROVED):
            _replace(former, by, at)
    usable_from_on = after_working_days(london(at).date(), account.grant.programme.bank_wait_days)
    facts = {"approved_at": at, "approved_by": by, "usable_from_on": usable_from_on}
    if BANK_ACCOUNT.advance_once(account, "approve", **facts):
        seal(account, at=at)
        trail.record(TrailEvent.BANK_ACCOUNT_APPROVED, account, by=by, at=at, usable_from=say_day(usable_from_on))
        letters.bank_details_approved(account, at=at)


@transaction.atomic
def refuse(account: BankAccount, *, why_refused: str, by: User, at: datetime) -> None:
    """Refuse an account; nothing more is paid into it. The organisation enters its details again."""
    check(by, "grants.refuse_bankaccount", account)
    instalments.lock_payments(account.grant.programme_id)
    require(why_refused in BankAccount.WhyRefused, "Choose why.", "why_refused")
    end(account, why_refused, by=by, at=at)


def end(account: BankAccount, why_refused: str, *, by: User, at: datetime) -> None:
    """Refuse an account in another step's transaction, which asks who may."""
    if BANK_ACCOUNT.advance_once(account, "refuse", ended_at=at, ended_by=by, why_refused=why_refused):
        instalments.void_approvals(account, by=by, at=at)
        trail.record(TrailEvent.BANK_ACCOUNT_REFUSED, account, by=by, at=at, reason=account.get_why_refused_display())
        letters.bank_details_refused(account, at=at)


def _replace(account: BankAccount, by: User, at: datetime) -> None:
    BANK_ACCOUNT.advance(account, "replace", ended_at=at, ended_by=by)
    instalments.void_approvals(account, by=by, at=at)
    trail.record(TrailEvent.BANK_ACCOUNT_REPLACED, account, by=by, at=at)


def _sort_code(typed: str) -> str:
    digits = _without_gaps(typed)
    sentence = (
        f"A sort code has 6 digits, like 309430. You entered {len(digits)}." if _is_digits(digits) else SORT_CODE_IS
    )
    require(_is_digits(digits) and len(digits) == SORT_CODE, sentence, "sort_code")
    require(digits.strip("0") != "", "All digits are 0, so this is not a sort code. Check it.", "sort_code")
    return digits


def _number(typed: str, sort_code: str) -> str:
    """Eight digits; shorter numbers of some banks are written with zeros in front."""
    digits = _without_gaps(typed)
    require(_is_digits(digits), IBAN_IS if digits[:2].isalpha() else NUMBER_IS, "number")
    require(
        len(digits) >= SHORTEST, f"An account number has 8 digits, some 6 or 7. You entered {len(digits)}.", "number"
    )
    require(len(digits) != SORT_CODE + LONGEST, "Enter the account number without the sort code.", "number")
    require(len(digits) <= LONGEST, LONG_NUMBER.format(len(digits)), "number")
    require(digits.strip("0") != "", "All digits are 0, so this is not an account number. Check it.", "number")
    require(digits != sort_code, "This is the sort code again. Enter the account number.", "number")
    return digits.zfill(LONGEST)


def _is_digits(typed: str) -> bool:
    return typed.isascii() and typed.isdigit()


def _without_gaps(typed: str) -> str:
    """What was typed without the spaces, hyphens and dashes that statements write between digits."""
    return "".join(one for one in typed if not one.isspace() and unicodedata.category(one) != "Pd")

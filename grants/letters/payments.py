"""Letters about payments and the bank accounts they go to."""

from datetime import datetime
from typing import Any

from core.accounts.links import absolute
from core.accounts.models import User
from core.letters import outbox
from grants.letters import members_of
from grants.models import BankAccount, Instalment, Repayment


def bank_details_entered(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_entered", account, at=at)


def bank_details_approved(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_approved", account, at=at)


def bank_details_refused(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_refused", account, at=at)


def payment_returned(instalment: Instalment, *, at: datetime) -> None:
    _to_members("payment_returned", instalment, at=at, instalment=instalment)


def payment_reversed(instalment: Instalment, *, at: datetime) -> None:
    _to_members("payment_reversed", instalment, at=at, instalment=instalment)


def repayment_asked(repayment: Repayment, *, at: datetime) -> None:
    _to_members("repayment_asked", repayment, at=at, repayment=repayment)


def repayment_received(repayment: Repayment, *, at: datetime) -> None:
    _to_members("repayment_received", repayment, at=at, repayment=repayment)


def repayment_withdrawn(repayment: Repayment, *, at: datetime) -> None:
    _to_members("repayment_withdrawn", repayment, at=at, repayment=repayment)


def _to_members(template: str, thing: Instalment | Repayment, *, at: datetime, **more: Any) -> None:
    grant = thing.grant
    for person in members_of(grant.organisation):
        key = f"{template}:{thing.pk}:{at.isoformat()}:{person.pk}"  # an instalment may come back more than once
        facts = {"grant": grant, "link": absolute("grant", grant.reference), **more}
        outbox.post(f"grants.{template}", to=person, key=key, at=at, **facts)


def _to_contacts(template: str, account: BankAccount, *, at: datetime) -> None:
    grant = account.grant
    # Who entered an earlier account may have left, or not know of a false change.
    former = User.objects.filter(is_active=True, pk__in=grant.bank_accounts.values("entered_by"))
    page = absolute("grant_bank_account", grant.reference)
    for person in dict.fromkeys([*members_of(grant.organisation), *former]):
        key = f"{template}:{account.pk}:{person.pk}"
        outbox.post(f"grants.{template}", to=person, key=key, at=at, grant=grant, account=account, link=page)

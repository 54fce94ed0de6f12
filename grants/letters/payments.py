"""Letters about payments and the bank accounts they go to."""

from datetime import datetime

from core.accounts.links import absolute
from core.accounts.models import User
from core.letters import outbox
from grants.letters import members_of
from grants.models import BankAccount


def bank_details_entered(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_entered", account, at=at)


def bank_details_approved(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_approved", account, at=at)


def bank_details_refused(account: BankAccount, *, at: datetime) -> None:
    _to_contacts("bank_details_refused", account, at=at)


def _to_contacts(template: str, account: BankAccount, *, at: datetime) -> None:
    grant = account.grant
    # Who entered an earlier account may have left, or not know of a false change.
    former = User.objects.filter(is_active=True, pk__in=grant.bank_accounts.values("entered_by"))
    page = absolute("grant_bank_account", grant.reference)
    for person in dict.fromkeys([*members_of(grant.organisation), *former]):
        key = f"{template}:{account.pk}:{person.pk}"
        outbox.post(f"grants.{template}", to=person, key=key, at=at, grant=grant, account=account, link=page)

"""Somebody who asks what is held about them: by their account, if they have one, and by every address of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from core.accounts.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """An account (None: somebody without one), addresses in lower case, and the full names they have here."""

    account: User | None
    addresses: frozenset[str]
    names: frozenset[str] = frozenset()

    @property
    def words(self) -> list[str]:
        """What names this person in somebody's text: addresses, and names of more than one word; the longest first.

        A single first name would be found in texts about others.
        """
        names = {name for name in self.names if " " in name.strip()}
        return sorted({*self.addresses, *names}, key=lambda word: (-len(word), word))


def person_at(email: str, account: User | None = None, names: Iterable[str] = ()) -> Person:
    """The person with this address: their account is found by any address that it has."""
    address = email.strip().lower()
    if account is None:
        account = User.objects.filter(email__iexact=address).first()
    if account is None:
        known = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
        account = known.user if known else None
    addresses = {address}
    if account is not None:
        of_account = EmailAddress.objects.filter(user=account, verified=True).values_list("email", flat=True)
        addresses |= {account.email.lower(), *(one.lower() for one in of_account)}
        names = [*names, account.name]
    return Person(account, frozenset(addresses - {""}), frozenset(name for name in names if name.strip()))

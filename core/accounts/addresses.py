"""Doubts about whom a typed address belongs to, asked before the account of its owner is put into somebody's part."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.accounts.duplicates import FREE_MAIL
from core.accounts.models import Organisation, User
from core.lifecycle import require
from core.search import fold

ASK = "Tick the address if it is right, or change it."


@dataclass(frozen=True)
class Doubt:
    """An address that may not be the person's who is named, and what to check about it."""

    email: str
    sentence: str


def doubt_about(name: str, email: str) -> Doubt | None:
    """The address is that of an account with another name; accents, capitals and spaces make no other name."""
    email = email.strip().lower()
    owner = User.objects.filter(email=email).first()
    if owner is None or not owner.name or _plain(owner.name) == _plain(name):
        return None
    return Doubt(email, f"{email} is the address of {owner.name}, who has an account here. You typed “{name.strip()}”.")


def outside_of(organisation: Organisation, email: str) -> str:
    """What to check about an address that is not at a domain of the organisation's people; it hinders nothing."""
    domain = email.rpartition("@")[2].lower()
    people = User.objects.filter(memberships__organisation=organisation).values_list("email", flat=True)
    own = sorted({address.rpartition("@")[2].lower() for address in people})
    if not domain or not own or domain in own:
        return ""
    if domain in FREE_MAIL:
        return f"{email} is a private email address. Check that it is theirs, and that they read it."
    return f"{email} is not at {' or '.join(own)}, like the addresses of your organisation. Check that it is right."


def require_sure(doubts: Iterable[Doubt], sure_of: Collection[str]) -> None:
    """Raise Refused for the first doubt whose address is not among those that somebody has checked."""
    for doubt in doubts:
        require(doubt.email in sure_of, f"{doubt.sentence} {ASK}", "sure_of", code="doubtful_address")


def _plain(name: str) -> str:
    return " ".join(fold(name).split())

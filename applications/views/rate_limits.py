"""Counts what one address or one mark may do without an account: ten times in five minutes, as with passwords."""

from __future__ import annotations

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache

from core.accounts.requests import Arrived

MOST, SECONDS = 10, 5 * 60


def _key(what: str, who: object) -> str:
    return f"{what}:{sha256(str(who).encode()).hexdigest()}"


def is_over(what: str, who: object) -> bool:
    return int(cache.get(_key(what, who), 0)) >= MOST


def count(what: str, who: object) -> None:
    key = _key(what, who)
    cache.set(key, int(cache.get(key, 0)) + 1, SECONDS)


def too_many(request: Arrived) -> bool:
    return is_over("wrong-codes", get_adapter().get_client_ip(request))


def count_wrong(request: Arrived) -> None:
    count("wrong-codes", get_adapter().get_client_ip(request))

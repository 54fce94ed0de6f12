"""Counts wrong codes from one address, so that nobody can try them out: ten in five minutes, as with passwords."""

from __future__ import annotations

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache

from core.accounts.requests import Arrived

MOST, SECONDS = 10, 5 * 60


def _key(request: Arrived) -> str:
    address = get_adapter().get_client_ip(request)
    return f"wrong-codes:{sha256(str(address).encode()).hexdigest()}"


def too_many(request: Arrived) -> bool:
    return int(cache.get(_key(request), 0)) >= MOST


def count_wrong(request: Arrived) -> None:
    key = _key(request)
    cache.set(key, int(cache.get(key, 0)) + 1, SECONDS)

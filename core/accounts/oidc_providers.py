"""Reads OIDC_PROVIDERS: the institutions whose people may sign in with the account they have there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.text import slugify

HERE = {"localhost", "127.0.0.1", "::1"}
WANTED = ("name", "issuer", "client_id", "client_secret", "domains")


@dataclass(frozen=True, slots=True)
class Provider:
    """One institution: who vouches, for people of which domains, and whether its second factor counts here."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: frozenset[str]
    trusts_second_factor: bool = False

    @property
    def key(self) -> str:
        """In addresses, and in the database with the subject: another issuer is another key, whatever its name."""
        return f"{slugify(self.name)}-{sha256(self.issuer.encode()).hexdigest()[:8]}"

    @property
    def allauth_app(self) -> dict[str, Any]:
        settings = {"server_url": self.issuer, "fetch_userinfo": False, "oauth_pkce_enabled": True}
        return {
            "provider_id": self.key,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": settings,
        }


def read(text: str) -> dict[str, Provider]:
    """Read a JSON list of objects; raise ImproperlyConfigured, naming the provider and the field."""
    try:
        rows = json.loads(text or "[]")
    except json.JSONDecodeError as problem:
        raise ImproperlyConfigured(f"OIDC_PROVIDERS is not JSON: {problem}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ImproperlyConfigured("OIDC_PROVIDERS is a JSON list of objects.")
    providers = [_provider(number, row) for number, row in enumerate(rows, 1)]
    return {provider.key: provider for provider in providers}


def _provider(number: int, row: dict[str, Any]) -> Provider:
    where = f"OIDC_PROVIDERS, number {number}"
    for name in WANTED:
        if not row.get(name):
            raise ImproperlyConfigured(f"{where}: {name} is missing.")
    if unknown := sorted({*row} - {*WANTED, "trusts_second_factor"}):
        raise ImproperlyConfigured(f"{where}: {', '.join(unknown)} is no setting of a provider.")
    if not isinstance(row["domains"], list) or not all(isinstance(domain, str) for domain in row["domains"]):
        raise ImproperlyConfigured(f'{where}: domains is a list, like ["cityhall.example"].')
    if not isinstance(row.get("trusts_second_factor", False), bool):
        raise ImproperlyConfigured(f"{where}: trusts_second_factor is true or false.")
    issuer = urlsplit(row["issuer"])
    if issuer.scheme != "https" and issuer.hostname not in HERE:
        raise ImproperlyConfigured(f"{where}: issuer is an https address.")
    domains = frozenset(domain.lower().removeprefix("@") for domain in row["domains"])
    return Provider(**{**row, "issuer": row["issuer"].rstrip("/"), "domains": domains})


def for_allauth(providers: Iterable[Provider]) -> dict[str, Any]:
    return {"openid_connect": {"APPS": [provider.allauth_app for provider in providers]}}

"""Encrypts what the database must not tell: secret emails until they are sent, and seeds of second factors.

The keys are made of SECRET_KEY and SECRET_KEY_FALLBACKS: while a key is replaced, what the old one wrote is readable.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db.models import Field, JSONField, Model, TextField
from django.db.models.functions import Cast

PREFIX = "fernet:"


def encrypt(text: str) -> str:
    return PREFIX + _keys().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return the text; one without the prefix was stored before there was encryption, and is returned as it is.

    Raises UnreadableError when no key of the settings fits.
    """
    if not text.startswith(PREFIX):
        return text
    try:
        return _keys().decrypt(text.removeprefix(PREFIX)).decode()
    except InvalidToken:
        raise UnreadableError("SECRET_KEY has changed: put the one before it into SECRET_KEY_FALLBACKS.") from None


class UnreadableError(Exception):
    """The key that encrypted this text is neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS."""


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"core.encryption:{secret}".encode()).digest()))


@dataclass(slots=True)
class Renewed:
    """How many values were encrypted anew, and how many no key of the settings reads."""

    renewed: int = 0
    unreadable: int = 0


def renew_all() -> Renewed:
    """Encrypt anew with SECRET_KEY what SECRET_KEY_FALLBACKS still read, in every table, so that they can be taken out.

    It may run beside the service and as often as you like: a value that somebody changed meanwhile is left to them.
    """
    count = Renewed()
    for model in apps.get_models():
        for field in _columns_of_text(model):
            _renew_column(model, field, count)
    return count


def _columns_of_text(model: type[Model]) -> "Iterator[Field[Any, Any]]":
    if model._meta.managed and not model._meta.proxy:
        yield from (field for field in model._meta.local_concrete_fields if isinstance(field, TextField | JSONField))


def _renew_column(model: type[Model], field: "Field[Any, Any]", count: Renewed) -> None:
    """Compare and set, value by value: in a column of JSON the texts of its first level."""
    as_text = Cast(field.name, TextField())
    rows = model._base_manager.alias(column_as_text=as_text).filter(column_as_text__contains=PREFIX)
    for key, value in list(rows.values_list("pk", field.name)):
        now = _renewed(value, count)
        if now != value:
            count.renewed += model._base_manager.filter(pk=key, **{field.name: value}).update(**{field.name: now})


def _renewed(value: Any, count: Renewed) -> Any:
    if isinstance(value, dict):
        return {name: _renewed(part, count) if isinstance(part, str) else part for name, part in value.items()}
    if not isinstance(value, str) or not value.startswith(PREFIX):
        return value
    token = value.removeprefix(PREFIX).encode()
    try:
        _key(settings.SECRET_KEY).decrypt(token)
    except InvalidToken:
        pass
    else:
        return value  # the key of today reads it
    try:
        return PREFIX + _keys().rotate(token).decode()
    except InvalidToken:
        count.unreadable += 1
        return value

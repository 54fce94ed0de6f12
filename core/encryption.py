"""Encrypts what the database must not tell: secret emails until they are sent, and seeds of second factors.

The keys are made of SECRET_KEY and SECRET_KEY_FALLBACKS: while a key is replaced, what the old one wrote is readable.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

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

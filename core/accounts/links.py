"""Links that let a person in: made from SITE_URL, never from the request; tokens are kept only as digests."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from core.accounts.models import User

WELCOME_DAYS = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)


class WelcomeTokens(PasswordResetTokenGenerator):
    """Tokens that stop working when a password has been chosen, the person has signed in, or their time is over."""

    key_salt = "core.accounts.welcome"


tokens = WelcomeTokens()


def absolute(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def welcome(person: User) -> str:
    """Return the link by which an invited person chooses a password; it works once."""
    return absolute("account_welcome", urlsafe_base64_encode(str(person.pk).encode()), tokens.make_token(person))


def welcomed(uid: str, token: str) -> User | None:
    """Return the person a welcome link was made for, or None if it is not one of ours, used, or too old."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    return person if person and not person.has_usable_password() and tokens.check_token(person, token) else None


def new_token() -> str:
    """Return a token that nobody can guess, of 32 letters that stand in an address as they are."""
    return secrets.token_urlsafe(24)


# Letters and figures that are not mistaken for one another when somebody types them from paper.
CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code(length: int) -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(length))


def plain_code(typed: str) -> str:
    """What was typed of a code, without spaces, dashes and the difference of small and capital letters."""
    return "".join(sign for sign in typed.upper() if sign in CODE_SIGNS)


def digest(token: str) -> str:
    """Return what is kept of a token: 64 hexadecimal digits from which it cannot be told."""
    return sha256(token.encode()).hexdigest()

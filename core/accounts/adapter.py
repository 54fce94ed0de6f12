"""How allauth speaks and leads on: letters through the outbox, in our words; onward only to pages of ours."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from core import encryption
from core.accounts import known_devices, links, security_log
from core.letters import outbox

LETTERS = {
    "account/email/email_confirmation_signup": "accounts.register_code",
    "account/email/email_confirmation": "accounts.address_code",
    "account/email/account_already_exists": "accounts.already_registered",
    "account/email/unknown_account": "accounts.unknown_account",
    "account/email/password_reset_code": "accounts.reset_code",
    "account/email/password_reset": "accounts.password_changed",
    "account/email/password_changed": "accounts.password_changed",
    "account/email/password_set": "accounts.password_changed",
    "account/email/email_changed": "accounts.address_changed",
    "mfa/email/totp_activated": "accounts.second_factor_on",
    "mfa/email/totp_deactivated": "accounts.second_factor_off",
    "mfa/email/webauthn_added": "accounts.passkey_added",
    "mfa/email/webauthn_removed": "accounts.passkey_removed",
    "mfa/email/recovery_codes_generated": "accounts.recovery_codes",
}

WRONG_CODE = "That code is wrong or has expired. Check the email or app and try again, or ask for a new code."
SENTENCES = {
    "email_password_mismatch": "The email address or password is wrong. Check both, or choose a new password.",
    "too_many_login_attempts": "Too many attempts. Try again in 5 minutes, or choose a new password by email now.",
    "incorrect_code": WRONG_CODE,
    "incorrect_password": "This password is wrong. Enter it again.",
    "enter_current_password": "Your current password is wrong. Enter it again.",
    "duplicate_email": "This is already your email address.",
    "email_taken": "You cannot use this email address. Use another.",
    "rate_limited": "Too many attempts. Try again in 5 minutes.",
}


def is_ours(url: str) -> bool:
    """Tell whether this is the path of a page of this service, without scheme or host."""
    if not url.startswith("/") or not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return False
    try:
        resolve(url.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    return True


class AccountAdapter(DefaultAccountAdapter):
    """Allauth's questions, answered."""

    error_messages = DefaultAccountAdapter.error_messages | SENTENCES

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post the letter that answers to allauth's template; it may carry a code, so it is secret."""
        request = allauth_context.request
        outbox.post(
            LETTERS[template_prefix],
            to=email,
            key=f"account:{uuid4()}",
            at=request.arrived_at,
            secret=True,
            person=context.get("user"),
            code=context.get("code", ""),
            new_email=context.get("to_email", ""),
            sign_up=links.absolute("account_signup"),
            reset=links.absolute("account_reset_password"),
            account=links.absolute("account_you"),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Take as long as a real registration, which hashes a password, so that time tells nothing either."""
        make_password(uuid4().hex)
        super().send_account_already_exists_mail(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Let `next` go only home: a path of a page of ours."""
        return bool(url) and is_ours(str(url))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("organisation")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("account_you")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before what is sensitive, but not of somebody who has just signed in."""
        request = allauth_context.request
        records = get_authentication_records(request, request.user)
        age = request.arrived_at.timestamp() - records[-1]["at"] if records else app_settings.REAUTHENTICATION_TIMEOUT
        is_old = age >= app_settings.REAUTHENTICATION_TIMEOUT
        return bool(is_old and super().is_reauthentication_required(app=app, **kwargs))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            security_log.sign_in_failed(str(credentials.get("email", "")), is_locked=True)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        security_log.sign_in_failed(str(credentials.get("email", "")), is_locked=False)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Wrong guesses are counted per account, however the address is typed and whichever host name is asked.
        return known_devices.guesses_of(request, str(credentials.get("email", "")))


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: the host of SITE_URL, whatever host name was asked."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """Return a passkey's name for whoever gave none."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

"""How allauth speaks and leads on: letters through the outbox, in our words; onward only to pages of ours."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core import encryption, step_up
from core.accounts import known_devices, links, oidc, security_log
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

WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use your authenticator app or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
    "email": "Get a code by email",
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

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "core.accounts.oidc.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        key = request.session.get(oidc.SIGNED_IN_WITH)
        return (
            reverse("account_signed_out", args=(key,))
            if key and oidc.provider_of(key)
            else super().get_logout_redirect_url(request)
        )

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before what is sensitive, but not of somebody who has just signed in."""
        request = allauth_context.request
        if step_up.is_recent(request) or not super().is_reauthentication_required(app=app, **kwargs):
            return False
        if not super().get_reauthentication_methods(request.user):  # allauth itself would then ask for nothing
            raise step_up.ProofNeeded
        return True

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """The ways to show again who one is, in our words; a code by email is always one of them."""
        ways = [way | {"description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]
        by_email = {"id": "email", "url": reverse("account_reauthenticate_by_email")}
        return [*ways, by_email | {"description": WAYS["email"]}]

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
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": settings.SERVICE_NAME}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """Return a passkey's name for whoever gave none."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

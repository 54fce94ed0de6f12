"""Signing in with the account that people have at their institution (OpenID Connect).

It opens only accounts that are here already: an account is linked to issuer and subject once, by its person, who shows
the password or the mailbox. What the token says of an email address opens nothing. Roles are given here.

Each sign-in sends a nonce and opens nothing unless the token has it: a token issued for another sign-in is of no use.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

import requests
import structlog
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from core.accounts.models import User
from core.accounts.oidc_providers import Provider
from core.accounts.requests import Arrived
from core.accounts.second_factor import THEIR_FACTOR

PENDING = "oidc_pending"  # in the session: an identity that nobody here is linked to yet
SIGNED_IN_WITH = "oidc_signed_in_with"
NOT_THEIRS = "{name} signs in people with an email address at {domains}. Sign in with your password."
FAILED = "Signing in with {name} did not work. Try again, or sign in with your password."


log = structlog.get_logger("security")


def provider_of(key: str) -> Provider | None:
    return settings.OIDC_PROVIDERS.get(key)


def is_for(provider: Provider, person: User) -> bool:
    """Tell whether the person's own address, as it is here, is at a domain of this institution."""
    return person.email.rpartition("@")[2].lower() in provider.domains


def not_theirs(provider: Provider) -> str:
    return NOT_THEIRS.format(name=provider.name, domains=" or ".join(sorted(provider.domains)))


def offered_to(person: User) -> list[Provider]:
    """The institutions that this person may link and has not."""
    linked = set(SocialAccount.objects.filter(user=person).values_list("provider", flat=True))
    return [one for one in settings.OIDC_PROVIDERS.values() if is_for(one, person) and one.key not in linked]


def links_of(person: User) -> list[tuple[SocialAccount, str]]:
    """The person's links, each with the institution's name; of one that is set up no longer, its key."""
    rows = SocialAccount.objects.filter(user=person).order_by("pk")
    return [(row, provider.name if (provider := provider_of(row.provider)) else row.provider) for row in rows]


def asked_for_second_factor(provider: Provider, claims: dict[str, Any]) -> bool:
    """Tell whether the token says so (RFC 8176) and the setting lets it count."""
    methods = claims.get("amr")
    return provider.trusts_second_factor and isinstance(methods, list) and "mfa" in methods


def sign_out_address(provider: Provider) -> str:
    """Where the institution signs people out; empty where it does not say, or does not answer."""
    try:
        with get_adapter().get_requests_session() as session:
            found = session.get(f"{provider.issuer}/.well-known/openid-configuration").json()
    except (requests.RequestException, ValueError):
        return ""
    address = found.get("end_session_endpoint", "") if isinstance(found, dict) else ""
    return address if isinstance(address, str) and address.startswith(("https://", "http://localhost:")) else ""


class WithNonce(OpenIDConnectProvider):
    """Allauth's provider, which sends a nonce and keeps it with the state of this sign-in."""

    def redirect(self, request: HttpRequest, process: str, *args: Any, **kwargs: Any) -> HttpResponse:
        nonce = token_urlsafe(32)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}  # none that somebody's link asks for
        onward: HttpResponse = super().redirect(request, process, *args, nonce=nonce, **kwargs)
        return onward


class SocialAdapter(DefaultSocialAccountAdapter):
    """Opens an account that is linked; leads anybody else to the page that links."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        return WithNonce(request, app=super().get_provider(request, provider, client_id).app)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        provider, account = provider_of(sociallogin.account.provider), sociallogin.account
        if provider is None:
            raise ImmediateHttpResponse(redirect("account_login"))
        sent, returned = (sociallogin.state.get("nonce", ""), account.extra_data.get("id_token", {}).get("nonce"))
        if not sent or not constant_time_compare(sent, str(returned)):
            log.warning("institution failed", institution=provider.key, problem="another nonce")
            messages.info(request, FAILED.format(name=provider.name))
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.state["process"] = "login"  # linking has a page of its own, which asks first
        claims = account.extra_data.get("id_token", {})
        their_factor = asked_for_second_factor(provider, claims)
        if not sociallogin.is_existing:
            email = str(claims.get("email", ""))
            pending = {"provider": provider.key, "uid": account.uid, "email": email, "their_factor": their_factor}
            request.session[PENDING] = pending
            raise ImmediateHttpResponse(redirect("account_link"))
        SocialAccount.objects.filter(pk=account.pk).update(extra_data={})  # nothing of the token is kept
        if not is_for(provider, sociallogin.user):
            messages.info(request, not_theirs(provider))
            raise ImmediateHttpResponse(redirect("account_login"))
        note(request, provider, their_factor=their_factor)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> None:
        messages.info(request, FAILED.format(name=provider.name))
        raise ImmediateHttpResponse(redirect("account_login"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def note(request: HttpRequest, provider: Provider, *, their_factor: bool) -> None:
    """Remember, for the rest of this request, with whom somebody is about to sign in."""
    request.oidc = (provider.key, their_factor)  # type: ignore[attr-defined]  # read below


class SecondFactorStage(AuthenticateStage):
    """Allauth's question for the second factor, which an institution may have asked already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        _, their_factor = getattr(request, "oidc", ("", False))
        return not their_factor and bool(super()._should_handle(request))


def signed_in(request: HttpRequest, **_: Any) -> None:
    """Keep with whom somebody signed in; of a sign-in by password, that it was with nobody."""
    key, their_factor = getattr(request, "oidc", ("", False))
    request.session[SIGNED_IN_WITH], request.session[THEIR_FACTOR] = key, their_factor


user_logged_in.connect(signed_in, dispatch_uid="oidc: with whom")


def pending(request: Arrived) -> tuple[Provider, dict[str, Any]] | None:
    """The identity that waits to be linked in this session, with its institution."""
    found = request.session.get(PENDING)
    provider = provider_of(found["provider"]) if found else None
    return (provider, found) if provider and found else None

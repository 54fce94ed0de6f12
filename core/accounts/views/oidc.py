"""Linking one's account to one's account at an institution, undoing it, and signing out there too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import structlog
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from core import step_up
from core.accounts import actions, mailbox_codes, oidc
from core.accounts.allauth_forms import LinkAddressForm, ProofCodeForm
from core.accounts.models import User
from core.accounts.oidc_providers import Provider
from core.accounts.requests import Arrived, Personal, acting
from core.forms import ActionForm, posted, run_action

TEMPLATE = "accounts.link_code"
log = structlog.get_logger("security")

View = Callable[..., HttpResponseBase]


def or_say(view: View) -> View:
    """Lead to the other ways to sign in where the institution does not answer, or answers what makes no sense."""

    @wraps(view)
    def reached(request: Arrived, provider_id: str) -> HttpResponseBase:
        provider = oidc.provider_of(provider_id)
        if provider is None:
            raise Http404
        try:
            return view(request, provider_id)
        except (RequestException, OAuth2Error, KeyError, ValueError) as problem:
            log.warning("institution failed", institution=provider_id, problem=type(problem).__name__)
            messages.info(request, oidc.FAILED.format(name=provider.name))
            return redirect("account_login")

    return reached


login, callback = or_say(allauth_views.login), or_say(allauth_views.callback)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_link(request: Arrived) -> HttpResponseBase:
    """Link the identity that has just signed in at an institution: to oneself, or by a code to one's mailbox."""
    found = oidc.pending(request)
    if found is None:
        return redirect("account_you" if request.user.is_authenticated else "account_login")
    provider, pending = found
    if isinstance(request.user, User):
        return _link_own(request, provider, pending)
    if request.method == "POST" and "email" in request.POST:
        return _send(request, provider, pending)
    if mailbox_codes.is_waiting(request, TEMPLATE) or "code" in request.POST:
        return _ask_code(request, provider, pending)
    return _page(request, provider, pending, form=LinkAddressForm(initial={"email": pending["email"]}))


@step_up.before("accounts.link_account")
def _link_own(request: Personal, provider: Provider, pending: dict[str, Any]) -> HttpResponse:
    form = ActionForm(posted(request))
    link = partial(actions.link_account, request.user, provider=provider, uid=pending["uid"], **acting(request))
    if form.is_bound and run_action(form, link):
        del request.session[oidc.PENDING]
        messages.success(request, f"You can now sign in with {provider.name}.")
        return redirect("account_you")
    return _page(request, provider, pending, form=form)


def _send(request: Arrived, provider: Provider, pending: dict[str, Any]) -> HttpResponse:
    """Email a code to an account's own address; whether there is an account, the page does not say."""
    form = LinkAddressForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, pending, form=form)
    email = form.cleaned_data["email"].lower()
    if not ratelimit.consume(request, action="link_code", key=email):
        messages.info(request, mailbox_codes.TOO_MANY)
        return redirect("account_link")
    person = User.objects.filter(email=email, is_active=True).first()
    if person is not None and not oidc.is_for(provider, person):
        person = None
    mailbox_codes.send(request, TEMPLATE, person, institution=provider.name)
    return redirect("account_link")


def _ask_code(request: Arrived, provider: Provider, pending: dict[str, Any]) -> HttpResponse:
    form = ProofCodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound and form.is_valid():
        person = mailbox_codes.take(request, TEMPLATE, form.cleaned_data["code"])
        if person is None:
            form.add_error("code", mailbox_codes.complaint(request, TEMPLATE))
        elif run_action(
            form, actions.link_account, person, provider=provider, uid=pending["uid"], by=person, at=request.arrived_at
        ):
            return _let_in(request, person, provider, pending)
    return _page(request, provider, pending, form=form, asks_code=True)


def _let_in(request: Arrived, person: User, provider: Provider, pending: dict[str, Any]) -> HttpResponse:
    """Sign in whoever has proved the mailbox and the identity; the second factor is asked as always."""
    del request.session[oidc.PENDING]
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    oidc.note(request, provider, their_factor=pending["their_factor"])
    record_authentication(request, person, "socialaccount", provider=provider.key, uid=pending["uid"])
    signed_in: HttpResponse = perform_login(request, person, email=person.email)
    return signed_in


def _page(request: Arrived, provider: Provider, pending: dict[str, Any], **context: Any) -> HttpResponse:
    return render(request, "accounts/account_link.html", {"provider": provider, "claimed": pending["email"], **context})


@require_POST
@login_required
@step_up.before("accounts.link_account")
def account_unlink(request: Personal, pk: int) -> HttpResponse:
    link = get_object_or_404(SocialAccount, pk=pk, user=request.user)
    actions.unlink_account(request.user, link=link, **acting(request))
    messages.success(request, "We have removed the link.")
    return redirect("account_you")


@require_safe
def account_signed_out(request: Arrived, key: str) -> HttpResponse:
    """Say that one is signed out here and not there, with the way to sign out there too."""
    provider = oidc.provider_of(key)
    if provider is None:
        raise Http404
    context = {"provider": provider, "address": oidc.sign_out_address(provider)}
    return render(request, "accounts/account_signed_out.html", context)

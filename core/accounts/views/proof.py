"""Showing again who one is by a code that is emailed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.accounts import mailbox_codes, proof
from core.accounts.allauth_forms import ProofCodeForm
from core.accounts.requests import Personal

HERE = "account_reauthenticate_by_email"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reauthenticate_by_email(request: Personal) -> HttpResponse:
    """Email a code at the press of a button, then ask for it."""
    if request.method == "POST" and "send" in request.POST:
        return _send(request)
    form = ProofCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if proof.take_code(request, form.cleaned_data["code"]):
            return redirect(get_next_redirect_url(request) or "account_you")
        form.add_error("code", mailbox_codes.complaint(request, proof.TEMPLATE))
    return render(request, "account/reauthenticate_by_email.html", {"form": form, **_around(request)})


def _send(request: Personal) -> HttpResponse:
    if ratelimit.consume(request, action="proof_code", user=request.user):
        mailbox_codes.send(request, proof.TEMPLATE, request.user)
    else:
        messages.info(request, mailbox_codes.TOO_MANY)
    return redirect(passthrough_next_redirect_url(request, reverse(HERE), "next"))


def _around(request: Personal) -> dict[str, Any]:
    others = [one for one in get_adapter(request).get_reauthentication_methods(request.user) if one["id"] != "email"]
    for one in others:
        one["url"] = passthrough_next_redirect_url(request, one["url"], "next")
    return {
        "is_waiting": mailbox_codes.is_waiting(request, proof.TEMPLATE),
        "reauthentication_alternatives": others,
        "next": get_next_redirect_url(request) or "",
    }

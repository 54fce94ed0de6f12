"""How people show again who they are: password, passkey, app, or a code by email, so that nobody is shut out."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core.accounts import kept_requests, mailbox_codes
from core.accounts.requests import Personal
from core.step_up import ProofNeeded

TEMPLATE = "accounts.proof_code"


class ProofMiddleware:
    """Leads whoever must show who they are to the page for it, and keeps what they sent."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, ProofNeeded):
            return None
        asked = cast("Personal", request)
        if asked.method in {"GET", "HEAD"}:
            onward = asked.get_full_path()
        else:
            is_kept = kept_requests.keep(asked, asked.user, problem.label)
            onward = reverse("account_continue" if is_kept else "home")
        first = get_adapter(request).get_reauthentication_methods(request.user)[0]
        return HttpResponseRedirect(f"{first['url']}?{urlencode({'next': onward})}")


def take_code(request: Personal, typed: str) -> bool:
    """Record the proof if this is the code that was sent to the person who is signed in."""
    if mailbox_codes.take(request, TEMPLATE, typed) != request.user:
        return False
    record_authentication(request, request.user, "code", email=request.user.email, reauthenticated=True)
    return True

"""Asking people to show again who they are, before what pays, binds or gives rights.

A permission says that it wants this (`permit(..., asks_again=True)`). Buttons of the admin ask by their permission; a
view of ours names it:

    @login_required
    @step_up.before("grants.sign_grant")
    def grant_sign(request, reference): ...

Who signed in, or showed it, within the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds is not asked. What was sent is
kept meanwhile (core/accounts/proof.py answers the exception).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.permissions import asks_again


class ProofNeeded(Exception):
    """Whoever sent this request must show again who they are; `label` says what they were about to do."""

    def __init__(self, label: str = "") -> None:
        super().__init__(label)
        self.label = label


def is_recent(request: Any) -> bool:
    """Tell whether the person signed in, or showed again who they are, a short time ago."""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0)
    return bool(request.arrived_at.timestamp() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def demand(request: HttpRequest, permission: str, label: str = "") -> None:
    """Raise ProofNeeded where this permission asks for it and the last proof is too old."""
    if asks_again(permission) and not is_recent(request):
        raise ProofNeeded(label)


def before(permission: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorate a view, inside `login_required`, that does what this permission is for."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            demand(request, permission)
            return view(request, *args, **kwargs)

        return asking

    return decorate

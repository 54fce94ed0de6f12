"""Where one is signed in, and the page that sends again what was kept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts import actions, kept_requests, sessions
from core.accounts.requests import Personal, acting


@require_safe
@login_required
def account_sessions(request: Personal) -> HttpResponse:
    context = {"sessions": sessions.living(request.user), "current": request.session.session_key}
    return render(request, "accounts/account_sessions.html", context)


@require_POST
@login_required
def account_session_end(request: Personal, pk: int) -> HttpResponse:
    if actions.end_sessions(request.user, only=pk, but=request.session.session_key, **acting(request)):
        messages.success(request, "We have signed you out on that device.")
    return redirect("account_sessions")


@require_POST
@login_required
def account_sessions_end_others(request: Personal) -> HttpResponse:
    if actions.end_sessions(request.user, but=request.session.session_key, **acting(request)):
        messages.success(request, "You are now signed in on this device only.")
    return redirect("account_sessions")


@require_safe
@login_required
def account_continue(request: Personal) -> HttpResponse:
    """Offer to send again what was kept while the person signed in, or showed who they are."""
    kept = kept_requests.kept(request)
    if kept is None:
        return redirect("home")
    return render(request, "accounts/account_continue.html", {"kept": kept})

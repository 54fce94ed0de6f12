"""The tokens with which one's own programs read, and the page that makes one and shows it once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import step_up
from core.accounts import actions
from core.accounts.access_token_form import AccessTokenForm
from core.accounts.requests import Personal, acting
from core.forms import posted, run_action
from core.post_redirect import never_kept


@never_cache
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@step_up.before("accounts.make_access_token")
def account_tokens(request: Personal) -> HttpResponse:
    """List one's tokens; make one and show it, once."""
    if not request.user.has_perm("accounts.make_access_token", request.user):
        raise PermissionDenied
    form = AccessTokenForm(posted(request))
    made = None
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data
        if run_action(form, actions.make_access_token, request.user, **wanted, **acting(request)):
            made, form = form.result, AccessTokenForm()
    tokens = request.user.access_tokens.working(request.arrived_at).for_programs()
    return render(request, "accounts/account_tokens.html", {"form": form, "made": made, "tokens": tokens})


@require_POST
@login_required
def account_token_revoke(request: Personal, pk: int) -> HttpResponse:
    token = get_object_or_404(request.user.access_tokens, pk=pk)
    actions.revoke_access_token(token, **acting(request))
    messages.success(request, f"{token.name} is revoked.")
    return redirect("account_tokens")

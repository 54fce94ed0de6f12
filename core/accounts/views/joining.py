"""The page an invitation's link leads to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from core.accounts import actions, links
from core.accounts.forms import JoinForm
from core.accounts.models import Invitation
from core.accounts.requests import Arrived
from core.forms import posted, run_action


@never_cache
def organisation_join(request: Arrived, token: str) -> HttpResponse:
    """Show who invites whom to what; a signed-in person with that address joins at a click."""
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    invitation = get_object_or_404(invitations, token_digest=links.digest(token))
    is_open = invitation.is_open(request.arrived_at)
    form = JoinForm(posted(request))
    facts = {"by": request.user, "at": request.arrived_at}
    if form.is_bound and run_action(form, actions.accept_invitation, invitation, **facts):
        messages.success(request, f"You are now a member of {invitation.organisation}.")
        return redirect("organisation")
    is_for_another = (
        is_open
        and request.user.is_authenticated
        and not request.user.has_perm("accounts.accept_invitation", invitation)
    )
    context = {"form": form, "invitation": invitation, "is_open": is_open, "is_for_another": is_for_another}
    return render(request, "organisation/organisation_join.html", context, status=200 if is_open else 410)

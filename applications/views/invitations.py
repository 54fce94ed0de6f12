"""How invited organisations reach a call: a link or a code from an email, then the organisation that takes it up."""

from __future__ import annotations

from datetime import datetime

from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.actions import invitations
from applications.forms.invitations import CodeForm, TakeUpForm
from applications.models import Call, CallInvitation
from applications.views.rate_limits import count_wrong, too_many
from core.accounts.models import User
from core.accounts.requests import Arrived, Personal, acting
from core.forms import run_action

SESSION_KEY = "invitation"  # the invitation whose code this visitor has shown


def held(request: Arrived) -> CallInvitation | None:
    """The invitation whose code this visitor has shown, while it can be used or is their organisation's."""
    pk = request.session.get(SESSION_KEY)
    if pk is None:
        return None
    invitation = CallInvitation.objects.select_related("call__programme", "call__goal").filter(pk=pk).first()
    if invitation is None:
        return None
    is_own = invitation.organisation_id in own_organisations(request)
    return invitation if is_own or invitations.works(invitation, request.arrived_at) else None


def own_organisations(request: Arrived) -> frozenset[int]:
    return request.user.organisation_ids if isinstance(request.user, User) else frozenset()


def invited_until(request: Arrived, call: Call, shown: CallInvitation | None) -> datetime | None:
    """Until when this visitor may apply by an invitation: that of the code shown, else one of their organisation's.

    Of several the next to end, else the last that ended; None for whoever has none. A code that was withdrawn after an
    application was begun with it counts on.
    """
    if shown is not None:
        return shown.expires_at
    own = own_organisations(request)
    if call.kind != Call.Kind.BY_INVITATION or not own:
        return None
    bound = CallInvitation.objects.filter(Q(withdrawn_at__isnull=True) | Q(uses__gt=0), call=call, organisation__in=own)
    ends = sorted(bound.values_list("expires_at", flat=True))
    return next((end for end in ends if end > request.arrived_at), ends[-1] if ends else None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: Arrived) -> HttpResponse:
    """Take a code, or show what the code that was shown invites to."""
    if request.method != "POST":
        invitation = None if "another" in request.GET else held(request)
        return show(request, invitation) if invitation else ask(request, CodeForm(action=reverse("invited")))
    form = CodeForm(request.POST, action=reverse("invited"))
    return read_code(request, form.cleaned_data["code"], form) if form.is_valid() else ask(request, form)


@never_cache
@require_safe
def invited_code(request: Arrived, code: str) -> HttpResponse:
    return read_code(request, code, CodeForm({"code": code}, action=reverse("invited")), status=410)


@require_POST
@login_required
def invited_take_up(request: Personal) -> HttpResponse:
    """Bind the code to the organisation, and go on to the start of its application."""
    invitation = held(request)
    if invitation is None:
        return redirect("invited")
    form = TakeUpForm(request.POST, by=request.user, action=reverse("invited_take_up"))
    if not form.is_valid():
        return show(request, invitation, form)
    if not run_action(form, invitations.bind, invitation, **form.cleaned_data, **acting(request)):
        return show(request, invitation, form)
    del request.session[SESSION_KEY]
    return redirect("call_apply", invitation.call.slug)


def read_code(request: Arrived, code: str, form: CodeForm, status: int = 200) -> HttpResponse:
    """Keep the invitation with this code in the session; a wrong one is counted, and all get the same sentence."""
    if too_many(request):
        too_often: HttpResponse = respond_429(request)
        return too_often
    if not run_action(form, invitations.found, code, request.arrived_at, own=own_organisations(request)):
        count_wrong(request)
        return ask(request, form, status=status)
    request.session[SESSION_KEY] = form.result.pk
    return redirect("invited")


def ask(request: Arrived, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "applications/invited.html", {"form": form}, status=status)


def show(request: Arrived, invitation: CallInvitation, form: TakeUpForm | None = None) -> HttpResponse:
    """Show what somebody is invited to, and the next step: sign in, name an organisation, or apply."""
    own = own_organisations(request)
    if form is None and invitation.organisation_id in own:
        return redirect("call_apply", invitation.call.slug)
    if form is None and own and isinstance(request.user, User):
        form = TakeUpForm(by=request.user, action=reverse("invited_take_up"))
    context = {"invitation": invitation, "call": invitation.call, "form": form}
    return render(request, "applications/invited_call.html", context)

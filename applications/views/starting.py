"""The start of an application: for which organisation, warned about doubles, and with earlier answers brought over."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from applications.actions import applications, copy_answers, invitations
from applications.forms.starting import BringForm, StartForm
from applications.models import Application, Call, LateAdmission
from applications.views.calls import visible_or_404
from applications.views.fetch import of_own
from core.accounts.models import Organisation
from core.accounts.requests import Personal
from core.lifecycle import Refused

EARLIER_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def call_apply(request: Personal, slug: str) -> HttpResponse:
    """Start an application, or open the one that the organisation has begun."""
    found = visible_or_404(request, slug)
    if not request.user.organisation_ids:
        query = urlencode({"next": reverse("call_apply", args=[slug])})
        return redirect(f"{reverse('organisation')}?{query}")
    form = StartForm(request.POST if request.method == "POST" else None, call=found, by=request.user)
    if request.method == "POST" and form.is_valid() and not asks_to_carry_on(form, found):
        chosen = {name: form.cleaned_data[name] for name in ("organisation", "post")}
        try:
            application = applications.start(**chosen, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            return redirect(application)
    return render(request, "applications/call_apply.html", start_page(request, found, form))


def asks_to_carry_on(form: StartForm, call: Call) -> bool:
    """Tell whether another organisation that is likely the same has begun, and this was not ticked away."""
    if form.cleaned_data["carry_on"]:
        return False
    double = applications.likely_double_at(call, form.cleaned_data["organisation"])
    if double is not None:
        form.add_error("carry_on", f"Tick the box if {double} is another organisation than yours.")
    return double is not None


def start_page(request: Personal, call: Call, form: StartForm) -> dict[str, Any]:
    """What the page says before the button: who has begun, who seems to have, and until when."""
    own = list(Organisation.objects.filter(pk__in=request.user.organisation_ids))
    begun = list(Application.objects.begun(call, own).select_related("organisation", "post", "started_by"))
    chosen = form.cleaned_data.get("organisation") if form.is_bound else None
    asked = [chosen] if chosen else own
    doubles = [double for one in asked if (double := applications.likely_double_at(call, one)) is not None]
    if doubles:
        form.ask_to_carry_on()
    is_one_choice = form["organisation"].is_hidden and form["post"].is_hidden
    rights = rights_of_their_own(call, own, request.arrived_at)
    return {
        "form": form,
        "call": call,
        "begun": begun,
        "doubles": doubles,
        "all_begun": bool(begun) and is_one_choice,
        "rights": rights,
        "is_open": call.is_open(request.arrived_at) or bool(rights),
    }


def rights_of_their_own(call: Call, own: list[Organisation], at: Any) -> list[Any]:
    """The late admissions and invitations by which these organisations may apply now, each with its deadline."""
    admissions = LateAdmission.objects.filter(call=call, organisation__in=own, confirmed_at__isnull=False)
    found: list[Any] = [
        {"organisation": row.organisation, "closes_at": row.closes_at}
        for row in admissions.filter(closes_at__gt=at).select_related("organisation")
    ]
    if call.kind == Call.Kind.BY_INVITATION:
        found += [
            {"organisation": organisation, "closes_at": invitation.expires_at}
            for organisation in own
            if (invitation := invitations.usable(call, organisation, at)) is not None
        ]
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@of_own
def application_bring(request: Personal, application: Any) -> HttpResponse:
    """Bring over the answers of an earlier application of the same organisation, into what is still empty."""
    if not application.may_be_edited(request.arrived_at):
        return redirect("application", application.shown_reference)
    earlier = list(copy_answers.earlier(application).select_related("call")[:EARLIER_SHOWN])
    form = BringForm(request.POST if request.method == "POST" and earlier else None, earlier=earlier)
    if form.is_bound and form.is_valid():
        source = form.cleaned_data["source"]
        try:
            brought = copy_answers.bring(application, source=source, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        else:
            say_brought(request, source, brought)
            return redirect("application", application.shown_reference)
    context = {"form": form, "application": application, "call": application.call, "earlier": earlier}
    return render(request, "applications/application_bring.html", context)


def say_brought(request: Personal, source: Application, brought: copy_answers.Brought) -> None:
    """Say what was brought over, and what has to be shortened."""
    if not brought.labels:
        sentence = "no question here is the same and still empty."
        messages.info(request, f"Nothing was brought over from {source.shown_reference}: {sentence}")
        return
    messages.success(request, f"Brought over from {source.shown_reference}: {'; '.join(brought.labels)}. Read each.")
    if brought.too_long:
        messages.warning(request, f"Longer than this call allows: {'; '.join(brought.too_long)}.")

"""The start of an application: for which organisation, with a warning of duplicates, and with answers copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
from applications.views.fetch import call_or_404, with_writable
from core.accounts.models import Organisation
from core.accounts.requests import Personal, acting
from core.forms import posted, run_action

EARLIER_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def call_apply(request: Personal, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    if not request.user.organisation_ids:
        query = urlencode({"next": reverse("call_apply", args=[slug])})
        return redirect(f"{reverse('organisation')}?{query}")
    form = StartForm(posted(request), call=call, by=request.user)
    if form.is_bound and form.is_valid() and not asks_to_carry_on(form, call):
        chosen = {name: form.cleaned_data[name] for name in ("organisation", "post")}
        if run_action(form, applications.start, **chosen, **acting(request)):
            return redirect(form.result)
    return render(request, "applications/call_apply.html", start_page(request, call, form))


def asks_to_carry_on(form: StartForm, call: Call) -> bool:
    """Whether an organisation that is likely the same has begun, and the box against this warning was not ticked."""
    if form.cleaned_data["carry_on"]:
        return False
    double = applications.likely_double_at(call, form.cleaned_data["organisation"])
    if double is not None:
        form.add_error("carry_on", f"Tick the box if {double} is another organisation than yours.")
    return double is not None


@dataclass(frozen=True)
class Right:
    """By a late admission or an invitation an organisation may apply now, until a deadline of its own."""

    organisation: Organisation
    closes_at: datetime


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
    rights = rights_of(own, call, request.arrived_at)
    return {
        "form": form,
        "call": call,
        "begun": begun,
        "doubles": doubles,
        "all_begun": bool(begun) and is_one_choice,
        "rights": rights,
        "is_open": call.is_open(request.arrived_at) or bool(rights),
    }


def rights_of(organisations: list[Organisation], call: Call, at: datetime) -> list[Right]:
    admissions = LateAdmission.objects.filter(call=call, organisation__in=organisations, confirmed_at__isnull=False)
    late = admissions.filter(closes_at__gt=at).select_related("organisation")
    rights = [Right(row.organisation, row.closes_at) for row in late]
    if call.kind == Call.Kind.BY_INVITATION:
        usable = [(organisation, invitations.usable(call, organisation, at)) for organisation in organisations]
        rights += [Right(organisation, invitation.expires_at) for organisation, invitation in usable if invitation]
    return rights


@require_http_methods(["GET", "HEAD", "POST"])
@with_writable
def application_bring(request: Personal, application: Application) -> HttpResponse:
    if not application.may_be_edited(request.arrived_at):
        return redirect(application)
    earlier = list(copy_answers.earlier(application).select_related("call")[:EARLIER_SHOWN])
    form = BringForm(posted(request) if earlier else None, earlier=earlier)
    if form.is_bound and form.is_valid():
        source = form.cleaned_data["source"]
        if run_action(form, copy_answers.bring, application, source=source, **acting(request)):
            say_copied(request, source, form.result)
            return redirect(application)
    context = {"form": form, "application": application, "call": application.call, "earlier": earlier}
    return render(request, "applications/application_bring.html", context)


def say_copied(request: Personal, source: Application, copied: copy_answers.Brought) -> None:
    if not copied.labels:
        sentence = "no unanswered question in this application is the same."
        messages.info(request, f"We copied nothing from {source.shown_reference}: {sentence}")
        return
    messages.success(
        request, f"We copied these answers from {source.shown_reference}: {'; '.join(copied.labels)}. Check each one."
    )
    if copied.too_long:
        messages.warning(request, f"Longer than this call allows: {'; '.join(copied.too_long)}.")

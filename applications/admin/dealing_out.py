"""The page on which the office deals a call's applications out to assessors: a preview, then one button."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.actions import dealing_out
from applications.models import Call
from applications.models.assessment import Party
from core.accounts.requests import signed_in
from core.admin.history import by_and_at
from core.admin.readonly import around
from core.forms import run_action
from core.text import plural


def deal_view(calls: "ModelAdmin[Call]") -> Callable[[HttpRequest, int], HttpResponse]:

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        call = calls.get_object(request, str(pk))
        if call is None or not user.has_perm("applications.deal_out_call", call):
            raise Http404
        chosen = request.POST.getlist("chosen")
        form = forms.Form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and run_action(
            form, dealing_out.deal_out, call, chosen=chosen, **by_and_at(request)
        ):
            say(request, calls, form.result)  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("admin:applications_call_deal", args=(call.pk,)))
        proposals = dealing_out.propose(call, by=user)
        context = {
            **around(request),
            "title": f"Assign assessors: {call}",
            "opts": calls.opts,
            "original": call,
            "form": form,
            "proposals": proposals,
            "without": [one for one in proposals if one.assessor is None],
            "missing": {side.label: sum(one.side == side for one in proposals) for side in Party},
            "loads": loads(proposals),
        }
        return TemplateResponse(request, "admin/applications/call/deal.html", context)

    return view


def loads(proposals: list[dealing_out.Proposal]) -> list[tuple[Any, int, int]]:
    """Each proposed person, how many they have to finish now, and how many then."""
    people = {one.assessor.pk: one.assessor for one in proposals if one.assessor is not None}
    now = dealing_out.load(people.values())
    new = [one.assessor.pk for one in proposals if one.assessor is not None]
    return [(person, now.get(pk, 0), now.get(pk, 0) + new.count(pk)) for pk, person in people.items()]


def say(request: HttpRequest, calls: "ModelAdmin[Call]", dealt: dealing_out.Dealt) -> None:
    if dealt.assigned:
        sentence = f"You have assigned {plural(len(dealt.assigned), 'assessor')}. We are emailing them."
        calls.message_user(request, sentence, messages.SUCCESS)
    for application, refusal in dealt.refused:
        calls.message_user(request, f"{application}: {refusal}", messages.WARNING)

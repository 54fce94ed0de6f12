"""Expressions of interest: an organisation's list, sending one, changing it, withdrawing it, and applying from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions import expressions as expression_actions
from applications.forms.expressions import ExpressionForm, ProgrammeForm, StartFromForm, TakeBackForm
from applications.models import Application, ExpressionOfInterest
from applications.views.unsaved_drafts import forget, keep_and_sign_in, kept_words
from core.accounts.models import Programme
from core.accounts.requests import Arrived, Personal
from core.lifecycle import Refused
from core.visibility import visible

PER_PAGE = 25
ALONG = ("programme", "organisation", "call", "sent_by")


def visible_or_404(request: Personal, reference: str) -> ExpressionOfInterest:
    """Return an expression of interest that this person may see."""
    rows = visible(ExpressionOfInterest, request.user).select_related(*ALONG)
    return get_object_or_404(rows, reference=reference)


def own_or_404(request: Personal, reference: str) -> ExpressionOfInterest:
    """Return one of the own organisation."""
    own = ExpressionOfInterest.objects.filter(organisation_id__in=request.user.organisation_ids)
    return get_object_or_404(own.select_related(*ALONG), reference=reference)


@require_safe
@login_required
def expressions(request: Personal) -> HttpResponse:
    """One's organisation's expressions of interest, the newest first."""
    own = ExpressionOfInterest.objects.filter(organisation_id__in=request.user.organisation_ids)
    page = Paginator(own.select_related("organisation", "programme"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/expressions.html", {"rows": list(page), "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def expression_new(request: Arrived) -> HttpResponse:
    """Send one; whoever is signed out while writing signs in again and finds their words."""
    if request.method == "POST" and not request.user.is_authenticated:
        return keep_and_sign_in(request)
    view: Any = login_required(write_new)
    answer: HttpResponse = view(request)
    return answer


def write_new(request: Personal) -> HttpResponse:
    """Ask which programme where there are several, then show and send the form."""
    if not request.user.organisation_ids:
        return redirect(f"{reverse('organisation')}?{urlencode({'next': reverse('expression_new')})}")
    data = request.POST if request.method == "POST" else kept_words(request)
    programme = programme_of(data or request.GET)
    if programme is None:
        choice = ProgrammeForm(request.GET if "programme" in request.GET else None)
        return render(request, "applications/expression_programme.html", {"form": choice})
    strands = expression_actions.strands_in_force(programme, request.arrived_at)
    form = ExpressionForm(data, programme=programme, strands=strands, by=request.user)
    context = {"form": form, "programme": programme, "was_kept": request.method != "POST" and data is not None}
    if request.method == "POST" and form.is_valid():
        facts = {"organisation": form.cleaned_data["organisation"], "words": form.words()}
        try:
            sent = expression_actions.send(programme, **facts, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
            return render(request, "applications/expression_new.html", context, status=409)
        forget(request)
        messages.success(request, "Your expression of interest is here. A letter with its reference is on its way.")
        return redirect(sent)
    return render(request, "applications/expression_new.html", context)


def programme_of(data: Any) -> Programme | None:
    """Return the programme that is named, or the only one."""
    found = list(Programme.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    return Programme.objects.filter(slug=data.get("programme", "")).first()


@require_safe
@login_required
def expression(request: Personal, reference: str) -> HttpResponse:
    """Its words, what became of it, and what can be done now."""
    found = visible_or_404(request, reference)
    may = {
        step: request.user.has_perm(f"applications.{step}_expressionofinterest", found)
        for step in ("change", "withdraw", "start")
    }
    application = Application.objects.filter(expression=found).select_related("post").first()
    context = {
        "expression": found,
        "strands": found.strands.select_related("strand"),
        "may": may,
        "application": application,
        "is_own": found.organisation_id in request.user.organisation_ids,
    }
    if may["start"] and application is None and found.call is not None:
        action = reverse("expression_start", args=[reference])
        context |= {"start_form": StartFromForm(call=found.call, action=action)}
        context["is_open"] = found.call.is_open(request.arrived_at)
    return render(request, "applications/expression.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def expression_edit(request: Arrived, reference: str) -> HttpResponse:
    """Change the words while nobody has answered; whoever is signed out while writing finds theirs again."""
    if request.method == "POST" and not request.user.is_authenticated:
        return keep_and_sign_in(request)
    view: Any = login_required(write_changes)
    answer: HttpResponse = view(request, reference)
    return answer


def write_changes(request: Personal, reference: str) -> HttpResponse:
    """Show the form with the words that are kept, and save what was changed."""
    found = own_or_404(request, reference)
    data = request.POST if request.method == "POST" else kept_words(request)
    if request.method != "POST" and not request.user.has_perm("applications.change_expressionofinterest", found):
        return redirect(found)
    strands, words = expression_actions.offered_to(found, request.arrived_at), expression_actions.Words.of(found)
    form = ExpressionForm(data, programme=found.programme, strands=strands, by=request.user, words=words)
    context = {"form": form, "expression": found, "was_kept": request.method != "POST" and data is not None}
    if request.method == "POST" and form.is_valid():
        facts = {"words": form.words(), "seen": form.cleaned_data["seen"]}
        try:
            expression_actions.change(found, **facts, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
            form.see(expression_actions.Words.of(found))
            context["theirs"] = found.strands.select_related("strand")
            return render(request, "applications/expression_edit.html", context, status=409)
        forget(request)
        messages.success(request, "The changes are saved.")
        return redirect(found)
    return render(request, "applications/expression_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def expression_withdraw(request: Personal, reference: str) -> HttpResponse:
    """Withdraw it, once asked."""
    found = own_or_404(request, reference)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            expression_actions.withdraw(found, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, "The expression of interest is withdrawn.")
            return redirect(found)
    may = request.user.has_perm("applications.withdraw_expressionofinterest", found)
    context = {"form": form, "expression": found, "may_withdraw": may}
    return render(request, "applications/expression_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def expression_start(request: Personal, reference: str) -> HttpResponse:
    """Begin the application that it leads to."""
    found = own_or_404(request, reference)
    if request.method != "POST" or found.call is None:
        return redirect(found)
    form = StartFromForm(request.POST, call=found.call, action=reverse("expression_start", args=[reference]))
    if form.is_valid():
        try:
            begun = expression_actions.start(found, form.cleaned_data["post"], by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(None, problem.sentence)
        else:
            return redirect(begun)
    return render(request, "applications/expression_start.html", {"form": form, "expression": found})

"""An organisation's applications: list, task list, check, submit, receipt, withdraw, reopen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications import documents
from applications.actions import applications as application_actions
from applications.actions import candidates
from applications.completeness import FilledForm
from applications.form_schema import sheet_of
from applications.forms.steps import AskForm, ReopenForm, SubmitForm, WithdrawForm
from applications.letters.recipients import leads
from applications.lifecycle import CandidateStatus, Status
from applications.models import Application
from applications.views.fetch import of_own, of_readable, of_theirs
from applications.views.timeline import next_date, public_status, story
from core.accounts.requests import Personal
from core.lifecycle import Refused

PER_PAGE = 25


@require_safe
@login_required
def applications(request: Personal) -> HttpResponse:
    """One's organisation's applications, the newest first."""
    own = Application.objects.real().filter(organisation_id__in=request.user.organisation_ids)
    page = Paginator(own.select_related("organisation", "post", "call"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, public_status(row)) for row in page]
    return render(request, "applications/applications.html", {"rows": rows, "page_obj": page})


@require_safe
@of_readable
def application(request: Personal, application: Any) -> HttpResponse:
    """The task list while it is a draft; afterwards where it stands, and the answers."""
    filled = FilledForm.of(application)
    now = request.arrived_at
    context = {
        "application": application,
        "call": application.call,
        "candidate": filled.candidate,
        "parts": filled.parts,
        "is_open": application.is_open(now),
        "is_lead": request.user.has_perm("applications.submit_application", application),
    }
    context["may_withdraw"] = request.user.has_perm("applications.withdraw_application", application)
    if application.status == Status.DRAFT:
        return render(request, "applications/application_draft.html", context | task_list(request, filled))
    context |= {
        "status": public_status(application),
        "story": story(application),
        "next_date": next_date(application, now),
        "may_see_salary": request.user.has_perm("applications.view_salary", application),
        "budget": sheet_of(application),
        "is_own": application.organisation_id in request.user.organisation_ids,
    }
    if context["is_own"]:
        context["openings"] = documents.openings(application)
    return render(request, "applications/application.html", context)


def task_list(request: Personal, filled: FilledForm) -> dict[str, Any]:
    """What the task list says besides the parts: how far it is, who may write, and earlier answers to bring over."""
    application: Any = filled.application
    writes = request.user.has_perm("applications.change_application", application)
    is_open = writes and application.is_open(request.arrived_at)
    return {
        "done": sum(part.is_complete for part in filled.parts),
        "lacking": filled.missing_before_asking,
        "writes": writes,
        "is_open": is_open,
        "is_fresh": not any(text.strip() for text in filled.texts.values()),
        "has_earlier": is_open and application.has_earlier,
    }


def check_page(request: Personal, application: Any, form: SubmitForm | None = None, status: int = 200) -> HttpResponse:
    """Everything that was given, what is missing, and the declaration."""
    filled = FilledForm.of(application)
    reference = application.shown_reference
    is_lead = request.user.has_perm("applications.submit_application", application)
    context = {
        "application": application,
        "call": application.call,
        "candidate": filled.candidate,
        "is_confirmed": filled.candidate is not None and filled.candidate.status == CandidateStatus.CONFIRMED,
        "parts": filled.parts,
        "gaps": filled.gaps,
        "budget": sheet_of(application),
        "is_lead": is_lead,
        "leads": [] if is_lead else leads(application.organisation_id),
        "form": form or SubmitForm(action=reverse("application_submit", args=[reference]), application=application),
    }
    return render(request, "applications/application_check.html", context, status=status)


@require_safe
@of_own
def application_check(request: Personal, application: Any) -> HttpResponse:
    """Check the answers before submitting."""
    if not application.may_be_edited(request.arrived_at):
        return redirect("application", application.shown_reference)
    return check_page(request, application)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own
def application_submit(request: Personal, application: Any) -> HttpResponse:
    """Submit, once; however often it is pressed, the same receipt is shown."""
    reference = application.shown_reference
    if request.method != "POST":
        return redirect("application_check", reference)
    if application.is_rehearsal:
        return redirect("application_rehearsal", reference)
    action = reverse("application_submit", args=[reference])
    form = SubmitForm(request.POST, action=action, application=application)
    is_in = application.submitted_at is not None
    if not is_in and not form.is_valid():
        return check_page(request, application, form)
    try:
        submitted = application_actions.submit(application, by=request.user, at=request.arrived_at)
    except Refused as problem:
        form.add_error(None, problem.sentence)
        return check_page(request, application, form, status=409)
    return redirect("application_receipt", submitted.reference)


@require_safe
@of_theirs
def application_receipt(request: Personal, application: Any) -> HttpResponse:
    """The receipt: reference, the time to the second, what happens next."""
    if application.submitted_at is None:
        return redirect("application", application.shown_reference)
    context = {
        "application": application,
        "call": application.call,
        "next_date": next_date(application, request.arrived_at),
        "may_reopen": application.is_open(request.arrived_at),
    }
    return render(request, "applications/application_receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_theirs
def application_withdraw(request: Personal, application: Any) -> HttpResponse:
    """Withdraw, with a reason, once asked."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    may = request.user.has_perm("applications.withdraw_application", application)
    if request.method == "POST" and not may:
        form.add_error(None, f"Only a lead of {application.organisation} can withdraw it, and not after the decision.")
    if request.method == "POST" and form.is_valid():
        try:
            application_actions.withdraw(application, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            messages.success(request, "The application is withdrawn.")
            return redirect("application", application.shown_reference)
    context = {"form": form, "application": application, "call": application.call, "may_withdraw": may}
    return render(request, "applications/application_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own
def application_reopen(request: Personal, application: Any) -> HttpResponse:
    """Make it a draft again before the close, once asked."""
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            application_actions.reopen(application, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(problem.field, problem.sentence)
        else:
            messages.success(request, "The application is open again. It must be submitted again before the close.")
            return redirect("application", application.shown_reference)
    context = {"form": form, "application": application, "call": application.call}
    return render(request, "applications/application_reopen.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own
def application_ask(request: Personal, application: Any) -> HttpResponse:
    """Send the proposed secondee their link, once asked."""
    if application.is_rehearsal:
        said = {
            "application": application,
            "call": application.call,
            "rows": FilledForm.of(application).shown_to_candidate,
        }
        return render(request, "applications/application_ask_rehearsed.html", said)
    candidate = application.person
    if candidate is None or not application.may_be_edited(request.arrived_at):
        return redirect("application", application.shown_reference)
    form = AskForm(request.POST if request.method == "POST" else None, email=candidate.email)
    if request.method == "POST" and form.is_valid():
        try:
            candidates.ask(candidate, by=request.user, at=request.arrived_at)
        except Refused as problem:
            form.add_error(None, problem.sentence)
        else:
            messages.success(request, f"The link is on its way to {candidate.name}, {candidate.email}.")
            return redirect("application", application.shown_reference)
    lacking = FilledForm.of(application).missing_before_asking
    context = {"form": form, "application": application, "candidate": candidate, "lacking": lacking}
    return render(request, "applications/application_ask.html", context)

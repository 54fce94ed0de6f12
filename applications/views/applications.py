"""An organisation's applications: list, task list, check, submit, receipt, withdraw, reopen, ask for confirmation."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications import documents
from applications.actions import applications as application_actions
from applications.actions import candidates, standing
from applications.completeness import FilledForm
from applications.form_schema import sheet_of
from applications.forms.steps import AskForm, ReopenForm, SubmitForm, WithdrawForm
from applications.letters.recipients import leads
from applications.lifecycle import CallStatus, CandidateStatus, Status
from applications.models import Application
from applications.views.candidates import CONFIRMED_HERE
from applications.views.dashboard import coming_for
from applications.views.fetch import with_openable, with_readable, with_writable
from applications.views.messages import to_organisation
from applications.views.presenters import (
    CandidateTask,
    DraftHeading,
    VisitLink,
    confirmation_sentence,
    copy_notice,
    ending,
    why_not_withdrawn,
)
from applications.views.timeline import next_date, public_status, story
from applications.visibility.names import Reader
from applications.visibility.role_drafts import calls_with_drafts
from core.accounts.addresses import outside_of
from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted, run_action
from core.post_redirect import way_back

PER_PAGE = 25


@require_safe
@login_required
def applications(request: Personal) -> HttpResponse:
    own = Application.objects.real().filter(organisation_id__in=request.user.organisation_ids)
    page = Paginator(own.select_related("organisation", "post", "call", "standing"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [(row, public_status(row), row.closes_at if row.status == Status.DRAFT else None) for row in page]
    found = {"rows": rows, "page_obj": page, "reads_drafted_posts": calls_with_drafts(request.user).exists()}
    return render(request, "applications/applications.html", found)


@require_safe
@with_readable
def application(request: Personal, application: Application) -> HttpResponse:
    """The task list while it is a draft; afterwards its timeline and the answers."""
    filled = FilledForm.of(application)
    if application.status == Status.DRAFT:
        return render(request, "applications/application_draft.html", draft_page(request, filled))
    return render(request, "applications/application.html", submitted_page(request, filled))


def draft_page(request: Personal, filled: FilledForm) -> dict[str, Any]:
    application = filled.application
    writes = request.user.has_perm("applications.change_application", application)
    may_withdraw = request.user.has_perm("applications.withdraw_application", application)
    is_open = writes and application.is_open(request.arrived_at)
    done = sum(part.is_complete for part in filled.parts)
    is_confirmed = filled.candidate is not None and filled.candidate.status == CandidateStatus.CONFIRMED
    return {
        "application": application,
        "call": application.call,
        "candidate": filled.candidate,
        "parts": filled.parts,
        "copy_notice": copy_notice(application, standing.of(application), request.arrived_at),
        "heading": DraftHeading.of(application, writes=writes),
        "task": CandidateTask.of(filled, is_open=is_open),
        "done": done,
        "is_ready": is_confirmed and done == len(filled.parts),
        "writes": writes,
        "is_open": is_open,
        "is_lead": request.user.has_perm("applications.submit_application", application),
        "is_fresh": not any(text.strip() for text in filled.texts.values()),
        "has_earlier": is_open and application.has_earlier,
        "may_withdraw": may_withdraw and application.call.status == CallStatus.PUBLISHED,
    }


def submitted_page(request: Personal, filled: FilledForm) -> dict[str, Any]:
    application = filled.application
    reader = Reader.of(request.user, application)
    may_see_salary = request.user.has_perm("applications.view_salary", application)
    is_own = application.organisation_id in request.user.organisation_ids
    may_reopen = request.user.has_perm("applications.reopen_application", application)
    return {
        "application": reader.application,
        "call": application.call,
        "parts": documents.parts_for(reader, filled),
        "status": public_status(application),
        "ending": ending(application),
        "story": story(application),
        "next_date": next_date(application, request.arrived_at),
        "coming": coming_for(request.user, application, request.arrived_at),
        "budget": sheet_of(application) if may_see_salary else None,
        "hidden": frozenset() if may_see_salary else documents.SALARY_FIELDS,
        "is_own": is_own,
        "visit_link": VisitLink.of(application, request.arrived_at) if is_own else None,
        "openings": documents.openings(application) if is_own else [],
        "case_messages": to_organisation(application) if is_own else [],
        "may_reopen": may_reopen and application.is_open(request.arrived_at),
        "may_withdraw": request.user.has_perm("applications.withdraw_application", application),
    }


def submit_form(application: Application, data: Any = None) -> SubmitForm:
    action = reverse("application_submit", args=[application.shown_reference])
    return SubmitForm(data, action=action, application=application)


def check_page(request: Personal, application: Application, form: SubmitForm, status: int = 200) -> HttpResponse:
    filled = FilledForm.of(application)
    candidate = filled.candidate
    is_lead = request.user.has_perm("applications.submit_application", application)
    is_confirmed = candidate is not None and candidate.status == CandidateStatus.CONFIRMED
    context = {
        "application": application,
        "call": application.call,
        "candidate": candidate,
        "awaits_confirmation": candidate and candidate.name and not is_confirmed and not application.is_rehearsal,
        "confirmation": confirmation_sentence(candidate),
        "parts": filled.parts,
        "gaps": filled.gaps,
        "copy_notice": copy_notice(application, standing.of(application), request.arrived_at),
        "budget": sheet_of(application),
        "is_lead": is_lead,
        "leads": [] if is_lead else leads(application.organisation_id),
        "form": form,
    }
    return render(request, "applications/application_check.html", context, status=status)


@require_safe
@with_writable
def application_check(request: Personal, application: Application) -> HttpResponse:
    if not application.may_be_edited(request.arrived_at):
        return redirect(application)
    return check_page(request, application, submit_form(application))


@require_http_methods(["GET", "HEAD", "POST"])
@with_writable
def application_submit(request: Personal, application: Application) -> HttpResponse:
    """Submit, once; however often the button is pressed, the same receipt is shown."""
    if request.method != "POST":
        return way_back("application_check", application.shown_reference)
    if application.is_rehearsal:
        return redirect("application_rehearsal", application.shown_reference)
    form = submit_form(application, request.POST)
    if application.submitted_at is None and not form.is_valid():
        return check_page(request, application, form)
    submit = partial(application_actions.submit, confirmed_here=request.session.get(CONFIRMED_HERE, ()))
    if not run_action(form, submit, application, **acting(request)):
        return check_page(request, application, form, status=409)
    return redirect("application_receipt", form.result.reference)


@require_safe
@with_openable
def application_receipt(request: Personal, application: Application) -> HttpResponse:
    if application.submitted_at is None:
        return redirect(application)
    context = {
        "application": application,
        "call": application.call,
        "next_date": next_date(application, request.arrived_at),
        "may_reopen": application.is_open(request.arrived_at),
    }
    return render(request, "applications/application_receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_openable
def application_withdraw(request: Personal, application: Application) -> HttpResponse:
    form = WithdrawForm(posted(request))
    may = request.user.has_perm("applications.withdraw_application", application)
    if form.is_bound and not may:
        form.add_error(
            None, f"Only a lead of {application.organisation} can withdraw it, and only before the decision."
        )
    return confirm_page(
        request,
        form,
        partial(application_actions.withdraw, application, **acting(request)),
        template="applications/application_withdraw.html",
        context={
            "application": application,
            "call": application.call,
            "may_withdraw": may,
            "why_not": why_not_withdrawn(application),
        },
        done="You have withdrawn the application.",
        to=application,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_writable
def application_reopen(request: Personal, application: Application) -> HttpResponse:
    return confirm_page(
        request,
        ReopenForm(posted(request)),
        partial(application_actions.reopen, application, **acting(request)),
        template="applications/application_reopen.html",
        context={
            "application": application,
            "call": application.call,
            "may_reopen": request.user.has_perm("applications.reopen_application", application),
        },
        done="You are editing a copy. What you submitted stands unless you submit again.",
        to=application,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@with_writable
def application_ask(request: Personal, application: Application) -> HttpResponse:
    """Send the proposed secondee their link, once asked; in a rehearsal show what they would see."""
    filled, candidate = FilledForm.of(application), application.person
    if application.is_rehearsal:
        context = {"application": application, "call": application.call, "rows": filled.shown_to_candidate}
        return render(request, "applications/application_ask_rehearsed.html", context)
    if candidate is None or not application.may_be_edited(request.arrived_at):
        return redirect(application)
    return confirm_page(
        request,
        AskForm(posted(request), email=candidate.email),
        partial(candidates.ask, candidate, **acting(request)),
        template="applications/application_ask.html",
        context={
            "application": application,
            "candidate": candidate,
            "lacking": filled.missing_before_asking,
            "outside": outside_of(application.organisation, candidate.email),
            "was_asked": candidate.status == CandidateStatus.ASKED,
        },
        done=f"We are emailing the link to {candidate.name}, {candidate.email}.",
        to=application,
    )

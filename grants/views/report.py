"""An evaluation report: written by the organisation, read by the funder."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.accounts.requests import Personal, acting
from core.audit import trail
from core.forms import posted, run_action
from grants.actions import reports
from grants.forms.report import ReportForm, answers
from grants.models import EvaluationReport
from grants.views.fetch import grant_or_404


@login_required
def grant_report(request: Personal, reference: str, number: int) -> HttpResponse:
    """Show a report; its organisation writes it while it is due or returned."""
    grant = grant_or_404(request, reference)
    report = get_object_or_404(grant.reports.select_related("submitted_by", "accepted_by"), number=number)
    report.grant = grant
    if not request.user.has_perm("grants.view_evaluationreport", report):
        raise PermissionDenied
    if not request.user.has_perm("grants.change_evaluationreport", report):
        return _read(request, report)
    return _write(request, report)


def _read(request: HttpRequest, report: EvaluationReport) -> HttpResponse:
    if request.method == "POST":
        messages.info(request, f"This report is {report.get_status_display()}.")
        return redirect("grant_report", report.grant.reference, report.number)
    entries = trail.history_for(request.user, report)
    context = {"grant": report.grant, "report": report, "answers": answers(report), "entries": entries}
    return render(request, "grants/grant_report_read.html", context)


def _write(request: Personal, report: EvaluationReport) -> HttpResponse:
    grant, is_submitting = report.grant, "submit" in request.POST
    form = ReportForm(posted(request), report=report, is_submitting=is_submitting)
    if form.is_bound and form.is_valid():
        action = reports.submit if is_submitting else reports.save
        typed = {"words": form.words, "seen": form.cleaned_data["seen"]}
        if run_action(form, action, report, **acting(request), **typed):
            messages.success(
                request, "You have submitted the report." if is_submitting else "We have saved your answers."
            )
            return redirect(grant) if is_submitting else redirect("grant_report", grant.reference, report.number)
    context = {"grant": grant, "report": report, "form": form, "saved_since": _saved_since(form, report)}
    return render(request, "grants/grant_report.html", context)


def _saved_since(form: ReportForm, report: EvaluationReport) -> list[tuple[str, str]] | None:
    if form.refusal is None or form.refusal.code != "saved_since":
        return None
    form.data = {**form.data.dict(), "seen": report.version}  # type: ignore[attr-defined]  # a QueryDict
    return answers(report)

"""An evaluation report: written by the organisation, read by the funder."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.audit import trail
from core.lifecycle import Refused
from grants.actions import reports
from grants.forms.report import ReportForm, answers
from grants.models import EvaluationReport
from grants.views.grant import visible_or_404


@login_required
def grant_report(request: Any, reference: str, number: int) -> HttpResponse:
    """Show a report; its organisation writes it while it is due or returned."""
    grant = visible_or_404(request, reference)
    report = get_object_or_404(grant.reports.select_related("submitted_by", "accepted_by"), number=number)
    report.grant = grant
    if not request.user.has_perm("grants.view_evaluationreport", report):
        raise PermissionDenied
    if not request.user.has_perm("grants.change_evaluationreport", report):
        return read(request, report)
    is_submitting = "submit" in request.POST
    form = ReportForm(request.POST if request.method == "POST" else None, report=report, is_submitting=is_submitting)
    conflict = None
    if request.method == "POST" and form.is_valid():
        take = reports.submit if is_submitting else reports.save
        try:
            seen = form.cleaned_data["seen"]
            take(report, words=form.words, seen=seen, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            conflict = meet_conflict(form, report, refusal)
        else:
            messages.success(request, "The report is with the funder." if is_submitting else "What you wrote is saved.")
            return redirect("grant_report", grant.reference, number) if not is_submitting else redirect(grant)
    return render(
        request, "grants/grant_report.html", {"grant": grant, "report": report, "form": form, "theirs": conflict}
    )


def read(request: HttpRequest, report: EvaluationReport) -> HttpResponse:
    """The report as it was handed in, or that it has not been."""
    if request.method == "POST":
        messages.info(request, f"This report is {report.get_status_display()}; here it is.")
        return redirect("grant_report", report.grant.reference, report.number)
    context = {"grant": report.grant, "report": report, "answers": answers(report), "entries": trail.history(report)}
    return render(request, "grants/grant_report_read.html", context)


def meet_conflict(form: ReportForm, report: EvaluationReport, refusal: Refused) -> list[tuple[str, str]] | None:
    """Say what is wrong and keep what was typed; when a colleague saved since, show theirs and begin from it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    if refusal.sentence != reports.SAVED_SINCE:
        return None
    form.data = {**form.data.dict(), "seen": report.version}  # type: ignore[attr-defined]
    return answers(report)

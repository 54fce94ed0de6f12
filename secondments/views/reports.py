"""The summaries for the host of the seconding organisation's evaluation reports."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.requests import Personal
from secondments.views.fetch import placement_or_404


@require_safe
@login_required
def placement_reports(request: Personal, reference: str) -> HttpResponse:
    """Show what the organisation wrote for the host, of accepted reports; never the report itself."""
    placement = placement_or_404(request, reference, "secondments.read_reports")
    reports = placement.grant.reports.accepted()
    return render(request, "secondments/placement_reports.html", {"placement": placement, "reports": reports})

"""The seconding organisation's evaluation reports, as the host reads them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.requests import Personal
from grants.forms.report import answers
from secondments.views.fetch import placement_or_404


@require_safe
@login_required
def placement_reports(request: Personal, reference: str) -> HttpResponse:
    """Show the submitted reports, without the grant's sums or the funder's remarks."""
    placement = placement_or_404(request, reference, "secondments.read_reports")
    reports = [(report, answers(report)) for report in placement.grant.reports.handed_in()]
    return render(request, "secondments/placement_reports.html", {"placement": placement, "reports": reports})

"""What an organisation gave to a fund, what that paid for, and where the fund stands: for its members, to read."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.accounts.models import User
from core.accounts.requests import Personal
from core.dashboard import DashboardRow, DashboardSection
from core.dates import london
from grants.exports.position import fund_of, paid_for
from grants.models.pool import positions_of
from grants.visibility import contributions_given

MOST = 5
PURPOSE = ("programme", "funder", "goal", "strand")


@require_safe
@login_required
def contributions(request: Personal) -> HttpResponse:
    """One's organisation's contributions, and the position of each fund that they went to; 404 without any."""
    given = list(contributions_given(request.user).select_related(*PURPOSE))
    if not given:
        raise Http404
    today = london(request.arrived_at).date()
    programmes = {one.programme_id: one.programme for one in given}
    funds = [fund_of(programme, today) for programme in programmes.values()]
    return render(request, "grants/contributions.html", {"given": positions_of(given), "funds": funds})


@require_safe
@login_required
def contribution(request: Personal, pk: int) -> HttpResponse:
    given = get_object_or_404(contributions_given(request.user).select_related(*PURPOSE), pk=pk)
    [(_, position)] = positions_of([given])
    awards, unnamed = paid_for(given)
    context = {"contribution": given, "position": position, "awards": awards, "unnamed": unnamed}
    return render(request, "grants/contribution.html", context)


def section(user: User, now: datetime) -> DashboardSection:
    given = contributions_given(user).select_related(*PURPOSE)[:MOST] if user.organisation_ids else []
    rows = [
        DashboardRow(
            reference="",
            url=reverse("contribution", args=[one.pk]),
            title=one.label,
            about=one.restriction,
            state="",
            status="",
            programme=str(one.programme),
        )
        for one in given
    ]
    return DashboardSection("Contributions", rows, reverse("contributions"))

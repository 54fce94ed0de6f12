"""A grant's own page, and the answer to its offer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.accounts.requests import Personal, acting
from core.audit import trail
from core.dates import london
from core.forms import confirm_page, posted
from core.visibility import visible
from grants.actions import grants
from grants.forms.offer import AcceptForm, DeclineForm
from grants.models import Agreement, Repayment
from grants.models.report_schedule import rhythm_of
from grants.views.fetch import grant_or_404
from grants.views.presenters import GrantPage


@require_safe
@login_required
def grant(request: Personal, reference: str) -> HttpResponse:
    grant = grant_or_404(request, reference)
    agreement = Agreement.objects.filter(grant=grant).first()
    signatures = list(agreement.signatures.select_related("signed_by")) if agreement else []
    signed = {signature.party: signature for signature in signatures}
    sees_salary = request.user.has_perm("grants.view_salary", grant)
    reports, instalments = list(grant.reports.all()), list(grant.instalments.order_by("due_on", "number"))
    context = {
        "grant": grant,
        "page": GrantPage(request.user, grant, agreement, signed, london(request.arrived_at).date()),
        "agreement": agreement,
        "signed": signed,
        "lines": list(grant.lines.all()) if sees_salary else [],  # the salary follows from them
        "sees_salary": sees_salary,
        "variations": list(grant.variations.all()),
        "instalments": instalments,
        "remittances": {row.pk for row in instalments if request.user.has_perm("grants.view_remittance", row)},
        "repayments": visible(Repayment.objects.filter(grant=grant), request.user),
        "reports": reports,
        "rhythm": None if reports else rhythm_of(grant.programme_id, grant.offered_at),
        "may_read_reports": any(request.user.has_perm("grants.view_evaluationreport", report) for report in reports),
        "entries": trail.history_for(request.user, grant, *reports),
    }
    return render(request, "grants/grant.html", context)


@login_required
def grant_accept(request: Personal, reference: str) -> HttpResponse:
    done = "You have accepted the grant."
    return _answer(request, reference, AcceptForm, grants.accept, name="grant_accept", done=done)


@login_required
def grant_decline(request: Personal, reference: str) -> HttpResponse:
    done = "You have declined the grant."
    return _answer(request, reference, DeclineForm, grants.decline, name="grant_decline", done=done)


def _answer(
    request: Personal,
    reference: str,
    form_class: type[forms.Form],
    action: Callable[..., Any],
    *,
    name: str,
    done: str,
) -> HttpResponse:
    grant = grant_or_404(request, reference)
    if not grant.is_offered:
        return redirect(grant)
    if not request.user.has_perm("grants.accept_grant", grant):
        raise PermissionDenied
    return confirm_page(
        request,
        form_class(posted(request)),
        partial(action, grant, **acting(request)),
        template=f"grants/{name}.html",
        context={"grant": grant},
        done=done,
        to=grant,
    )

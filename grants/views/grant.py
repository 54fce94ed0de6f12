"""A grant's own page, and the answer to its offer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.accounts.roles import Role
from core.audit import trail
from core.lifecycle import Refused
from grants.actions import grants
from grants.forms.offer import AcceptForm, DeclineForm
from grants.lifecycle import GRANT, GrantStatus
from grants.models import Agreement, BudgetLine, Grant, Signature

READS_REPORTS = frozenset({Role.OFFICER, Role.DIRECTOR, Role.COMMITTEE})


def visible_or_404(request: HttpRequest, reference: str) -> Grant:
    """Return the grant for whoever may see it; for everybody else there is none."""
    rows = Grant.objects.visible_to(request.user)
    near = rows.select_related("organisation", "programme__funder", "programme__host", "post__call", "accepted_by")
    return get_object_or_404(near, reference=reference)


@require_safe
@login_required
def grant(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one grant: what is to do, the money and how it was worked out, payments, reports, history."""
    grant = visible_or_404(request, reference)
    agreement = Agreement.objects.filter(grant=grant).first()
    signatures = list(agreement.signatures.select_related("signed_by")) if agreement else []
    sees_salary = request.user.has_perm("grants.view_salary", grant)
    instalments, reports = list(grant.instalments.all()), list(grant.reports.all())
    context = {
        "grant": grant,
        "agreement": agreement,
        "signed": {signature.party: signature for signature in signatures},
        "lines": shown_lines(grant, sees_salary=sees_salary),
        "sees_salary": sees_salary,
        "variations": list(grant.variations.all()),
        "instalments": instalments,
        "reports": reports,
        "conditions": [line.strip("-• ").strip() for line in grant.conditions.splitlines() if line.strip()],
        "entries": trail.history(grant, *reports),
        **what_to_do(request.user, grant, {signature.party for signature in signatures}),
    }
    return render(request, "grants/grant.html", context)


def shown_lines(grant: Grant, *, sees_salary: bool) -> list[BudgetLine]:
    """The budget's lines; for whoever may not see the salary none, since it follows from each of the first two."""
    return list(grant.lines.all()) if sees_salary else []


def what_to_do(user: Any, grant: Grant, signed: set[str]) -> dict[str, bool]:
    """What this person may do now."""
    may_sign = user.has_perm("grants.sign_grant", grant)
    is_own = grant.organisation_id in user.organisation_ids
    own_side = Signature.Party.ORGANISATION if is_own else Signature.Party.FUNDER
    return {
        "may_answer": user.has_perm("grants.accept_grant", grant) and GRANT.allows(grant, "accept"),
        "may_sign": may_sign and own_side not in signed,
        "is_own": is_own,
        "is_offered": grant.status == GrantStatus.OFFERED,
        "may_read_reports": is_own or user.is_superuser or bool(user.roles & READS_REPORTS),
    }


@login_required
def grant_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then accept the offer."""
    return answer(request, reference, AcceptForm, grants.accept, "You have accepted the grant.")


@login_required
def grant_decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why, then decline the offer."""
    return answer(request, reference, DeclineForm, grants.decline, "You have declined the grant.")


def answer(request: Any, reference: str, form_class: Any, action: Any, done: str) -> HttpResponse:
    """Show the question (GET) or take the answer (POST); an offer answered before shows what became of it."""
    grant = visible_or_404(request, reference)
    if grant.status != GrantStatus.OFFERED:
        return redirect("grant", grant.reference)
    if not request.user.has_perm("grants.accept_grant", grant):
        raise PermissionDenied
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            action(grant, by=request.user, at=request.arrived_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, done)
            return redirect("grant", grant.reference)
    name = "grant_accept" if form_class is AcceptForm else "grant_decline"
    return render(request, f"grants/{name}.html", {"grant": grant, "form": form})

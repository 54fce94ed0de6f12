"""The funding agreement: read it, sign it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import step_up
from core.accounts.models import User
from core.accounts.requests import Personal, acting
from core.accounts.rules import is_member_of
from core.documents.responses import respond
from core.forms import posted, run_action
from core.lifecycle import Refused
from core.visibility import visible_or_404
from grants.actions import agreements
from grants.forms.agreement import SignForm
from grants.letters import signatories_of
from grants.models import Agreement, Grant, Signature
from grants.rules import party_of
from grants.views import presenters
from grants.views.fetch import grant_or_404
from grants.views.presenters import Notice


@require_safe
@login_required
def grant_agreement(request: HttpRequest, reference: str) -> HttpResponseBase:
    agreements_of = Agreement.objects.select_related("grant", "document")
    agreement = visible_or_404(agreements_of, request.user, "grants.view_agreement", grant__reference=reference)
    if agreement.grant.erased_at or agreement.document is None:
        raise Refused(agreement.grant.erasure)
    return respond(request, agreement.document)


@login_required
@step_up.before("grants.sign_grant")
def grant_sign(request: Personal, reference: str) -> HttpResponse:
    """Sign, after the document has been read: the name typed, a tick, and who it is shown shortly before."""
    grant = grant_or_404(request, reference)
    agreement = Agreement.objects.filter(grant=grant).first()
    problem = _problem(request.user, grant, agreement)
    is_being_made = problem is presenters.BEING_MADE
    context = {"grant": grant, "agreement": agreement, "problem": problem, "is_being_made": is_being_made}
    if problem is not None or agreement is None:
        return render(request, "grants/grant_sign.html", context)
    form = _form(request, agreement)
    if form.is_bound and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("name_typed", "shown_sha256")}
        if run_action(form, agreements.sign, agreement, **acting(request), **typed):
            messages.success(request, _done(agreement))
            return redirect(grant)
    return render(request, "grants/grant_sign.html", {**context, "form": form})


def _form(request: Personal, agreement: Agreement) -> SignForm:
    grant = agreement.grant
    side = grant.organisation if is_member_of(request.user, grant) else grant.programme.funder
    initial = {"shown_sha256": agreement.sha256}
    return SignForm(posted(request), initial=initial, person_name=request.user.name, party_name=str(side))


def _problem(person: User, grant: Grant, agreement: Agreement | None) -> Notice | None:
    """Why this person cannot sign now; None when they can. Raises Http404 for who never signs."""
    if agreement is None or not grant.is_accepted or grant.erased_at:
        return presenters.NOTHING_YET if grant.is_accepted else presenters.NOTHING_TO_SIGN
    if not agreement.is_ready:
        return presenters.BEING_MADE
    party = party_of(person, grant)
    if is_member_of(person, grant):
        if not signatories_of(grant.organisation).exists():
            return presenters.no_signatory()
        if party is None:
            return presenters.not_a_signatory()
    if party is None:
        raise Http404
    return presenters.SIGNED_ALREADY if agreement.signatures.filter(party=party).exists() else None


def _done(agreement: Agreement) -> str:
    if agreement.signatures.count() == len(Signature.Party):
        return "You have signed. Both parties have, so the grant is agreed."
    return "You have signed. The grant is agreed when the other party has signed too."

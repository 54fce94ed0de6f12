"""The funding agreement: read it, sign it."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.accounts.rules import is_member
from core.files.types import send
from core.lifecycle import Refused
from grants.actions import agreements
from grants.actions.recipients import signatories
from grants.documents import agreement_name
from grants.forms.agreement import SignForm
from grants.lifecycle import GrantStatus
from grants.models import Agreement, Grant, Signature
from grants.views.grant import visible_or_404


@require_safe
@login_required
def grant_agreement(request: HttpRequest, reference: str) -> FileResponse:
    """The stored agreement, byte for byte what was signed."""
    grant = visible_or_404(request, reference)
    agreement = get_object_or_404(Agreement, grant=grant)
    if grant.erased_at:
        raise Refused(grant.erasure)
    return send(agreement.file.open(), agreement_name(grant), "application/pdf")


@login_required
def grant_sign(request: Any, reference: str) -> HttpResponse:
    """Sign, after the document has been read: the name typed, the password given again, a tick."""
    grant = visible_or_404(request, reference)
    agreement = Agreement.objects.filter(grant=grant).first()
    problem = why_not(request.user, grant, agreement)
    if problem or agreement is None:
        return render(request, "grants/grant_sign.html", {"grant": grant, "agreement": agreement, "problem": problem})
    form = make_form(request, grant, agreement)
    if request.method == "POST" and is_allowed_to_guess(request, form) and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("name_typed", "password", "shown_sha256")}
        try:
            agreements.sign(agreement, by=request.user, at=request.arrived_at, **words)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, done(agreement))
            return redirect("grant", grant.reference)
    return render(request, "grants/grant_sign.html", {"grant": grant, "agreement": agreement, "form": form})


def make_form(request: Any, grant: Grant, agreement: Agreement) -> SignForm:
    """The form for this person, which knows the document that is shown."""
    side = grant.organisation if is_member(request.user, grant) else grant.programme.funder
    initial = {"shown_sha256": agreement.sha256}
    sent = request.POST if request.method == "POST" else None
    return SignForm(sent, initial=initial, person_name=request.user.name, party_name=str(side))


def is_allowed_to_guess(request: HttpRequest, form: SignForm) -> bool:
    """Tell whether this person may try a password again; too many wrong ones get a sentence."""
    if ratelimit.consume(request, action="reauthenticate", user=request.user):
        return True
    form.add_error("password", "Too many tries. Wait some minutes, then try again.")
    return False


def why_not(person: Any, grant: Grant, agreement: Agreement | None) -> str:
    """Why this person cannot sign now, as the name of a part of the page; empty when they can."""
    if grant.status != GrantStatus.ACCEPTED or agreement is None or grant.erased_at:
        return "nothing to sign"
    if is_member(person, grant) and not signatories(grant.organisation).exists():
        return "no signatory"
    try:
        party = agreements.party_of(person, grant)
    except Refused:
        if is_member(person, grant):
            return "not a signatory"
        raise Http404 from None
    return "signed already" if agreement.signatures.filter(party=party).exists() else ""


def done(agreement: Agreement) -> str:
    """What is said after signing."""
    if agreement.signatures.count() == len(Signature.Party):
        return "You have signed. Both parties have, so the grant is agreed."
    return "You have signed. The grant is agreed once the other party has signed too."

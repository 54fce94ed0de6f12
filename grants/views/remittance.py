"""The remittance advice of one payment, as a PDF."""

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.accounts.requests import Personal
from core.documents.responses import respond
from core.lifecycle import Refused
from core.visibility import visible_or_404
from grants import documents
from grants.models import Instalment

RELATED = ("grant__organisation", "grant__programme__funder", "grant__post", "bank_account")


@require_safe
@login_required
def grant_remittance(request: Personal, reference: str, number: int) -> HttpResponseBase:
    rows = Instalment.objects.select_related(*RELATED)
    at = {"grant__reference": reference, "number": number}
    instalment = visible_or_404(rows, request.user, "grants.view_remittance", **at)
    if instalment.grant.erased_at:
        raise Refused(instalment.grant.erasure)
    return respond(request, documents.remittance(instalment, at=request.arrived_at))

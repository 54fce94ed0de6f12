"""The public page of how a call ended."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.models import Call
from core.accounts.requests import Arrived
from core.visibility import visible
from grants.models import PublicOutcome
from grants.openness import outcome_of


@require_safe
def call_outcome(request: Arrived, slug: str) -> HttpResponse:
    published = get_object_or_404(PublicOutcome.objects.select_related("call__programme"), call__slug=slug)
    call = published.call
    context = {
        "call": call,
        "outcome": outcome_of(call),
        "published_at": published.published_at,
        "reads_call": visible(Call, request.user).filter(pk=call.pk).exists(),
    }
    return render(request, "grants/call_outcome.html", context)

"""Fetching a grant for the person who asks."""

from django.http import HttpRequest

from core.visibility import visible_or_404
from grants.models import Grant

RELATED = ("organisation", "programme__funder", "programme__host", "post__call", "accepted_by")


def grant_or_404(request: HttpRequest, reference: str) -> Grant:
    return visible_or_404(Grant.objects.select_related(*RELATED), request.user, reference=reference)

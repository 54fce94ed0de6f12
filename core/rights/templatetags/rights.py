"""A restriction in force, on the page of the person or the case in the admin."""

from typing import Any

from django import template
from django.db.models import Model
from django.http import HttpRequest

from core.rights import restriction

register = template.Library()


@register.inclusion_tag("rights/_restricted.html")
def restrictions_on(request: HttpRequest, thing: Model | None) -> dict[str, Any]:
    """Tell of the restrictions on this person's data, or on this part of a case; with a link for who may open them."""
    found = restriction.shown_on(thing)
    rows = [(one, request.user.has_perm("rights.view_rightsrequest", one)) for one in found]
    return {"restrictions": rows}

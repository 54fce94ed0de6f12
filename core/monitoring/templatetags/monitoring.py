"""How the service fares, on the first page of the admin."""

from dataclasses import replace
from typing import Any

from django import template
from django.http import HttpRequest

from core.monitoring import parts
from core.monitoring.models import Incident
from core.permissions import may_ever

register = template.Library()


@register.inclusion_tag("monitoring/_service.html")
def service_status(request: HttpRequest) -> dict[str, Any]:
    """Show every part to those who may see it: what the database knows now, the others as the clock saw them last.

    Figures count what belongs to every programme, so an office reads only which part stands still.
    """
    if not may_ever(request.user, "monitoring.view_status"):
        return {}
    near = parts.near(request.arrived_at)  # type: ignore[attr-defined]  # set by the first middleware
    if not may_ever(request.user, "monitoring.view_figures"):
        near = [replace(part, sentence=part.in_brief) for part in near if not part.is_running]
    names = [ask.__name__ for ask in parts.ELSEWHERE]
    return {"parts": near, "incidents": Incident.objects.filter(ended_at=None, part__in=names).order_by("began_at")}

"""The names of the time and of the service on pages, letters and papers; builtins, so that no template loads them."""

from typing import Any

from django import template

from core import dates, naming

register = template.Library()


@register.simple_tag
def clock() -> str:
    """Name the installation's time beside an instant, as in "5pm on Wednesday 13 March 2019 (UK time)"."""
    return dates.clock_name()


@register.simple_tag(takes_context=True)
def site(context: template.Context) -> str:
    """Name the programme that the page's thing belongs to, else the service."""
    flat: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    return naming.programme_in(flat) or str(flat.get("site_name") or "Grants office")

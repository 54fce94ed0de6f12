"""What every page shows around its content: the service's name, the way round it, and where to ask for help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from core.accounts.models import User
from core.accounts.sessions import idle_limit
from core.naming import site_name_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest


@dataclass(frozen=True)
class Place:
    """One item of the navigation: its words, its address, and whether the page shown lies within it."""

    label: str
    address: str
    is_current: bool = False


def items_for(user: User | AnonymousUser | None) -> list[tuple[str, str]]:
    """Name the places this person works in, as (label, URL name); signed out, the public ones."""
    if not isinstance(user, User):
        return [("Calls", "calls"), ("Grants awarded", "grants"), ("Help", "help")]
    items = [("Home", "home")]
    sees_week = user.has_perm("secondments.view_week")
    if not user.roles and not user.is_staff:
        items.append(("Calls", "calls"))
        if user.organisation_ids:
            items += [("Applications", "applications"), ("Grants", "grants")]
        items += [("Placements", "placements"), ("Organisation", "organisation")]
    elif sees_week or user.has_perm("secondments.view_placement"):
        items.append(("Placements", "placements"))
    if user.has_perm("applications.draft_post"):
        items.append(("Posts", "post_drafts"))
    if sees_week:
        items.append(("Week", "placement_week"))
    if user.has_perm("learning.view_finding"):
        items.append(("Learning", "learning"))
    if user.is_staff:
        items.append(("Admin", "admin:index"))
    return items


def navigation(request: HttpRequest) -> list[Place]:
    found = [(label, reverse(name)) for label, name in items_for(getattr(request, "user", None))]
    within = [address for _, address in found if request.path.startswith(address)]
    current = max(within, key=len, default=None)
    return [Place(label, address, address == current) for label, address in found]


def session_ends_in(request: HttpRequest) -> int | None:
    """Count the seconds until this session ends, if no other page is opened; None when signed out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    signed_in = [entry["at"] for entry in getattr(request, "session", {}).get(AUTHENTICATION_METHODS_SESSION_KEY, ())]
    if not signed_in:
        return None
    since = getattr(request.session, "signed_in_at", None) or datetime.fromtimestamp(max(signed_in), UTC)
    ends = since + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if isinstance(user, User) and (limit := idle_limit(user)):
        ends = min(ends, request.arrived_at + limit)  # type: ignore[attr-defined]
    return max(1, int((ends - request.arrived_at).total_seconds()))  # type: ignore[attr-defined]


def name_for(request: HttpRequest) -> str:
    """Name the service for this person: their programme's name where they work in one."""
    user = getattr(request, "user", None)
    return site_name_for(user.programmes if isinstance(user, User) and not user.is_superuser else None)


def site(request: HttpRequest) -> dict[str, Any]:
    """Put into every template what the frame of the page needs (a context processor)."""
    return {
        "site_name": SimpleLazyObject(lambda: name_for(request)),
        "site_url": settings.SITE_URL,
        "is_demonstration": settings.IS_DEMONSTRATION,
        "help_email": settings.HELP_EMAIL,
        "help_phone": settings.HELP_PHONE,
        "navigation": navigation(request),
        "session_ends_in": session_ends_in(request),
        "institutions": settings.OIDC_PROVIDERS.values(),
    }

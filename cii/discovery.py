"""What robots, browsers and password managers ask for at addresses of their own."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from applications.lifecycle import CallStatus
from applications.models import Call
from core.accounts.requests import Arrived
from core.visibility import visible
from grants.models import PublicOutcome

PUBLIC_PAGES = ("front", "calls", "grants", "help", "accessibility", "privacy", "cookies")
# People's own pages, and links that are for one person.
NOT_FOR_ROBOTS = (
    *("/accounts/", "/admin/", "/applications/", "/candidate/", "/equality/", "/expressions/", "/home/", "/invited/"),
    *("/contributions/", "/learning/", "/organisation/", "/placements/"),
)
SECURITY_CONTACT_FOR = timedelta(days=180)  # RFC 9116: less than a year, so that it is not stale
ICON_FOR = 24 * 60 * 60


if TYPE_CHECKING:
    BaseSitemap = Sitemap[Any]
else:
    BaseSitemap = Sitemap


class OwnSitemap(BaseSitemap):
    """Addresses are made from SITE_URL, never from the request."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return str(urlsplit(settings.SITE_URL).netloc)


class Pages(OwnSitemap):
    def items(self) -> list[str]:
        return list(PUBLIC_PAGES)

    def location(self, item: str) -> str:
        return reverse(item)


class Calls(OwnSitemap):
    """The calls that a visitor without an account sees."""

    def items(self) -> list[Call]:
        return list(visible(Call, AnonymousUser()).exclude(status=CallStatus.DRAFT).only("slug").order_by("pk"))

    def location(self, item: Call) -> str:
        return reverse("call", args=[item.slug])


class Outcomes(OwnSitemap):
    def items(self) -> list[PublicOutcome]:
        return list(PublicOutcome.objects.select_related("call").order_by("pk"))

    def location(self, item: PublicOutcome) -> str:
        return reverse("call_outcome", args=[item.call.slug])


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return sitemap_of(request, {"pages": Pages, "calls": Calls, "outcomes": Outcomes})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask robots to leave people's own pages alone, and a demonstration altogether."""
    refused = ("/",) if settings.IS_DEMONSTRATION else NOT_FOR_ROBOTS
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in refused), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: Arrived) -> HttpResponse:
    expires = (request.arrived_at + SECURITY_CONTACT_FOR).astimezone(UTC).replace(microsecond=0)
    lines = [
        f"Contact: mailto:{settings.HELP_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    return redirect("account_change_password")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    response = redirect(static("cii/icon.svg"))
    patch_cache_control(response, public=True, max_age=ICON_FOR)
    return response


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("favicon.ico", favicon, name="favicon"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path(".well-known/change-password", change_password, name="change_password"),
]

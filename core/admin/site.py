"""The admin site itself: our name, our sign-in, and work first."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from core.admin import guide
from core.admin.lookups import declared
from core.admin.navigation import sections
from core.admin.round_calendar import by_month, calendar_file, dates_for
from core.admin.rounds import rounds_for
from core.dates import london
from core.naming import site_name_for
from core.work_queue import for_person


class WorkplaceSite(AdminSite):
    """The admin that the funder's staff and the assessors work in."""

    site_title = "Grants office"
    index_title = "Your tasks"
    enable_nav_sidebar = False  # lists and forms want the width; the sections stand above every page

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does, but every list answers only the filters that it shows."""
        super().register(model_or_iterable, declared(admin_class), **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        user: Any = request.user
        programmes = user.programmes if user.is_authenticated and not user.is_superuser else None
        header = f"{site_name_for(programmes)}: grants office"
        return {**super().each_context(request), "site_header": header, "admin_sections": sections(self, request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        at: datetime = request.arrived_at  # type: ignore[attr-defined]  # set by the first middleware
        user: Any = request.user
        setup = import_string(settings.SETUP_SOURCE)(request.user)
        tasks = {"queue": for_person(request.user, at), "today": london(at).date(), "setup": setup}
        tasks["rounds"] = rounds_for(user, at)
        tasks["openable"] = {step.url for part in setup for step in part.steps if may_open(request, step.url)}
        return super().index(request, {**tasks, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        return [
            path("guide/", self.admin_view(self.guide), name="guide"),
            path("calendar/", self.admin_view(self.calendar), name="calendar"),
            path("calendar.ics", self.admin_view(self.calendar_file), name="calendar_file"),
            *super().get_urls(),
        ]

    def guide(self, request: HttpRequest) -> HttpResponse:
        """What happens in which order, what each role may do, which states there are, and the keys."""
        context = {**self.each_context(request), "title": "Guide", **guide.context(self, request)}
        return TemplateResponse(request, "admin/guide.html", context)

    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The dates of the rounds under way."""
        asked: Any = request
        months = by_month(dates_for(asked.user, asked.arrived_at))
        context = {**self.each_context(request), "title": "Calendar of the rounds", "months": months}
        return TemplateResponse(request, "admin/calendar.html", context)

    def calendar_file(self, request: HttpRequest) -> HttpResponseBase:
        asked: Any = request
        dates = dates_for(asked.user, asked.arrived_at)
        return calendar_file(dates, asked.arrived_at, site_name_for(asked.user.programmes))

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        after = wanted if is_ours else reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(after)
        if request.user.is_authenticated:  # signing in again would not help, and would lead straight back here
            raise PermissionDenied
        return redirect_to_login(after, reverse("account_login"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


def may_open(request: HttpRequest, url: str) -> bool:
    """Tell whether a page of the admin opens for whoever asks."""
    place = urlsplit(url).path
    page: Any = resolve(place).func.model_admin  # type: ignore[attr-defined]  # Django sets it on each page of a model
    may = page.has_add_permission if place.endswith("/add/") else page.has_view_or_change_permission
    return bool(may(request))

"""The admin site itself: our name, our sign-in, and work first."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from core.admin.lookups import declared
from core.work_queue import for_person


class WorkplaceSite(AdminSite):
    """The admin that the funder's staff and the assessors work in."""

    site_header = f"{settings.SITE_NAME}: grants office"
    site_title = "Grants office"
    index_title = "Your tasks"
    enable_nav_sidebar = False  # lists and forms want the width; the front page has every list

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does, but every list answers only the filters that it shows."""
        super().register(model_or_iterable, declared(admin_class), **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        at: datetime = request.arrived_at  # type: ignore[attr-defined]  # set by the first middleware
        return super().index(request, {"queue": for_person(request.user, at), **(extra_context or {})})

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

"""Every address of the service."""

from django.contrib import admin
from django.urls import include, path

from cii import home
from core import health

urlpatterns = [
    path("", home.front, name="front"),
    path("home/", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/", health.healthz),
    path("readyz", health.readyz, name="readyz"),
    path("readyz/", health.readyz),
    path("", include("cii.views")),
    path("accounts/", include("core.accounts.urls")),
    path("organisation/", include("core.accounts.organisation_urls")),
    path("", include("applications.urls")),
    path("", include("grants.urls")),
    path("", include("secondments.urls")),
    path("", include("learning.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "cii.views.bad_request"
handler403 = "cii.views.forbidden"
handler404 = "cii.views.not_found"
handler500 = "cii.views.server_error"

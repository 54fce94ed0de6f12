"""Every address of the service."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cii import home, programmes
from cii.api import api
from core import health
from core.monitoring import views as monitoring

urlpatterns = [
    path("", home.front, name="front"),
    path("home/", home.home, name="home"),
    path("programmes/<slug:slug>/", programmes.programme, name="programme"),
    path("programmes/<slug:slug>/openness/", programmes.programme_openness, name="programme_openness"),
    path("programmes/<slug:slug>/fund/", programmes.programme_fund, name="programme_fund"),
    path("programmes/<slug:slug>/360giving.json", programmes.programme_360giving_json, name="programme_360giving_json"),
    path("programmes/<slug:slug>/360giving.csv", programmes.programme_360giving_csv, name="programme_360giving_csv"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/", health.healthz),
    path("readyz", health.readyz, name="readyz"),
    path("readyz/", health.readyz),
    path("statusz", monitoring.statusz, name="statusz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("", include("cii.views")),
    path("", include("cii.discovery")),
    path("accounts/", include("core.rights.urls")),
    path("accounts/", include("core.accounts.urls")),
    path("organisation/", include("core.accounts.organisation_urls")),
    path("", include("core.governance.urls")),
    path("", include("applications.urls")),
    path("", include("grants.urls")),
    path("", include("secondments.urls")),
    path("", include("learning.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
    *([path("emails/", include("anymail.urls"))] if settings.EMAIL_PROVIDER else []),
]

handler400 = "cii.views.bad_request"
handler403 = "cii.views.forbidden"
handler404 = "cii.views.not_found"
handler500 = "cii.views.server_error"

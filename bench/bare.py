"""The yardsticks: a bare view (session, one indexed query, one template) and Django's stock admin list."""

from pathlib import Path

from django.contrib import admin
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import path

from applications.models import Application, Call
from cii.urls import handler400, handler403, handler404, handler500
from cii.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ROWS = 50
PAGE = """<!doctype html><html lang="en"><title>Applications</title><p>{{ user.email }}<table>
{% for row in rows %}<tr><td>{{ row.reference }}<td>{{ row.organisation.name }}<td>{{ row.status }}</tr>
{% endfor %}</table></html>"""
template = engines["django"].from_string(PAGE)
# Django's own templates of the admin, which the project's of the same names stand before.
DJANGOS = DjangoTemplates(
    {
        "NAME": "stock",
        "DIRS": [Path(admin.__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)


def bare_list(request: HttpRequest) -> HttpResponse:
    rows = Application.objects.select_related("organisation").order_by("-submitted_at", "pk")[:ROWS]
    return HttpResponse(template.render({"rows": rows, "user": request.user}, request))


def bare_one(request: HttpRequest, reference: str) -> HttpResponse:
    rows = Application.objects.select_related("organisation").filter(reference=reference)
    return HttpResponse(template.render({"rows": rows, "user": request.user}, request))


def bare_save(request: HttpRequest, reference: str) -> HttpResponse:
    with transaction.atomic():
        Application.objects.filter(draft_reference=reference).update(contact_phone=request.POST["contact_phone"])
    return HttpResponseRedirect(f"/bench/one/{reference}/?for={request.user.pk}")


def bare_call(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(template.render({"rows": Call.objects.filter(slug=slug), "user": request.user}, request))


def bare_apply(request: HttpRequest, reference: str) -> HttpResponse:
    """A form with a file: the file kept, one column of one row by its key, and onward."""
    with transaction.atomic():
        kept = default_storage.save(f"bench/{reference}.pdf", request.FILES["cv"])
        Application.objects.filter(draft_reference=reference).update(contact_phone=kept[:30])
    return HttpResponseRedirect(f"/bench/one/{reference}/?for={request.user.pk}")


class StockList(ModelAdmin):
    """A list as Django's documentation would write it."""

    change_list_template = DJANGOS.get_template("admin/change_list.html")  # type: ignore[assignment]
    list_display = ("reference", "organisation", "status", "submitted_at", "days_per_week")
    list_select_related = ("organisation",)
    list_filter = ("status",)
    search_fields = ("reference", "organisation__name")
    list_per_page = ROWS

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let everybody of the bench in."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return True


stock = AdminSite(name="stock")
stock.has_permission = lambda request: request.user.is_active  # type: ignore[method-assign]
stock.register(Application, StockList)

urlpatterns = [
    path("bench/list/", bare_list),
    path("bench/one/<str:reference>/", bare_one),
    path("bench/save/<str:reference>/", bare_save),
    path("bench/call/<slug:slug>/", bare_call),
    path("bench/apply/<str:reference>/", bare_apply),
    path("bench/admin/", stock.urls),
    *ours,
]

"""The trail in the admin: to be read and searched, never written."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.audit.models import Entry
from core.visibility import visible

if TYPE_CHECKING:
    EntryModelAdmin = admin.ModelAdmin[Entry]
else:
    EntryModelAdmin = admin.ModelAdmin


@admin.register(Entry)
class EntryAdmin(EntryModelAdmin):
    """Every line of the trail, newest first."""

    menu_place = 20
    list_display = ("event", "thing_label", "by", "at")
    list_filter = ("event", "at")
    list_select_related = ("by",)
    search_fields = ("thing_label",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False
    fields = ("at", "event", "thing_label", "programme", "by", "told")
    readonly_fields = fields
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return visible(super().get_queryset(request), request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return request.user.has_perm("audit.view_entry", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "The trail", **(extra_context or {})})

    @admin.display(description="Details")
    def told(self, entry: Entry) -> str:
        return "; ".join(f"{name}: {value}" for name, value in entry.facts) or "Nothing more"

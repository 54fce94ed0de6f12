"""How the making of documents fares: read only, but one that was given up can be made again. Nobody reads them here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import StepButton, StepsAdmin
from core.documents.actions import make_again
from core.documents.lifecycle import DOCUMENT
from core.documents.models import GeneratedDocument


@admin.register(GeneratedDocument)
class GeneratedDocumentAdmin(StepsAdmin):
    lifecycle = DOCUMENT
    steps = {
        "make_again": StepButton(
            "Make again",
            make_again,
            "documents.make_again_generateddocument",
            done="The document will be made again in a few seconds.",
        ),
    }
    list_display = ("name", "kind", "status", "attempts", "requested_at", "made_at")
    list_filter = ("status", "kind")
    search_fields = ("name",)
    list_per_page = 50
    actions = None
    fields = (
        "name",
        "kind",
        "thing_type",
        "thing_id",
        "status",
        "problem",
        "attempts",
        "requested_at",
        "next_try_at",
        "made_at",
        "is_frozen",
        "sha256",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return self.fields

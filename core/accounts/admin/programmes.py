"""Programmes in the admin. Later apps register a subclass of `ProgrammeAdmin` with what they keep of a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core import naming
from core.accounts import actions
from core.accounts.models import Organisation, Programme
from core.accounts.roles import Role
from core.admin import StepsAdmin
from core.admin.history import by_and_at

if TYPE_CHECKING:
    ProgrammeModelForm = forms.ModelForm[Programme]
else:
    ProgrammeModelForm = forms.ModelForm

TITLES = {f"title_of_{role.name.lower()}": role for role in Role}


class TitlesForm(ProgrammeModelForm):
    """A programme, with a box for what it calls the people of each role."""

    class Meta:
        model = Programme
        exclude = ("titles", "about", "how_it_works", "agreement_duties")
        labels = {"slug": "Address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, role in TITLES.items():
            self.fields[name].initial = self.instance.titles.get(role, "")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        self.instance.titles = {str(role): typed[name] for name, role in TITLES.items() if typed.get(name)}
        return typed


ProgrammeForm = type(
    "ProgrammeForm",
    (TitlesForm,),
    {
        name: forms.CharField(label=role.label, required=False, max_length=60, help_text=f"Left empty: {role.label}.")
        for name, role in TITLES.items()
    },
)


@admin.register(Programme)
class ProgrammeAdmin(StepsAdmin):
    """A partnership of a funder and a host, and how many secondees it places at once."""

    form = ProgrammeForm
    list_display = ("name", "reference_prefix", "funder", "host", "fewest_placements", "most_placements")
    list_select_related = ("funder", "host")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "reference_prefix")}),
        ("Partners", {"fields": ("funder", "host", "learning_partner")}),
        ("In open data", {"fields": ("area", "area_code")}),
        ("Placements at once", {"fields": ("fewest_placements", "most_placements")}),
        ("How long a secondment lasts", {"fields": ("longest_months", "extension_notice_days")}),
        ("Payments", {"fields": ("bank_wait_days",)}),
        ("What you call people", {"fields": tuple(TITLES)}),
        (
            "Words",
            {
                "fields": ("cover_name",),
                "description": "What pages, emails and the agreement say is changed under “Texts”, once it is saved.",
            },
        ),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Programme | None = None) -> dict[str, Any]:
        """Make the address from the name for a new programme; afterwards it stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        choices = super().get_field_queryset(db, db_field, request)
        return choices.order_by("name") if choices.model is Organisation else choices

    def save_model(self, request: HttpRequest, obj: Programme, form: forms.ModelForm[Programme], change: bool) -> None:
        super().save_model(request, obj, form, change)
        naming.forget()
        for partner in (obj.funder, obj.host, obj.learning_partner):
            if partner is not None:
                actions.take_part(partner, obj, **by_and_at(request))

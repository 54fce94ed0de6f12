"""Placements in the admin, to read: they are worked on in the pages of the service. A programme's steps, to set."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import slugify

from applications.admin.list_filters import DaysFilter, round_filters
from applications.admin.programmes import OfProgramme, ProgrammeAdmin
from core.accounts.models import Programme
from core.admin import StepButton, StepsAdmin
from secondments.actions import programme_steps
from secondments.models import Placement, ProgrammeStep
from secondments.models.start_step import MOST_STEPS

if TYPE_CHECKING:
    StepModelForm = forms.ModelForm[ProgrammeStep]
else:
    StepModelForm = forms.ModelForm


@admin.register(Placement)
class PlacementAdmin(StepsAdmin):
    """Read-only, with a link to the page of each; a placement is opened from its grant."""

    menu_place = 15
    list_display = ("reference", "organisation", "secondee", "starts_on", "ends_on", "status", "page")
    list_filter = (
        "status",
        *round_filters("grant__post__call", "grant__post", "strands"),
        DaysFilter,
    )
    list_select_related = ("grant__organisation", "secondee")
    search_fields = ("reference", "grant__organisation__name", "secondee__name")
    search_help_text = "By reference, organisation or secondee"
    fields = (
        "reference", "page", "grant", "strands", "secondee", "line_manager", "home_manager", "days_per_week",
        "starts_on", "ends_on", "status", "opened_at", "started_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, placement: Placement) -> str:
        return str(placement.grant.organisation)

    @admin.display(description="page")
    def page(self, placement: Placement) -> str:
        address, name = placement.get_absolute_url(), placement.reference
        return format_html('<a href="{}" aria-label="Open {}">Open</a>', address, name)


class ProgrammeStepForm(StepModelForm):
    """A step of a programme; its address is made of its title once and then stays."""

    class Meta:
        model = ProgrammeStep
        fields = (
            "position", "title", "recorder", "confirmer", "is_required", "is_of_person", "day_label", "note_help",
            "outcome",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("confirmer") and typed.get("confirmer") == typed.get("recorder"):
            self.add_error("confirmer", "Choose another party than the one that records it, or leave it empty.")
        title, programme = typed.get("title", ""), self.instance.programme_id
        if title and not self.instance.kind:
            most = ProgrammeStep._meta.get_field("kind").max_length or 1
            self.instance.kind = slugify(title).replace("-", "_")[:most].strip("_") or "step"
        others = ProgrammeStep.objects.filter(programme=programme, kind=self.instance.kind).exclude(pk=self.instance.pk)
        if programme and others.exists():
            self.add_error("title", "Another step of this programme has this title or begins like it. Choose another.")
        return typed


class ProgrammeStepInline(OfProgramme):
    """What has to be done before a placement starts; placements that are open keep the steps they began with."""

    model = ProgrammeStep
    form = ProgrammeStepForm
    can_delete = True
    max_num = MOST_STEPS
    fields = (
        ("position", "title"),
        ("recorder", "confirmer"),
        ("is_required", "is_of_person"),
        "day_label",
        "note_help",
        "outcome",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("secondments.delete_programmestep")


def has_no_steps(programme: Programme) -> bool:
    return not programme.start_steps.exists()


ProgrammeAdmin.inlines = (*ProgrammeAdmin.inlines, ProgrammeStepInline)
ProgrammeAdmin.steps |= {
    "put-in-steps": StepButton(
        "Set the steps before the start",
        programme_steps.put_in_standard,
        "secondments.add_programmestep",
        when=has_no_steps,
        done="We have put in the standard steps. Change them as this programme needs. The funding agreement always "
        "comes before them. Placements that are open keep the steps they have.",
    ),
}

"""Programmes with their goals and strands."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from applications.actions import equality
from applications.models import EqualityQuestion, Goal, Strand
from core.accounts.models import Organisation, Programme
from core.admin import LatestFilter, StepButton, StepsAdmin

if TYPE_CHECKING:
    InForceInline = admin.StackedInline[Any, Programme]
else:
    InForceInline = admin.StackedInline


class OfProgramme(InForceInline):
    """Goals or strands, each with the years it was in force; one that calls were made under is kept."""

    fields: ClassVar[tuple[Any, ...]] = ("title", ("from_year", "to_year"))
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rules."""
        return request.user.has_perm(f"applications.view_{self.opts.model_name}")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rules."""
        return request.user.has_perm(f"applications.add_{self.opts.model_name}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rules."""
        return request.user.has_perm(f"applications.change_{self.opts.model_name}")


class GoalInline(OfProgramme):
    """The shared goals."""

    model = Goal


class StrandInline(OfProgramme):
    """The strands of work."""

    model = Strand


class EqualityQuestionInline(OfProgramme):
    """The voluntary questions to proposed secondees; one that was answered is kept."""

    model = EqualityQuestion
    verbose_name_plural = "equality questions"
    fields = ("position", "label", "answers")
    can_delete = True
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the rules; the database keeps what was answered."""
        return request.user.has_perm("applications.delete_equalityquestion")


def has_no_equality_questions(programme: Programme) -> bool:
    """Tell whether nothing is asked yet."""
    return not programme.equality_questions.exists()


@admin.register(Programme)
class ProgrammeAdmin(StepsAdmin):
    """A partnership of a funder and a host, what it works towards, and how many it places at once."""

    list_display = ("name", "reference_prefix", "funder", "host", "fewest_placements", "most_placements")
    list_select_related = ("funder", "host")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (GoalInline, StrandInline, EqualityQuestionInline)
    steps = {
        "ask-about-equality": StepButton(
            "Put in the standard equality questions",
            equality.put_in_standard,
            "applications.add_equalityquestion",
            when=has_no_equality_questions,
            done="The questions are in. Change them as this programme needs; proposed secondees are asked from now on.",
        ),
    }
    fieldsets = (
        (None, {"fields": ("name", "slug", "reference_prefix")}),
        ("Partners", {"fields": ("funder", "host", "learning_partner")}),
        ("Placements at once", {"fields": ("fewest_placements", "most_placements")}),
        ("Words", {"fields": ("titles",)}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Programme | None = None) -> dict[str, Any]:
        """Make the address from the name for a new programme; afterwards it stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """Offer every organisation, by name."""
        if db_field.related_model is Organisation:
            return Organisation.objects.order_by("name")
        return super().get_field_queryset(db, db_field, request)


class InForceAdmin(StepsAdmin):
    """A list of what was in force when."""

    list_display = ("title", "programme", "from_year", "to_year")
    list_filter = (("programme", LatestFilter),)
    list_select_related = ("programme",)
    search_fields = ("title",)
    fields = ("programme", "title", "from_year", "to_year")


@admin.register(Goal)
class GoalAdmin(InForceAdmin):
    """The shared goals, which are revised over time."""


@admin.register(Strand)
class StrandAdmin(InForceAdmin):
    """The strands of work."""

"""Programmes with their goals and strands."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from applications.actions import eligibility, equality
from applications.models import EqualityQuestion, Goal, OutcomeReason, Strand
from core.accounts import admin as accounts
from core.accounts.models import Programme
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
        return request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")


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
        return request.user.has_perm("applications.delete_equalityquestion")


class OutcomeReasonInline(OfProgramme):
    """The reasons for turning an application down; one that was given is kept, and need not be offered."""

    model = OutcomeReason
    verbose_name_plural = "reasons for turning an application down"
    fields = ("position", "label", "sentence", "is_offered")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})}}


def has_no_reasons(programme: Programme) -> bool:
    return not programme.outcome_reasons.exists()


def has_no_equality_questions(programme: Programme) -> bool:
    return not programme.equality_questions.exists()


class ProgrammeAdmin(accounts.ProgrammeAdmin):
    """A programme with its goals, strands and equality questions."""

    inlines: ClassVar[tuple[type[OfProgramme], ...]] = (
        GoalInline,
        StrandInline,
        EqualityQuestionInline,
        OutcomeReasonInline,
    )
    steps = {
        "ask-about-equality": StepButton(
            "Add the standard equality questions",
            equality.put_in_standard,
            "applications.add_equalityquestion",
            when=has_no_equality_questions,
            done="We have added the questions. Change them as this programme needs. We will ask proposed "
            "secondees from now on.",
        ),
        "give-reasons": StepButton(
            "Add the standard reasons for turning down",
            eligibility.put_in_reasons,
            "applications.add_outcomereason",
            when=has_no_reasons,
            done="We have added the reasons. Change their words as this programme needs.",
        ),
    }


admin.site.unregister(Programme)
admin.site.register(Programme, ProgrammeAdmin)


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

"""What an officer types to write a call: its own fields, its posts, criteria and questions; why it is called off."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from applications.lifecycle import CallStatus
from applications.models import Call, Criterion, EligibilityItem, Post, Question
from applications.models.question import MOST_QUESTIONS
from applications.models.section import read_sections
from core.dates import say_day, say_deadline
from core.form_fields import ProseField
from core.money.amounts import format_pounds

if TYPE_CHECKING:
    CallInline = admin.StackedInline[Any, Call]
    CallModelForm = forms.ModelForm[Call]
    QuestionModelForm = forms.ModelForm[Question]
else:
    CallInline = admin.StackedInline
    CallModelForm = forms.ModelForm
    QuestionModelForm = forms.ModelForm


FIGURES = (
    "band_minimum",
    "band_maximum",
    "backfill",
    "management_fee",
    "on_costs_percent",
    "holds_back",
    "least_days",
    "term_months",
    "longest_extension_months",
    "total_by",
    "pay_principle",
)
MOST_GRACE = 3600
LIMITS = frozenset({"word_limit", "character_limit"})


class CallForm(CallModelForm):
    """A call's own words and figures; what the database would refuse is said beside the field."""

    class Meta:
        model = Call
        exclude = ("cancelled_reason", "sections")  # written by steps
        field_classes = dict.fromkeys(("summary", "brief", "welcome", "pay_principle"), ProseField)
        labels = {"slug": "Address", "grace_seconds": "Grace after the deadline, in seconds"}
        help_texts = {"slug": "The last part of the page's address, after /calls/."}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "brief": forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "holds_back" in self.fields:  # it is shown and not asked once the call is out
            self.fields["holds_back"].initial = Call.HoldsBack.FEE

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        opens, closes = typed.get("opens_at"), typed.get("closes_at")
        if closes is None and "closes_at" in typed and typed.get("kind") != Call.Kind.ROLLING:
            self.add_error("closes_at", "Enter when the call closes. Only a rolling call has no closing time.")
        if closes and typed.get("kind") == Call.Kind.ROLLING:
            sentence = "A rolling call is always open. Leave its closing time empty."
            self.add_error("closes_at", sentence)
        elif opens and closes and closes <= opens:
            self.add_error("closes_at", f"The call opens at {say_deadline(opens)}. Choose a later time for its close.")
        first, last = typed.get("visits_from_on"), typed.get("visits_to_on")
        if last and not first:
            self.add_error("visits_from_on", "Enter the day on which assessment visits start.")
        if first and last and last < first:
            self.add_error("visits_to_on", f"Visits begin on {say_day(first)}. Choose that day or a later one.")
        low, high = typed.get("band_minimum"), typed.get("band_maximum")
        if low is not None and high is not None and high < low:
            self.add_error("band_maximum", "The pay band must end above its start. Enter a higher figure.")
        days = typed.get("least_days")
        if days is not None and not 0 < days <= 5:  # noqa: PLR2004 — a working week
            self.add_error("least_days", "Enter the fewest days a week, from 0.5 to 5.")
        percent = typed.get("on_costs_percent")
        if percent is not None and not 0 <= percent <= 100:  # noqa: PLR2004 — per cent
            self.add_error("on_costs_percent", "Enter the employer's on-costs as a percentage from 0 to 100.")
        grace = typed.get("grace_seconds")
        if grace is not None and not 0 <= grace <= MOST_GRACE:
            self.add_error("grace_seconds", f"Enter the grace in seconds, from 0 to {MOST_GRACE}.")
        self._check_meeting(typed)
        return typed

    def _check_meeting(self, typed: dict[str, Any]) -> None:
        meeting, of = typed.get("priorities_meeting"), typed.get("programme")
        if meeting and of and meeting.programme_id != of.pk:
            self.add_error("priorities_meeting", "Choose a meeting of the call's programme.")


class CancelForm(forms.Form):
    """Why a call is called off."""

    reason = ProseField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), help_text="Applicants read this.")


class PartOfCall(CallInline):
    """Posts, criteria or questions: open to change while the call is a draft."""

    extra = 0
    template = "admin/edit_inline/stacked.html"

    def has_view_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return request.user.has_perm("applications.view_call", obj)

    def has_change_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        """Let change who may change the call, until it is out."""
        is_draft = obj is None or obj.status == CallStatus.DRAFT
        return is_draft and request.user.has_perm("applications.change_call", obj)

    def has_add_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("call")


class PostInline(PartOfCall):
    """The posts that secondees would fill."""

    model = Post
    fields = ("job_title", "grade", "team", "purpose", "accountabilities", "person_specification", "competencies")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"})}}

    def get_extra(self, request: HttpRequest, obj: Call | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class CriterionInline(PartOfCall):
    """What applications are judged by."""

    model = Criterion
    fields = (("letter", "weight", "concerns_person"), "label", "guidance", "meanings")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"})}}

    def get_formset(self, request: HttpRequest, obj: Call | None = None, **kwargs: Any) -> Any:
        """Django's formset, which refuses to delete what other rows hang on, with a sentence that says what to do."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.hand_clean_DELETE = refuse_delete_with_questions
        return formset


def refuse_delete_with_questions(form: Any) -> None:
    """Say which questions serve the criterion that is to be deleted, and what to do with them."""
    if not form.cleaned_data.get("DELETE"):
        return
    saved = form.instance.questions.values_list("label", flat=True)
    typed = [
        form.data.get(name.replace("-criterion", "-label"), "")
        for name, value in form.data.items()
        if name.startswith("questions-") and name.endswith("-criterion") and value == str(form.instance.pk)
    ]
    labels = [f"“{label}”" for label in dict.fromkeys([*saved, *typed])]
    if labels:
        raise forms.ValidationError(
            f"{form.instance} has questions: {', '.join(labels)}. Choose another criterion for each of them below, or "
            "delete them, and save. Then delete the criterion.",
        )


class QuestionForm(QuestionModelForm):
    """A question; a limit that is left empty is none."""

    class Meta:
        model = Question
        fields = "__all__"
        field_classes = {"hint": ProseField, "options": ProseField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in LIMITS.intersection(self.fields):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        return typed | {name: typed[name] or 0 for name in LIMITS.intersection(typed)}


class QuestionInline(PartOfCall):
    """What applicants are asked, each with the kind of its answer."""

    model = Question
    form = QuestionForm
    max_num = MOST_QUESTIONS
    fields = (
        ("section", "position", "kind", "is_required"),
        "label",
        "hint",
        ("word_limit", "character_limit"),
        "options",
        ("least", "most", "unit"),
        "criterion",
    )
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})}}

    def get_formset(self, request: HttpRequest, obj: Call | None = None, **kwargs: Any) -> Any:
        self.call = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            sections = self.call.form_sections if self.call else read_sections(())
            return forms.ChoiceField(label="Section", choices=[(str(one), one.label) for one in sections])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the call's own criteria, fetched once for all questions."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "criterion" and field is not None:
            own = Criterion.objects.filter(call=self.call) if self.call else Criterion.objects.none()
            field.queryset = own
            field.choices = [("", "---------"), *((criterion.pk, str(criterion)) for criterion in own)]
        return field


class EligibilityInline(PartOfCall):
    """What an application must meet to be read on; only the office sees it."""

    model = EligibilityItem
    fields = (("subject", "position"), "label")
    verbose_name_plural = "eligibility checklist"


def paid_in_words(call: Call) -> Iterator[str]:
    """What the call pays beside the salary, in words."""
    if call.backfill:
        yield f"{format_pounds(call.backfill, whole=True)} towards {call.programme.cover_name}"
    if call.management_fee:
        yield f"{format_pounds(call.management_fee, whole=True)} management fee"
    if call.on_costs_percent:
        yield f"Employer's on-costs {call.on_costs_percent.normalize():f}%"
    if call.holds_fee_back:
        yield f"{call.get_holds_back_display()} held back until the final report is accepted"

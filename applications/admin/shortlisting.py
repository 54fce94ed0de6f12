"""Shortlisting in the admin: the checklist, outcomes that are prepared, and their release with every email shown."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from applications.actions import eligibility, shortlisting
from applications.lifecycle import CallStatus
from applications.models import Call, OutcomeReason, ShortlistOutcome
from core.accounts.models import User
from core.admin import StepButton, StepForm
from core.form_fields import ProseField
from core.lifecycle import require

MET, NOT_MET, OPEN = "met", "not_met", "open"
ANSWERS = [(MET, "Met"), (NOT_MET, "Not met"), (OPEN, "Not checked yet")]
PREPARED = "We email no one before you release it."
PREFETCHED = (*("shortlist_outcomes", "call__eligibility_items", "eligibility_answers", "candidates", "documents"),)


class EligibilityForm(StepForm):
    """The call's checklist: for each line met, not met or not checked, and a note."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = eligibility.findings(self.thing)
        for one in self.findings:
            given = one.answer
            self.fields[f"item_{one.item.pk}"] = forms.ChoiceField(
                label=str(one.item),
                choices=ANSWERS,
                widget=forms.RadioSelect,
                initial=OPEN if one.counts is None else MET if one.counts else NOT_MET,
                help_text=one.words,
                error_messages={"required": "Choose met, not met or not checked yet."},
            )
            self.fields[f"note_{one.item.pk}"] = forms.CharField(
                label="Note",
                required=False,
                max_length=eligibility.MOST_NOTE,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=given.note if given else "",
                help_text="Needed where a line is not met. Only the office reads it.",
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.errors:
            return typed
        meaning = {MET: True, NOT_MET: False, OPEN: None}
        answers = {
            one.item: (meaning[typed[f"item_{one.item.pk}"]], typed[f"note_{one.item.pk}"]) for one in self.findings
        }
        return {"answers": answers}


def reasons_of(programmes: set[int]) -> QuerySet[OutcomeReason]:
    return OutcomeReason.objects.filter(programme__in=programmes, is_offered=True)


class ReasonsForm(forms.Form):
    """Why an application is turned down, from the programme's list, and words of one's own."""

    reasons = forms.ModelMultipleChoiceField(
        OutcomeReason.objects.none(),
        label="Reasons",
        widget=forms.CheckboxSelectMultiple,
        help_text="The organisation reads the sentence of each. We publish how often each was given.",
        error_messages={"required": "Choose at least one reason."},
    )
    feedback = ProseField(
        label="Feedback in your own words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Optional. It follows the reasons in the email.",
    )

    def offer(self, programmes: set[int]) -> None:
        cast("forms.ModelMultipleChoiceField", self.fields["reasons"]).queryset = reasons_of(programmes)


class TurnDownForm(ReasonsForm, StepForm):
    """For one application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer({self.thing.programme_id})


class ReleaseForm(StepForm):
    """What is released, with every email as it will be sent; `seen` is what the person was shown."""

    panel = "admin/applications/call/_release.html"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcomes = shortlisting.prepared_in(self.thing, self.by)
        self.fields["seen"].initial = digest_of(self.outcomes)

    def clean(self) -> dict[str, Any]:
        """Release only what the person was shown."""
        typed = super().clean() or self.cleaned_data
        if typed.pop("seen", "") != digest_of(self.outcomes):
            self.data = {**{name: self.data[name] for name in self.data}, "seen": digest_of(self.outcomes)}
            raise forms.ValidationError("What is prepared has changed. Read below what will be released now.")
        return {"outcomes": self.outcomes}

    def panel_context(self) -> dict[str, Any]:
        letters, refusal = shortlisting.preview(self.outcomes, by=self.by)
        return {"outcomes": self.outcomes, "letters": letters, "release_refusal": refusal}


def digest_of(outcomes: list[ShortlistOutcome]) -> str:
    said = [f"{row.pk} {row.outcome} {[one.pk for one in row.reasons.all()]} {row.feedback}" for row in outcomes]
    return sha256("\n".join(said).encode()).hexdigest()


def release(_call: Call, *, outcomes: list[ShortlistOutcome], by: User, at: Any) -> None:
    """Release what the page showed."""
    require(bool(outcomes), "No outcome is prepared. Shortlist or turn down applications first.")
    shortlisting.release(outcomes, by=by, at=at)


def is_sifted(call: Call) -> bool:
    # Not whether anything is prepared: that would tell of an application to whoever may not know of it.
    return call.status == CallStatus.PUBLISHED


def release_page(applications: Any) -> str:
    """Where what was prepared for these applications is released: the page of their call."""
    calls = {application.call_id for application in applications}
    if len(calls) == 1:
        return reverse("admin:applications_call_step", args=[calls.pop(), "release"])
    return reverse("admin:applications_call_changelist")


def refuse_open(call: Call, at: Any) -> None:
    is_over = call.kind == Call.Kind.ROLLING or call.is_closed(at)
    require(is_over, "Outcomes are released after the call closes.")


RELEASE = StepButton(
    "Release the outcomes of shortlisting",
    release,
    "applications.release_call",
    form=ReleaseForm,
    when=is_sifted,
    precheck=refuse_open,
    done="You have released the outcomes. We are sending the emails.",
)
STEPS = {
    "check": StepButton(
        "Check eligibility",
        eligibility.answer,
        "applications.check_application",
        form=EligibilityForm,
        when=lambda application: application.call.eligibility_items.exists(),
        done="You have saved the checklist.",
    ),
    "shortlist": StepButton(
        "Shortlist",
        shortlisting.prepare_shortlist,
        "applications.shortlist_application",
        precheck=shortlisting.refuse_preparing,
        done=f"{{thing}} is prepared for the shortlist. {PREPARED}",
    ),
    "turn_down": StepButton(
        "Turn down",
        shortlisting.prepare_turn_down,
        "applications.turn_down_application",
        form=TurnDownForm,
        confirm=f"The application does not go to the committee. {PREPARED}",
        precheck=shortlisting.refuse_turning_down,
        done=f"{{thing}} is prepared to be turned down. {PREPARED}",
        is_grave=True,
    ),
    "undo": StepButton(
        "Undo the prepared outcome",
        shortlisting.undo,
        "applications.undo_outcome",
        precheck=shortlisting.refuse_unprepared,
        done="You have undone the outcome of {thing}.",
    ),
}

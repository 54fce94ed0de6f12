"""Forms of the steps of a data request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from core.accounts.models import User
from core.admin import StepForm
from core.form_fields import ProseField
from core.forms import run_action
from core.rights.actions import requests
from core.rights.actions.corrections import correctable
from core.rights.models import PermittedUse, Review, RightsRequest, Use
from core.rights.reviewing import waiting
from core.rights.rules import office_of

if TYPE_CHECKING:
    RequestModelForm = forms.ModelForm[RightsRequest]
else:
    RequestModelForm = forms.ModelForm

MOST_CHARACTERS = 4000
LONG = forms.Textarea(attrs={"rows": 4})
SHOWN_AT_ONCE = 100
SHOWN_WORDS = 400


class RecordForm(RequestModelForm):
    """What somebody asked for, as it reached the office; recorded by the action, whose refusal stands at its field."""

    acting: ClassVar[dict[str, Any]] = {}
    result: RightsRequest

    class Meta:
        model = RightsRequest
        fields = ("programme", "kind", "email", "received_on", "words")
        field_classes = {"words": ProseField}
        widgets = {"received_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"received_on": "The month for our answer begins on this day, however the request reached us."}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            run_action(self, requests.record, **self.acting, **values)
        return values


class IdentityForm(forms.Form):
    how = ProseField(
        label="How identity was checked",
        most=MOST_CHARACTERS,
        widget=LONG,
        help_text="For example: they wrote from the address of their account, and we called them back.",
    )


class OfficerForm(StepForm):
    officer = forms.ModelChoiceField(User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = office_of(self.thing.programme_id)
        self.fields["officer"].queryset = people.exclude(pk=self.thing.person_id)  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    months = forms.TypedChoiceField(
        label="How much longer", coerce=int, choices=[(1, "One month"), (2, "Two months")], widget=forms.RadioSelect
    )
    reason = ProseField(
        label="Why it takes longer", most=MOST_CHARACTERS, widget=LONG, help_text="The person reads this."
    )


class ReviewForm(StepForm):
    """Items that wait, to be released or left out together; those not chosen wait on."""

    chosen = forms.MultipleChoiceField(label="Items", widget=forms.CheckboxSelectMultiple)
    ground = forms.ChoiceField(
        label="What to do with the chosen items",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Release them"), *((one.value, f"Leave them out. {one.label}") for one in Review.Ground)],
        initial="",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = waiting(self.thing)
        first = left[:SHOWN_AT_ONCE]
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.noun.capitalize()}, {one.title}: {one.value[:SHOWN_WORDS]}") for one in first
        ]
        if len(left) > len(first):
            self.fields["chosen"].help_text = f"The first {len(first)} of {len(left)}. The others follow."


class ReleaseForm(forms.Form):
    handed_over = forms.ChoiceField(
        label="How they get it", choices=RightsRequest.HandedOver.choices, widget=forms.RadioSelect
    )
    answer = ProseField(label="What to tell them beside", required=False, most=MOST_CHARACTERS, widget=LONG)


class AnswerForm(forms.Form):
    answer = ProseField(label="What to tell them", required=False, most=MOST_CHARACTERS, widget=LONG)


class ReasonForm(forms.Form):
    reason = ProseField(label="Why", most=MOST_CHARACTERS, widget=LONG, help_text="The person reads this.")


class CorrectForm(StepForm):
    item = forms.ChoiceField(label="What is wrong")
    after = ProseField(label="What is right", most=MOST_CHARACTERS, widget=LONG)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [
            (one.key, f"{one.noun.capitalize()}, {one.title}: {one.value[:SHOWN_WORDS]}")
            for one in correctable(self.thing)
        ]
        self.fields["item"].choices = [("", "Choose"), *found]  # type: ignore[attr-defined]


class PermitUseForm(StepForm):
    """A use that the restriction holds back, and the ground on which it is needed all the same."""

    use = forms.ChoiceField(label="What is permitted", widget=forms.RadioSelect)
    ground = forms.ChoiceField(label="On which ground", choices=PermittedUse.Ground.choices, widget=forms.RadioSelect)
    words = ProseField(label="Why it is necessary", most=MOST_CHARACTERS, widget=LONG)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(self.thing.permitted_uses.values_list("use", flat=True))
        self.fields["use"].choices = [(key, label) for key, label in Use.choices if key not in known]  # type: ignore[attr-defined]

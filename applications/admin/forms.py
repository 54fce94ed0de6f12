"""What the office and the assessors fill in: whom to ask, conflicts of interest, scores."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from applications.actions import candidate_corrections
from applications.actions.assessments import party_of
from applications.actions.score_boxes import OF_SHEET
from applications.admin import conflicts
from applications.autosave import Saved, fingerprint
from applications.forms.save_token import SaveTokenForm
from applications.lifecycle import LIVE_CANDIDATE
from applications.models import Application, Criterion
from applications.models.assessment import Party, Recommendation
from applications.rules.assessments import ROLE_OF, possible_assessors
from core.accounts.addresses import Doubt
from core.accounts.forms import AddressesForm
from core.accounts.models import User
from core.admin import StepForm
from core.form_fields import ProseField


class PersonField(forms.ModelChoiceField):
    """People by name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.email})"


def assessors_for(application: Application, side: Party) -> Any:
    """Who may be asked on this side: of that party, with the role, outside the organisation, not asked before."""
    return (
        possible_assessors(side, application)
        .exclude(memberships__organisation=application.organisation_id)
        .exclude(assessments__application=application)
        .distinct()
        .order_by("name")
    )


class AssignForm(StepForm):
    """One assessor of each side, or of one only."""

    panel = conflicts.PANEL
    funder_assessor = PersonField(User.objects.none(), required=False, label="Funder's assessor")
    host_assessor = PersonField(User.objects.none(), required=False, label="Host's assessor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in Party:
            field: Any = self.fields[f"{side}_assessor"]
            field.queryset = assessors_for(self.thing, side)
            field.empty_label = "No one now"
            field.help_text = f"People of {party_of(self.thing, side)} with the role “{ROLE_OF[side].label}”."
            field.error_messages["invalid_choice"] = "Choose a person from the list."

    def panel_context(self) -> dict[str, Any]:
        return conflicts.declared(self.thing)


class CandidateAddressForm(AddressesForm, StepForm):
    """Where the proposed secondee is emailed from now on."""

    email = forms.EmailField(label="Their new email address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        candidate = self.thing.candidates.filter(status__in=LIVE_CANDIDATE).first()
        if candidate:
            now = f"Now we email {candidate} at {candidate.address}."
            self.fields["email"].help_text = f"{now} We will tell both addresses and the organisation."

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        return candidate_corrections.doubts_about_address(self.thing, typed["email"])


class DeclareForm(forms.Form):
    """Whether there is a conflict of interest; asked before anything is read."""

    has_conflict = forms.TypedChoiceField(
        label="Do you have a conflict of interest?",
        choices=[("no", "No, I have no conflict of interest"), ("yes", "Yes, I have a conflict of interest")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you have a conflict of interest."},
    )
    explanation = forms.CharField(
        label="What it is",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="If you have one. For example, you worked for the organisation or know the person.",
    )


class RecuseForm(forms.Form):
    """Why an assessor stands aside after all."""

    explanation = forms.CharField(
        label="What the conflict of interest is", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


def is_chosen(name: str) -> bool:
    """Tell whether a box of the scoring page is a choice, not a text."""
    return name.startswith("score_") or name == "recommendation"


class ScoreForm(SaveTokenForm):
    """A score and a reason for each criterion, finished or not."""

    recommendation = forms.ChoiceField(
        label="What you recommend",
        choices=[(one.value, one.label.capitalize()) for one in Recommendation],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose what you recommend."},
    )
    overall_view = ProseField(label="Overall view", required=False, widget=forms.Textarea(attrs={"rows": 5}))
    private_notes = ProseField(label="Private notes", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, criteria: Iterable[Criterion], texts: Mapping[str, str], by: User) -> None:
        self.criteria = list(criteria)
        self.elsewhere: list[tuple[str, str]] = []
        seen = {name: fingerprint(text) for name, text in texts.items()}
        super().__init__(data, initial={**texts, **self.initial_token(seen, by)})
        for criterion in self.criteria:
            self.fields[f"score_{criterion.letter}"] = forms.TypedChoiceField(
                label=f"Score on {criterion}",
                required=False,
                coerce=int,
                empty_value=None,
                choices=criterion.scale,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose a score from 0 to 4."},
            )
            self.fields[f"reason_{criterion.letter}"] = ProseField(
                label=f"Reason for the score on {criterion}",
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def sent(self) -> frozenset[str]:
        return frozenset(name for name in self.cleaned_data if name in self.data)

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in OF_SHEET}

    def marks(self) -> dict[Criterion, tuple[int | None, str]]:
        typed = self.cleaned_data
        return {one: (typed.get(f"score_{one.letter}"), typed.get(f"reason_{one.letter}", "")) for one in self.criteria}

    def add_gap(self, name: str, sentence: str) -> None:
        """Name what is missing at its box; of a criterion whose turn has not come, at its heading."""
        if name in self.fields:
            self.add_error(name, sentence)
        else:
            self.elsewhere.append((f"c{name[-1]}", sentence))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of each control that needs a change, and why."""
        boxes = [
            (f"id_{name}_0" if is_chosen(name) else f"id_{name}", str(message))
            for name, messages in self.errors.items()
            for message in messages
            if name in self.fields
        ]
        return [*boxes, *self.elsewhere]

    def show_conflicts(self, saved: Saved) -> None:
        """Mark what was changed in another window too; both reasons go into the box, one under the other."""
        for one in saved.conflicts:
            if is_chosen(one.name):
                sentence = f"You chose {one.saved or 'nothing'} in another window. Choose again, then save."
            else:
                self.set_data(**{one.name: f"{one.saved}\n\n{self.data.get(one.name, '')}".strip()})
                both = "Both texts are in the box: keep what you want, then save."
                sentence = f"You wrote here in another window too. {both}"
            self.add_error(one.name, sentence)
        self.show_saved(saved)


class HoldBackForm(forms.Form):
    """Why an application is not to be deleted yet."""

    reason = forms.CharField(
        label="Why it must not be deleted yet",
        help_text="A complaint, a request or a dispute. The hold includes its grant.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

"""The form by which an assessor revises scores after the visit."""

from typing import Any

from django import forms

from core.admin import StepForm
from core.form_fields import ProseField


class ReviseForm(StepForm):
    """Each criterion with its score, and what changed it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scores = list(self.thing.scores.select_related("criterion"))
        for one in self.scores:
            letter = one.criterion.letter
            self.fields[f"score_{letter}"] = forms.TypedChoiceField(
                label=f"Score on {one.criterion}",
                coerce=int,
                choices=[(value, f"{value} {meaning}") for value, meaning in one.criterion.scale],
                initial=one.score,
                widget=forms.RadioSelect,
                help_text=f"Before the visit you gave {one.score}.",
            )
            self.fields[f"reason_{letter}"] = ProseField(
                label="What changed it",
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Only if you change the score.",
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        letters = [one.criterion.letter for one in self.scores]
        if self.errors:
            return typed
        return {"marks": {letter: (typed[f"score_{letter}"], typed[f"reason_{letter}"]) for letter in letters}}

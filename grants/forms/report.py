"""Writing an evaluation report."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from core.lifecycle import Refused
from grants.actions.reports import QUESTIONS
from grants.models import EvaluationReport

HINTS = {
    "progress": ("What was done?", "The work of the secondment since it started or since the last report."),
    "difference": (
        "What difference did it make?",
        "For the people it affects, the host and your organisation. Include figures if you can.",
    ),
    "learning": ("What was learnt?", "What would you tell the next organisation that seconds someone?"),
    "difficulties": ("What was difficult?", "What helped, or would have helped? You can answer “Nothing”."),
    "host_summary": (
        "Summary for the host",
        (
            "The managers at the host read this once the funder has accepted the report, and nothing else of it. "
            "A few sentences are enough; name no person."
        ),
    ),
}


def answers(report: EvaluationReport) -> list[tuple[str, str]]:
    return [(label, getattr(report, name)) for name, (label, _) in HINTS.items()]


class ReportForm(forms.Form):
    """Four questions and the host's summary; they may be empty in a draft, not when the report is submitted."""

    refusal: Refused | None = None
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, report: EvaluationReport, is_submitting: bool = False, **kwargs: Any) -> None:
        words = {name: getattr(report, name) for name in QUESTIONS}
        kwargs["initial"] = {"seen": report.version, **words}
        super().__init__(*args, **kwargs)
        for name, (label, hint) in HINTS.items():
            self.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                required=is_submitting,
                error_messages={"required": QUESTIONS[name].rstrip(".")},
                widget=forms.Textarea(attrs={"rows": 7}),
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("submit", "Submit the report"))
        self.helper.add_input(Submit("save", "Save and finish later", css_class="govuk-button--secondary"))

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in QUESTIONS}

"""Forms of the workplan and of what the organisation says about it."""

from typing import Any

from django import forms

from applications.models import Strand
from core.accounts.forms import helper
from secondments.forms.fields import DayField
from secondments.lifecycle import SignOff
from secondments.models import Milestone, Objective, OrganisationView, Placement


class SeenVersionForm(forms.Form):
    """A form that sends back which version of the workplan its reader saw, so that no change is overwritten unseen."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.initial["seen_version"] = version

    def clean_seen_version(self) -> int | None:
        """A page that sends no version has seen none."""
        return self.cleaned_data["seen_version"] or 0

    def show_current_version(self) -> None:
        """After a refusal the page shows the current version, so the next save is accepted."""
        values = {name: self.data.get(name) for name in self.fields if name in self.data}
        self.data = {**values, "seen_version": self.version}

    def has_seen(self, row: Objective | Milestone) -> bool:
        """Whether the version sent includes the row's last change; a number that is none counts as the current one."""
        sent = str(self.data.get("seen_version", ""))
        return not sent.isdecimal() or int(sent) >= row.changed_in


class ObjectiveForm(SeenVersionForm):
    title = forms.CharField(
        label="Objective",
        max_length=200,
        help_text="What will be different at the end, in one sentence.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter the objective in one sentence"},
    )
    helper = helper("Save this objective")

    def __init__(self, *args: Any, objective: Objective | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if objective is None:
            del self.fields["seen_version"]
        else:
            self.initial["title"] = objective.title


class MilestoneForm(SeenVersionForm):
    title = forms.CharField(
        label="Milestone", max_length=200, error_messages={"required": "Enter what will be done by the due date"}
    )
    due_on = DayField(label="Due date")
    strand = forms.ModelChoiceField(
        label="Strand (optional)", queryset=Strand.objects.none(), required=False, empty_label="No particular strand"
    )
    work = forms.ChoiceField(label="Kind of work", choices=Milestone.Work, widget=forms.RadioSelect)
    influence = forms.ChoiceField(label="Direction of influence", choices=Milestone.Influence, widget=forms.RadioSelect)
    needs_sign_off = forms.BooleanField(
        label="The host has to sign this off", required=False, help_text="We then count how long it takes."
    )
    helper = helper("Save this milestone")

    def __init__(self, *args: Any, placement: Placement, milestone: Milestone | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strands: Any = self.fields["strand"]
        strands.queryset = Strand.objects.filter(programme=placement.programme)
        if milestone is None:
            del self.fields["seen_version"]
        else:
            self.initial.update({name: getattr(milestone, name) for name in ("title", "due_on", "work", "influence")})
            self.initial["strand"] = milestone.strand_id
            self.initial["needs_sign_off"] = milestone.sign_off != SignOff.NOT_NEEDED


class ViewForm(SeenVersionForm):
    view = forms.ChoiceField(
        label="What does your organisation say?",
        choices=[
            (OrganisationView.View.AGREES, "We agree with the workplan"),
            (OrganisationView.View.CONCERN, "We have a concern"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree or have a concern"},
    )
    text = forms.CharField(
        label="Your concern or comment (optional if you agree)",
        required=False,
        max_length=2000,
        help_text="The line manager reads this and answers concerns.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    helper = helper("Send to the line manager")

    def clean_seen_version(self) -> int | None:
        seen: int | None = self.cleaned_data["seen_version"]
        return seen


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter your answer"},
    )
    helper = helper("Send the answer")

"""Forms of the workplan and of the organisation's say in it."""

from typing import Any

from django import forms

from applications.models import Strand
from core.accounts.forms import helper
from secondments.forms.fields import DayField
from secondments.lifecycle import SignOff
from secondments.models import Milestone, Objective, OrganisationView, Placement


class ObjectiveForm(forms.Form):
    """What the placement is to achieve."""

    title = forms.CharField(
        label="Objective",
        max_length=200,
        help_text="What will be different at the end, in one sentence.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter the objective in one sentence"},
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    helper = helper("Save this objective")


class MilestoneForm(forms.Form):
    """A piece of work: until when, for which strand, of which kind, in which direction."""

    title = forms.CharField(
        label="Milestone", max_length=200, error_messages={"required": "Enter what will be done by then"}
    )
    due_on = DayField(label="Due date")
    strand = forms.ModelChoiceField(
        label="Strand (optional)", queryset=Strand.objects.none(), required=False, empty_label="No particular strand"
    )
    work = forms.ChoiceField(label="Kind of work", choices=Milestone.Work, widget=forms.RadioSelect)
    influence = forms.ChoiceField(label="Direction of influence", choices=Milestone.Influence, widget=forms.RadioSelect)
    needs_sign_off = forms.BooleanField(
        label="The host has to sign this off", required=False, help_text="How long a sign-off waits is then counted."
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    helper = helper("Save this milestone")

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        """Offer the programme's strands."""
        super().__init__(*args, **kwargs)
        strands: Any = self.fields["strand"]
        strands.queryset = Strand.objects.filter(programme=placement.programme)


def said_by(row: Objective | Milestone, version: int) -> dict[str, Any]:
    """Give a row's words as a form begins with them."""
    if isinstance(row, Objective):
        return {"title": row.title, "seen_version": version}
    return {
        "title": row.title,
        "due_on": row.due_on,
        "strand": row.strand_id,
        "work": row.work,
        "influence": row.influence,
        "needs_sign_off": row.sign_off != SignOff.NOT_NEEDED,
        "seen_version": version,
    }


class ViewForm(forms.Form):
    """The organisation agrees, or raises a concern."""

    view = forms.ChoiceField(
        label="What does your organisation say?",
        choices=[("agrees", "We agree with the workplan"), ("concern", "We have a concern")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree or have a concern"},
    )
    text = forms.CharField(
        label="Your concern, or a remark (optional if you agree)",
        required=False,
        max_length=2000,
        help_text="The line manager reads it and answers a concern.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    helper = helper("Send to the line manager")


class AnswerForm(forms.Form):
    """The host's answer to a concern."""

    answer = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write an answer before you send it"},
    )
    helper = helper("Send the answer")

    def __init__(self, *args: Any, view: OrganisationView, **kwargs: Any) -> None:
        """Remember which concern is answered."""
        super().__init__(*args, **kwargs)
        self.view = view

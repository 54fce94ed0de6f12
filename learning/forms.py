"""Forms of the learning pages: what to take away, a finding, a change."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from applications.models import Strand
from core.accounts.forms import helper
from core.accounts.models import Programme, User
from learning.exports import PLACEMENTS
from learning.visibility import programmes_studied
from secondments.forms.fields import DayField

MOST_WORDS = 10_000  # characters of a message


class ExportForm(forms.Form):
    """Which years and which columns; sent in the address, so that a choice can be kept and shared."""

    years = forms.TypedMultipleChoiceField(
        label="Years", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Placements on any day of these years. Choose none to see all.",
        error_messages={"invalid_choice": "%(value)s is not one of the years. Choose years from the list"},
    )  # fmt: skip
    columns = forms.MultipleChoiceField(
        label="Columns",
        choices=[(fact.column.name, fact.column.title) for fact in PLACEMENTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one column",
            "invalid_choice": "%(value)s is not one of the columns. Choose columns from the list",
        },
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Show the preview")
        self.helper.form_method = "get"
        self.helper.layout = Layout(
            Field("years", wrapper_class="cii-choices"), Field("columns", wrapper_class="cii-choices")
        )
        choice: Any = self.fields["years"]
        choice.choices = [(year, str(year)) for year in years]


class FindingForm(forms.Form):
    programme = forms.ModelChoiceField(label="Programme", queryset=Programme.objects.none(), empty_label=None)
    statement = forms.CharField(
        label="What was found", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In one or two sentences. Do not name anyone.",
        error_messages={"required": "Enter what you found"},
    )  # fmt: skip
    evidence = forms.CharField(
        label="Evidence", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Interviews, workshops, reports. Do not name anyone.",
        error_messages={"required": "Enter the evidence for the finding"},
    )  # fmt: skip
    strand = forms.ModelChoiceField(
        label="Strand (optional)", queryset=Strand.objects.none(), required=False, empty_label="No particular strand"
    )
    helper = helper("Record this finding")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Offer the person's programmes and their strands; hide the choice where there is only one."""
        super().__init__(*args, **kwargs)
        programmes = programmes_studied(person)
        programme: Any = self.fields["programme"]
        programme.queryset = programmes
        first_two = list(programmes[:2])
        if len(first_two) == 1:
            programme.widget = forms.HiddenInput()
            programme.initial = first_two[0].pk
        strand: Any = self.fields["strand"]
        strand.queryset = Strand.objects.filter(programme__in=programmes)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        strand, programme = facts.get("strand"), facts.get("programme")
        if strand and programme and strand.programme_id != programme.pk:
            self.add_error("strand", f"{strand} is not a strand of {programme}. Choose one of its strands, or none.")
        return facts


class ChangeForm(forms.Form):
    what = forms.CharField(
        label="What changed", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what changed"},
    )  # fmt: skip
    since_on = DayField(label="Since", help_text="The day the change started.")
    helper = helper("Record this change")


class ConfidenceForm(forms.Form):
    programme = forms.ModelChoiceField(label="Programme", queryset=Programme.objects.none(), empty_label=None)
    words = forms.CharField(
        label="Your message", max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Only you and the learning partner can read it.",
        error_messages={"required": "Enter your message."},
    )  # fmt: skip
    helper = helper("Send in confidence")

    def __init__(self, *args: Any, programmes: list[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme: Any = self.fields["programme"]
        programme.queryset = Programme.objects.filter(pk__in=[one.pk for one in programmes])
        if len(programmes) == 1:
            programme.widget = forms.HiddenInput()
            programme.initial = programmes[0].pk


class ConfidentialAnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer", max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter your answer."},
    )  # fmt: skip
    helper = helper("Answer in confidence")

"""What is asked about a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from core.admin import StepForm
from core.form_fields import ProseField
from core.governance.actions.minutes import digest_of, mark_of
from core.governance.agenda import Entry, entries, minutes_of
from core.governance.models import AgendaItem, Meeting, Seat
from core.visibility import visible

if TYPE_CHECKING:
    SeatChoices = forms.ModelMultipleChoiceField[Seat]
else:
    SeatChoices = forms.ModelMultipleChoiceField


class PresentField(SeatChoices):
    """The seats of a body, each with the person and whether they vote."""

    def label_from_instance(self, seat: Seat) -> str:
        return str(seat) if seat.is_voting else f"{seat} (does not vote)"


class AttendanceForm(StepForm):
    """Which members were present."""

    thing: Meeting

    present = PresentField(
        Seat.objects.none(),
        label="Members present",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who sat on the body on the day. Untick who was away.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["present"]
        field.queryset = seats_at(self.thing)
        field.initial = list(self.thing.attendances.values_list("seat", flat=True)) or list(field.queryset)


def seats_at(meeting: Meeting) -> Any:
    """The seats held on the day of the meeting."""
    return (
        meeting.body.seats.on(meeting.held_on).select_related("person", "organisation").order_by("person__name", "pk")
    )


def entries_for(meeting: Meeting, person: Any) -> list[Entry]:
    items = visible(AgendaItem, person).filter(meeting=meeting).select_related("case", "meeting")
    return entries(meeting, items)


class ItemForm(StepForm):
    """A matter for the agenda, in words."""

    title = forms.CharField(
        label="What it is about",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": "Enter what the item is about."},
    )
    paper = ProseField(
        label="Paper",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="What members read beforehand. It is printed in the papers of the meeting.",
    )


class ArrangeForm(StepForm):
    """A number for each item that the person sees, and which are taken off."""

    thing: Meeting

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = entries_for(self.thing, self.by)
        for entry in self.listed:
            self.fields[f"place_{entry.item.pk}"] = forms.IntegerField(
                label=entry.heading,
                initial=entry.number,
                min_value=1,
                error_messages={"required": "Enter its place, like 1.", "invalid": "Enter its place, like 1."},
            )
            self.fields[f"off_{entry.item.pk}"] = forms.BooleanField(label=f"Take off: {entry.heading}", required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        keys = [entry.item.pk for entry in self.listed]
        order = {key: typed[f"place_{key}"] for key in keys if f"place_{key}" in typed}
        return {"order": order, "taken_off": [key for key in keys if typed.get(f"off_{key}")]}


class MinutesForm(StepForm):
    """What the minutes say of each item that the person sees."""

    thing: Meeting
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = mark_of(minutes_of(self.thing))
        self.listed = entries_for(self.thing, self.by)
        for entry in self.listed:
            self.fields[f"text_{entry.item.pk}"] = ProseField(
                label=f"{entry.number}. {entry.heading}",
                required=False,
                initial=entry.text,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=self.help_for(entry),
            )

    @staticmethod
    def help_for(entry: Entry) -> str:
        lines = [f"Stepped out: {entry.who_stepped_out}." if entry.stepped_out else ""]
        lines.append(f"Comes by itself: {entry.decision}" if entry.decision else "")
        return " ".join(line for line in lines if line)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        texts = {entry.item.pk: typed.get(f"text_{entry.item.pk}", "") for entry in self.listed}
        return {"texts": texts, "seen": typed.get("seen", "")}


class ConfirmForm(StepForm):
    """The minutes, to be read before they are confirmed."""

    thing: Meeting
    panel = "admin/governance/meeting/_minutes.html"
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = entries(self.thing, self.thing.agenda.select_related("case", "meeting"))
        self.fields["seen"].initial = digest_of(self.shown)

    def panel_context(self) -> dict[str, Any]:
        return {"agenda": self.shown, "minutes": minutes_of(self.thing)}

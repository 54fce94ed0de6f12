"""What an organisation fills in about the assessment visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from applications.actions import attendance
from applications.forms.steps import helper
from applications.letters.visit_slots import AT_YOURS
from applications.models import Application, Attendee, SlotOffer, VisitSlot
from core.accounts.addresses import Doubt
from core.accounts.forms import AddressesForm
from core.accounts.models import User
from core.dates import say_deadline
from core.form_fields import ProseField
from core.forms import ActionForm


class TimeField(forms.ModelChoiceField):
    """One of the times on offer."""

    def label_from_instance(self, obj: VisitSlot) -> str:
        where = obj.place or AT_YOURS
        return f"{say_deadline(obj.starts_at)}, {obj.minutes} minutes, {where}"


class NeedsForm(ActionForm):
    """What one person needs to take part in a visit, in their own words."""

    text = ProseField(
        label="What do you need to take part?",
        required=False,
        most=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Like step-free access, a hearing loop or a break. You can say what is needed and not why.",
    )
    helper = helper("Save")


class VisitNoteForm(ActionForm):
    text = ProseField(
        label="Your own notes",
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=(
            "What you saw and heard. The others who visited, the assessors and the committee read it once each of you "
            "has written; the grants office before. You can change it until then."
        ),
        error_messages={"required": "Enter your notes of the visit"},
    )
    helper = helper("Save your notes")


class ChooseForm(AddressesForm):
    """Which time, and who comes for the organisation besides the proposed secondee."""

    slot = TimeField(
        queryset=VisitSlot.objects.none(),
        label="Which time do you choose?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a time",
            "invalid_choice": "That time is no longer on offer. Choose another.",
        },
    )
    address = forms.CharField(
        label="Address where we meet",
        max_length=250,
        required=False,
        help_text="Only for a time at your organisation.",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    senior_name = forms.CharField(
        label="Which senior member of staff comes?",
        max_length=150,
        help_text="The proposed secondee comes too. We invite both.",
        error_messages={"required": "Enter the name of the senior member of staff who comes"},
    )
    senior_email = forms.EmailField(
        label="Their email address", error_messages={"required": "Enter their email address"}
    )
    helper = helper("Choose this time")

    def __init__(self, data: Any = None, *, application: Application, offers: QuerySet[SlotOffer], by: User) -> None:
        self.application = application
        super().__init__(data, initial={"senior_name": by.name, "senior_email": by.email})
        slots = VisitSlot.objects.filter(pk__in=offers.values("slot"))
        cast("TimeField", self.fields["slot"]).queryset = slots
        if not slots.filter(place="").exists():
            del self.fields["address"]

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        senior = (typed["senior_name"], typed["senior_email"], str(Attendee.Capacity.SENIOR))
        return attendance.doubts(self.application, [senior])

"""What the office fills in about times for assessment visits: which are offered, and who visits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms

from applications.actions import slot_endings, visits
from applications.admin.forms import PersonField
from applications.models import Application
from applications.models.assessment import Party
from applications.rules.visit_slots import possible_visitors
from core.accounts.models import User
from core.admin import StepForm
from core.admin.bulk import BulkForm
from core.dates import LocalDateTimeField, clock_name, say_day
from core.form_fields import ProseField
from core.forms import ActionForm

MOST_TIMES = 6


class TimesForm(ActionForm):
    """Up to six times, how long, where, and who visits; asked once for one application or many."""

    time_1 = LocalDateTimeField(label="First day and time")
    time_2 = LocalDateTimeField(label="Second day and time", required=False)
    time_3 = LocalDateTimeField(label="Third day and time", required=False)
    time_4 = LocalDateTimeField(label="Fourth day and time", required=False)
    time_5 = LocalDateTimeField(label="Fifth day and time", required=False)
    time_6 = LocalDateTimeField(label="Sixth day and time", required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=15, max_value=visits.LONGEST, initial=60)
    place = forms.CharField(
        label="Place",
        max_length=250,
        required=False,
        help_text="Leave empty to meet at the organisation: it gives the address when it chooses.",
    )
    link = forms.URLField(
        label="Link to join",
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text="For a video call. Emails carry it.",
    )
    funder_visitor = PersonField(User.objects.none(), label="Who visits for the funder")
    host_visitor = PersonField(User.objects.none(), label="Who visits for the host")
    questions = ProseField(
        label="Questions to prepare for",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The organisation reads them with the offer.",
    )

    def offer_for(self, applications: Sequence[Application]) -> None:
        """Say the window of visits, and offer the people who may visit all of these applications."""
        windows = {(one.call.visits_from_on, one.call.visits_to_on) for one in applications}
        first = self.fields["time_1"]
        first.help_text = f"{clock_name()}."
        start, end = windows.pop() if len(windows) == 1 else (None, None)
        if start and end:
            first.help_text += f" The call's visit dates are {say_day(start)} to {say_day(end)}."
        programmes = {one.call.programme for one in applications}
        for side, name in slot_endings.VISITOR_OF.items():
            people = User.objects.none()
            for programme in programmes:
                people |= possible_visitors(side, programme)
            field = cast("Any", self.fields[name])
            field.queryset, field.empty_label = people.distinct().order_by("name"), "Choose a person"
            field.error_messages["invalid_choice"] = "Choose a person from the list."

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        times: list[datetime] = []
        for place in range(1, MOST_TIMES + 1):
            at = typed.pop(f"time_{place}", None)
            if at in times:
                self.add_error(f"time_{place}", "This time is entered twice. Enter another, or leave it empty.")
            elif at is not None:
                times.append(at)
        return {**typed, "times": times}


class OfferForm(TimesForm, StepForm):
    """The times offered to one organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_for([self.thing])


class OfferManyForm(TimesForm, BulkForm):
    """The same times offered to several organisations, of which each has the one it chooses first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_for(self.things)
        self.fields["time_1"].help_text += " Enter at least as many times as organisations."


class VisitorForm(StepForm):
    """Who visits in whose place."""

    side = forms.ChoiceField(label="For which side", choices=Party.choices)
    person = PersonField(User.objects.none(), label="Who visits from now on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = self.thing.call.programme
        people = User.objects.none()
        for side in Party:
            people |= possible_visitors(side, programme)
        field = cast("Any", self.fields["person"])
        field.queryset, field.empty_label = people.distinct().order_by("name"), "Choose a person"

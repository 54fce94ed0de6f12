"""What is asked at the beginning: for which organisation and post, and which earlier answers to bring over."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from applications.forms.steps import RowChoiceField, helper
from applications.models import Application, Call, Post
from core.accounts.models import Organisation, User
from core.dates import say_day
from core.forms import ActionForm


class StartForm(ActionForm):
    """For which organisation, and for which post; with a tick to carry on past a likely double that has begun."""

    organisation = RowChoiceField(
        label="Which organisation is applying?", problem="Choose the organisation that is applying"
    )
    post = RowChoiceField(label="Which post are you applying for?", problem="Choose the post you are applying for")
    carry_on = forms.BooleanField(
        label="That is another organisation: continue", required=False, widget=forms.HiddenInput
    )
    helper = helper("Start the application")

    def __init__(self, data: Any = None, *, call: Call, by: User) -> None:
        super().__init__(data)
        own = Organisation.objects.filter(pk__in=by.organisation_ids)
        for name, rows in (("organisation", own), ("post", Post.objects.filter(call=call))):
            cast("RowChoiceField", self.fields[name]).offer(rows)

    def ask_to_carry_on(self) -> None:
        """Show the tick, which is hidden until somebody else seems to have begun."""
        self.fields["carry_on"].widget = forms.CheckboxInput()


class Earlier(forms.ModelChoiceField):
    """An earlier application by its reference, call and day."""

    def label_from_instance(self, obj: Any) -> str:
        day = say_day(obj.submitted_at or obj.started_at)
        state = "submitted" if obj.submitted_at else "begun"
        return f"{obj.shown_reference}: {obj.call}, {state} {day}"


class BringForm(ActionForm):
    """Which earlier application's answers to bring over."""

    source = Earlier(
        queryset=Application.objects.none(),
        label="Which answers do you want to copy?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the application whose answers you want to copy",
            "invalid_choice": "Choose one of your organisation's earlier applications",
        },
    )
    helper = helper("Copy the answers")

    def __init__(self, data: Any = None, *, earlier: list[Application]) -> None:
        super().__init__(data)
        field = cast("Earlier", self.fields["source"])
        field.queryset = Application.objects.filter(pk__in=[row.pk for row in earlier]).select_related("call")
        field.choices = [(row.pk, field.label_from_instance(row)) for row in earlier]  # they are here already
        if earlier:
            field.initial = earlier[0].pk


class ClearForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Clear the rehearsal", is_grave=True)

"""What the office fills in about assessment visits: when and where, who is invited, who came."""

from collections.abc import Mapping
from typing import Any

from django import forms

from applications.actions import attendance
from applications.lifecycle import LIVE_CANDIDATE, AssessmentStatus
from applications.models import AssessmentVisit, Attendee
from core.accounts.addresses import Doubt
from core.accounts.forms import AddressesForm
from core.accounts.models import Membership, User
from core.admin import StepForm
from core.dates import LocalDateTimeField, clock_name, say_day
from core.form_fields import ProseField

Capacity = Attendee.Capacity


def invited(typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(typed[f"{one}_name"], typed[f"{one}_email"], str(one)) for one in Capacity]


class ArrangeForm(AddressesForm, StepForm):
    """When and where a visit is, and the four who must attend."""

    starts_at = LocalDateTimeField(label="Day and time")
    minutes = forms.IntegerField(label="Minutes", min_value=15, max_value=480, initial=60)
    place = forms.CharField(label="Place", max_length=250, help_text="An address, or “video call”.")
    link = forms.URLField(
        label="Link to join", max_length=200, required=False, assume_scheme="https", help_text="For a video call."
    )
    questions = ProseField(
        label="Questions to prepare for",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everyone who is invited reads them.",
    )
    senior_name = forms.CharField(label="Senior member of staff", max_length=150)
    senior_email = forms.EmailField(label="Their email address")
    candidate_name = forms.CharField(label="Proposed secondee", max_length=150)
    candidate_email = forms.EmailField(label="Their email address")
    funder_name = forms.CharField(label="For the funder", max_length=150)
    funder_email = forms.EmailField(label="Their email address")
    host_name = forms.CharField(label="For the host", max_length=150)
    host_email = forms.EmailField(label="Their email address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call = self.thing.call
        if call.visits_from_on and call.visits_to_on:
            window = f"{say_day(call.visits_from_on)} to {say_day(call.visits_to_on)}"
            self.fields["starts_at"].help_text = f"{clock_name()}. The call's visit dates are {window}."
        for capacity, (name, email) in self.known().items():
            self.fields[f"{capacity}_name"].initial = name
            self.fields[f"{capacity}_email"].initial = email

    def known(self) -> dict[str, tuple[str, str]]:
        application = self.thing
        lead = User.objects.filter(
            memberships__organisation=application.organisation_id,
            memberships__standing=Membership.Standing.LEAD,
            is_active=True,
        ).first()
        candidate = application.candidates.filter(status__in=LIVE_CANDIDATE).first()
        found = {Capacity.SENIOR: lead}
        for assessment in application.assessments.exclude(status=AssessmentStatus.RECUSED).select_related("assessor"):
            found.setdefault(Capacity(assessment.party), assessment.assessor)
        known = {str(capacity): (person.name, person.email) for capacity, person in found.items() if person}
        return known | ({str(Capacity.CANDIDATE): (candidate.name, candidate.address)} if candidate else {})

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        return attendance.doubts(self.thing, invited(typed))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.errors:
            return typed
        facts = {name: typed[name] for name in ("starts_at", "minutes", "place", "link", "questions")}
        return {**facts, "attendees": invited(typed), "sure_of": typed.get("sure_of", [])}


class MoveForm(StepForm):
    """Another time or place."""

    starts_at = LocalDateTimeField(label="New day and time")
    place = forms.CharField(label="Place", max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].initial, self.fields["place"].initial = self.thing.starts_at, self.thing.place


class ReplaceForm(AddressesForm, StepForm):
    """Who comes in whose place."""

    attendee: Any = forms.ModelChoiceField(
        Attendee.objects.none(),
        label="Who does not come",
        empty_label="No one: an additional person",
        required=False,
    )
    capacity = forms.ChoiceField(
        label="An additional person comes as",
        choices=[("", "In someone's place"), *Capacity.choices],
        required=False,
    )
    name = forms.CharField(label="Who comes: full name", max_length=150)
    email = forms.EmailField(label="Their email address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["attendee"]
        field.queryset = self.thing.attendees.all()
        field.label_from_instance = lambda one: f"{one.name} – {one.get_capacity_display()}"

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        key = typed["attendee"]
        leaving = self.thing.attendees.filter(pk=key).first() if key.isdigit() else None
        capacity = leaving.capacity if leaving else typed["capacity"]
        return attendance.doubts(self.thing.application, [(typed["name"], typed["email"], capacity)])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not self.errors and not typed["attendee"] and not typed["capacity"]:
            self.add_error("attendee", "Choose who does not come, or as what an additional person comes.")
        return typed


class HoldForm(StepForm):
    """Who attended, and what was learnt."""

    attended = forms.TypedMultipleChoiceField(
        label="Who attended", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    absence_reason = ProseField(
        label="Why someone who must attend did not",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only if the senior member of staff, the proposed secondee, the funder or the host did not attend.",
    )
    notes = ProseField(label="Notes of the visit", required=False, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visit: AssessmentVisit = self.thing
        field: Any = self.fields["attended"]
        field.choices = [(one.pk, f"{one.name} – {one.get_capacity_display()}") for one in visit.attendees.all()]

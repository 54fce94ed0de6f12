"""The forms that put people into a placement: opening it, and naming somebody else in a part."""

from collections.abc import Mapping
from typing import Any

from django import forms

from applications.models import Strand
from core.accounts.addresses import Doubt
from core.accounts.forms import AddressesForm, helper
from core.accounts.models import User
from grants.models import Grant
from secondments.actions import people, placements
from secondments.forms.fields import DayField
from secondments.lifecycle import Part
from secondments.models import Placement
from secondments.rules import line_managers


class StrandChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class PersonChoice(forms.ModelChoiceField):
    """People, by name and address: names alone may be alike."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class OpenForm(AddressesForm):
    """Who, with which two managers, from when to when, for which strands."""

    secondee_name = forms.CharField(label="Secondee's full name", max_length=150)
    secondee_email = forms.EmailField(
        label="Secondee's email address",
        help_text="We will invite them to open an account.",
        error_messages={"invalid": "Enter the secondee's email address, like name@example.org"},
    )
    home_manager_name = forms.CharField(label="Home manager's full name", max_length=150)
    home_manager_email = forms.EmailField(
        label="Home manager's email address",
        help_text="The manager at the organisation. We will invite them to open an account.",
        error_messages={"invalid": "Enter the home manager's email address, like name@example.org"},
    )
    line_manager = PersonChoice(
        label="Line manager", queryset=User.objects.none(), empty_label="Choose a line manager",
        help_text="The manager at the host.",
    )  # fmt: skip
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day", help_text="The placement includes this day.")
    strands = StrandChoice(label="Strands of work", queryset=Strand.objects.none(), required=False)
    helper = helper("Open this placement")

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        self.grant = grant
        kwargs["initial"] = {**initial(grant), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        managers: Any = self.fields["line_manager"]
        managers.queryset = line_managers(grant.programme_id)
        strands: Any = self.fields["strands"]
        strands.queryset = Strand.objects.filter(programme=grant.programme)

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        secondee, home = ((typed[f"{one}_name"], typed[f"{one}_email"]) for one in ("secondee", "home_manager"))
        return placements.doubts(self.grant, secondee, home)


class LineManagerForm(forms.Form):
    """Who takes over as line manager."""

    line_manager = PersonChoice(
        label="New line manager", queryset=User.objects.none(), empty_label="Choose a line manager",
        error_messages={"required": "Choose the new line manager"},
    )  # fmt: skip
    helper = helper("Change the line manager")

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers: Any = self.fields["line_manager"]
        managers.queryset = line_managers(placement.grant.programme_id).exclude(pk=placement.line_manager_id or 0)


class PersonForm(AddressesForm):
    """Who takes over as home manager or, before the start, as secondee."""

    name = forms.CharField(label="Full name", max_length=150, error_messages={"required": "Enter their full name"})
    email = forms.EmailField(
        label="Email address",
        help_text="If they have no account, we will invite them to open one.",
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter their email address, like name@example.org",
        },
    )

    def __init__(self, *args: Any, placement: Placement, part: Part, **kwargs: Any) -> None:
        self.placement, self.part = placement, part
        self.helper = helper(f"Change the {part.label}")
        super().__init__(*args, **kwargs)

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        return people.doubts(self.placement.grant, part=self.part, **typed)


def initial(grant: Grant) -> dict[str, Any]:
    """What is known already: the confirmed candidate, the grant's term, the call's strands."""
    known: dict[str, Any] = {
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
        "strands": list(grant.post.call.strands.all()) if grant.post else [],
    }
    if candidate := people.confirmed_candidate(grant):
        known |= {"secondee_name": candidate.name, "secondee_email": candidate.address}
    return known

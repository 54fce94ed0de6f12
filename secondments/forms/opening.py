"""The form that opens a placement."""

from typing import Any

from django import forms

from applications.lifecycle import CandidateStatus
from applications.models import Candidate, Strand
from core.accounts.forms import helper
from core.accounts.models import User
from grants.models import Grant
from secondments.forms.fields import DayField
from secondments.rules import line_managers


class StrandChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class PersonChoice(forms.ModelChoiceField):
    """People, by name and address: names alone may be alike."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class OpenForm(forms.Form):
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
        kwargs["initial"] = {**initial(grant), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        managers: Any = self.fields["line_manager"]
        managers.queryset = line_managers(grant.programme_id)
        strands: Any = self.fields["strands"]
        strands.queryset = Strand.objects.filter(programme=grant.programme)


def initial(grant: Grant) -> dict[str, Any]:
    """What is known already: the confirmed candidate, the grant's term, the call's strands."""
    known: dict[str, Any] = {
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
        "strands": list(grant.post.call.strands.all()) if grant.post else [],
    }
    application = grant.decision.application_id if grant.decision else None
    confirmed = Candidate.objects.filter(application=application, status=CandidateStatus.CONFIRMED)
    candidate = confirmed.first() if application else None
    if candidate:
        known |= {"secondee_name": candidate.name, "secondee_email": candidate.email}
    return known

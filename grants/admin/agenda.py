"""Applications on the agenda of a meeting of the committee."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.models import Application
from applications.rules.cases import cases_to_assess
from applications.rules.joint_views import settled
from core.accounts.roles import DECIDES_ON_GRANTS
from core.admin import StepButton, StepForm
from core.governance.actions import agenda
from core.governance.admin import MeetingAdmin
from core.governance.models import Meeting
from grants.admin import recording


class CasesForm(StepForm):
    """The applications that wait for a decision and are not on the agenda; those with settled views are ticked."""

    thing: Meeting

    cases: Any = forms.ModelMultipleChoiceField(
        Application.objects.none(),
        label="Applications",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one application."},
        help_text="Ticked are those on which the funder and the host have recorded their views.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = recording.open_applications(self.by).filter(call__programme=self.thing.programme_id)
        field = self.fields["cases"]
        field.queryset = rows.exclude(agenda_items__meeting=self.thing)  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: f"{row}, {row.organisation}"  # type: ignore[attr-defined]
        ready = settled(Application.objects.filter(pk__in=field.queryset.values("pk")))  # type: ignore[attr-defined]
        field.initial = list(ready.exclude(pk__in=cases_to_assess(self.by)).values_list("pk", flat=True))


MeetingAdmin.steps |= {
    "cases": StepButton(
        "Put applications on the agenda",
        agenda.add_cases,
        "governance.change_agenda",
        form=CasesForm,
        when=lambda meeting: meeting.body.role == DECIDES_ON_GRANTS,
        done="The applications are on the agenda.",
    ),
}

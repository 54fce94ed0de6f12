"""The views of funder and host on the page of an application: recorded unseen, opened together, resolved."""

from typing import Any

from django import forms

from applications.actions import joint_views
from applications.lifecycle import Status
from applications.models import Application, JointView, ViewResolution
from applications.models.assessment import Party, Recommendation
from applications.rules.cases import own_is_due
from applications.rules.joint_views import possible_spokespeople, side_of, why_unsettled
from core.accounts.models import User
from core.admin import StepButton, StepForm
from core.form_fields import DayField, ProseField
from core.visibility import visible

STILL_APART = "We still differ: the committee decides, knowing both views"


class RecordViewForm(StepForm):
    """What the person's side recommends, and why."""

    panel = "admin/applications/application/_view_rules.html"
    recommendation = forms.ChoiceField(
        label="Our side's view",
        choices=[(one.value, one.label.capitalize()) for one in Recommendation],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your side recommends."},
    )
    reasons = ProseField(
        label="Reasons",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="With conditions: say which. The committee reads this.",
        error_messages={"required": "Give the reasons for your side's view."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side = side_of(self.by, self.thing)
        self.before = self.thing.joint_views.filter(party=self.side).first()
        self.fields["seen"].initial = joint_views.mark_of(self.before)
        if self.before is not None:
            self.fields["recommendation"].initial = self.before.recommendation
            self.fields["reasons"].initial = self.before.reasons

    def panel_context(self) -> dict[str, Any]:
        return {"side": self.side, "before": self.before, "application": self.thing}


class ResolveForm(StepForm):
    """Who talked the difference through, when, and what came of it."""

    panel = "admin/applications/application/_views_open.html"
    talked_on = DayField(label="Day on which you talked", help_text="For example, 27 3 2019.")
    for_funder: Any = forms.ModelChoiceField(User.objects.none(), label="Who talked for the funder")
    for_host: Any = forms.ModelChoiceField(User.objects.none(), label="Who talked for the host")
    recommendation = forms.ChoiceField(
        label="What you recommend together",
        choices=[*((one.value, one.label.capitalize()) for one in Recommendation), ("apart", STILL_APART)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you recommend together, or that you still differ."},
    )
    account = ProseField(
        label="What was said, and why you resolved it so",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Enter what was said and why it was resolved so."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in Party:
            field: Any = self.fields[f"for_{side}"]
            field.queryset = possible_spokespeople(side, self.thing)
            field.error_messages["required"] = f"Choose who talked for the {side}."

    def clean_recommendation(self) -> str:
        chosen: str = self.cleaned_data["recommendation"]
        return "" if chosen == "apart" else chosen

    def panel_context(self) -> dict[str, Any]:
        return {"views": list(visible(JointView, self.by).filter(application=self.thing).select_related("recorded_by"))}


def label_of_view(application: Application, by: User) -> str:
    is_recorded = application.joint_views.filter(party=side_of(by, application)).exists()
    return "Change our side's view" if is_recorded else ""


STEPS = {
    "view": StepButton(
        "Record our side's view",
        joint_views.record,
        "applications.record_jointview",
        form=RecordViewForm,
        precheck=joint_views.refuse_recording,
        relabel=label_of_view,
        done="We have recorded your side's view.",
    ),
    "resolve": StepButton(
        "Record how you resolved the difference",
        joint_views.resolve,
        "applications.resolve_jointview",
        form=ResolveForm,
        precheck=joint_views.refuse_resolving,
        done="The difference is resolved. Committee papers can be made.",
    ),
}


def context(application: Application, user: User, *, is_office: bool) -> dict[str, Any]:
    """The views that the person may read, and what is missing for those who wait for them."""
    if application.status == Status.SUBMITTED:
        return {}
    views = list(visible(JointView, user).filter(application=application).select_related("recorded_by"))
    is_apart = len({view.recommendation for view in views if view.opened_at}) > 1
    rows = visible(ViewResolution, user).filter(application=application)
    resolution = rows.select_related("for_funder", "for_host", "recorded_by").first() if is_apart else None
    is_told = any(views) or (is_office and not own_is_due(user, application))
    waits = is_told and application.status == Status.SHORTLISTED
    return {"views": views, "resolution": resolution, "views_missing": why_unsettled(application) if waits else ""}

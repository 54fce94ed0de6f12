"""What the office does for single applicants, from a call's page: enter what came by post, admit late, rehearse."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from applications.actions import late_admissions as late_admission_actions
from applications.actions import paper_applications, rehearsals
from applications.lifecycle import CallStatus
from applications.models import Application, Call, LateAdmission, Post
from core.accounts.models import Organisation, User
from core.admin import StepButton, StepForm
from core.dates import LocalDateTimeField, clock_name, say_deadline
from core.visibility import visible


def organisation_field(label: str) -> Any:
    return forms.ModelChoiceField(
        Organisation.objects.none(),
        label=label,
        empty_label="Choose the organisation",
        error_messages={"required": "Choose the organisation, or add it under Organisations first."},
    )


class EnterForm(StepForm):
    """Which organisation, for which post, and how and when it came."""

    organisation = organisation_field("Organisation that applies")
    post: Any = forms.ModelChoiceField(
        Post.objects.none(), label="Post", error_messages={"required": "Choose the post."}
    )
    came_by = forms.ChoiceField(
        label="How it came",
        choices=Application.CameBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it came by post or by email."},
    )
    came_at = LocalDateTimeField(
        label="When it arrived", help_text=f"{clock_name()}: the postmark or stamp of receipt."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = self.thing.posts.all()
        organisation: Any = self.fields["organisation"]
        organisation.queryset = visible(Organisation, self.by)
        organisation.help_text = format_html(
            'Not in the list? <a href="{}">Add the organisation</a> first, then come back here.',
            reverse("admin:accounts_organisation_add"),
        )
        post: Any = self.fields["post"]
        post.queryset = posts
        if len(posts) == 1:
            post.initial, post.empty_label = posts[0].pk, None
        if self.thing.closes_at:
            closes = say_deadline(self.thing.closes_at)
            self.fields["came_at"].help_text = f"{clock_name()}. The call's deadline: {closes}."


class AdmitForm(StepForm):
    """Which organisation deadline to submit when, and why."""

    organisation = organisation_field("Organisation to admit")
    closes_at = LocalDateTimeField(label="It deadline to submit", help_text=f"{clock_name()}, in the future.")
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="The second person and auditors read this. The organisation does not.",
        error_messages={"required": "Enter why this organisation is admitted late."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = visible(Organisation, self.by)


def page_of(application: Application) -> str:
    return application.get_absolute_url()


STEPS = {
    "rehearse": StepButton(
        "Rehearse the form",
        rehearsals.begin,
        "applications.rehearse_call",
        when=lambda call: call.status == CallStatus.DRAFT,
        done="This is your rehearsal. Fill it in as an applicant would.",
        onward=page_of,
    ),
    "enter": StepButton(
        "Enter an application that came by post or email",
        paper_applications.enter,
        "applications.enter_application",
        form=EnterForm,
        when=lambda call: call.status == CallStatus.PUBLISHED,
        done="You have started the application. Enter what the organisation sent, then submit it on its behalf.",
        onward=page_of,
    ),
    "admit-late": StepButton(
        "Admit one organisation late",
        late_admission_actions.ask,
        "applications.add_lateadmission",
        form=AdmitForm,
        precheck=late_admission_actions.refuse_nobody_is_late,
        when=lambda call: call.status == CallStatus.PUBLISHED and call.closes_at is not None,
        done="A second person must confirm this. Nothing changes before that.",
    ),
}


def late_admissions(call: Call, user: User) -> list[LateAdmission]:
    """Those that the reader may open: who is let in late is the office's to know."""
    return list(
        visible(LateAdmission, user).filter(call=call).select_related("organisation", "asked_by", "confirmed_by")
    )


def make_way_for_deletions(request: Any, call: Call | None) -> None:
    """Clear the rehearsals of a draft call when something is taken out of it: their answers would hold it fast."""
    if not isinstance(request, HttpRequest) or request.method != "POST" or call is None:
        return
    if call.status == CallStatus.DRAFT and any(
        name.endswith("-DELETE") for name, value in request.POST.items() if value
    ):
        rehearsals.clear_all(call, by=request.user, at=request.arrived_at)  # type: ignore[attr-defined,arg-type]

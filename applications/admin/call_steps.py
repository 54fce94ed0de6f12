"""What the office does with a call that is ready: publish, extend, answer questions, invite organisations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, fields
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from applications.actions import call_checks, call_gaps, calls, enquiries, invitations
from applications.actions.call_checks import LaterDates
from applications.lifecycle import CallStatus
from applications.models import Call, Enquiry
from applications.proofreading import Finding
from core.accounts.models import Membership
from core.admin import StepButton, StepForm
from core.dates import LocalDateTimeField, clock_name, say_day, say_deadline
from core.form_fields import DayField, ProseField

DATE_NAMES = tuple(field.name for field in fields(LaterDates))
PROPOSED = "Left empty, it moves by as many days as the closing time."
MOST_APPLICATIONS = 20  # that one code may be good for


def digest_of(found: list[Finding]) -> str:
    return sha256("\n".join(f"{one.where}: {one.sentence}" for one in found).encode()).hexdigest()


class PublishForm(StepForm):
    """The reason for publishing a call as it is, asked only when the check found something; that stands above it."""

    panel = "admin/applications/call/_findings.html"
    reason = forms.CharField(
        label="Why you publish the call without changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="The call's history shows this with what the check found.",
        error_messages={"required": "Fix what the check found, or enter why you publish the call without changes."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = call_checks.found_in(self.thing)
        if not self.found:
            self.fields.clear()
        else:
            self.fields["seen"].initial = digest_of(self.found)

    def clean(self) -> dict[str, Any]:
        """Let a reason overrule only what the person was shown."""
        typed = super().clean() or self.cleaned_data
        seen = typed.pop("seen", "")
        if seen and seen != digest_of(self.found):
            self.data = {**{name: self.data[name] for name in self.data}, "seen": digest_of(self.found)}
            raise forms.ValidationError("The call has changed. Read above what the check finds now.")
        return typed

    def panel_context(self) -> dict[str, Any]:
        return {"found": self.found}


class ExtendForm(StepForm):
    """The new closing time, for everybody, and the dates that follow it; above it stands who will be told.

    Later dates left empty are proposed, moved by as many days as the close; the form is then shown again to confirm.
    """

    panel = "admin/applications/call/_recipients.html"
    closes_at = LocalDateTimeField(label="New closing time", help_text=f"{clock_name()}; later than now stated.")
    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Those with an application read this.",
    )
    visits_from_on = DayField(label="Assessment visits from", required=False, help_text=PROPOSED)
    visits_to_on = DayField(label="Assessment visits to", required=False, help_text=PROPOSED)
    decision_week_on = DayField(label="Decision in the week of", required=False, help_text=PROPOSED)
    start_month_on = DayField(label="Start in the month of", required=False, help_text=PROPOSED)
    despite = forms.CharField(
        label="Why these dates are right",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only if the check of the dates finds something. Kept on the call’s history.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, day in asdict(LaterDates.of(self.thing)).items():
            if day is None:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        seen, closes_at = typed.pop("seen", ""), typed.get("closes_at")
        chosen = {name: typed.pop(name, None) for name in DATE_NAMES}
        if self.errors or closes_at is None or closes_at <= self.thing.closes_at:
            return typed
        proposed = asdict(LaterDates.moved(self.thing, closes_at))
        dates = {name: chosen[name] or proposed[name] for name in DATE_NAMES}
        typed["later"] = LaterDates(**dates)
        digest = sha256(repr((closes_at, dates)).encode()).hexdigest()
        has_later_dates = any(dates.values())
        if has_later_dates and seen != digest:
            shown = {name: day.isoformat() for name, day in dates.items() if day}
            self.data = {**{name: self.data[name] for name in self.data}, **shown, "seen": digest}
            raise forms.ValidationError(
                "The later dates below follow the new closing time. Check them, change what is wrong, and send again."
            )
        return typed

    def panel_context(self) -> dict[str, Any]:
        organisations = {draft.organisation_id for draft in calls.closing_with(self.thing)}
        members = Membership.objects.filter(organisation__in=organisations, person__is_active=True)
        told: dict[str, list[str]] = defaultdict(list)
        for membership in members.select_related("person", "organisation").order_by("organisation__name", "person"):
            told[str(membership.organisation)].append(str(membership.person))
        return {"told": dict(told), "call": self.thing}


class EnquiryField(forms.ModelChoiceField):
    """The questions that wait, each with its day."""

    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.text} (asked on {say_day(obj.asked_at)})"


def waiting_for(call: Call) -> QuerySet[Enquiry]:
    return call.enquiries.filter(handled_at=None)


class ClarifyForm(StepForm):
    """A question somebody asked, and the answer for everybody."""

    enquiry = EnquiryField(
        Enquiry.objects.none(),
        label="Which question from the call page it answers",
        help_text="We email the answer to the person who asked.",
        required=False,
        empty_label="None: it was asked elsewhere",
    )
    question = forms.CharField(
        label="Question",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="As it was asked, without anything that identifies who asked.",
        error_messages={"required": "Enter the question as it was asked, without anything that identifies who asked."},
    )
    answer = ProseField(
        label="Answer",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Markdown. Everyone can read it on the call page, with today's date.",
        error_messages={"required": "Enter the answer that everyone will read."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = waiting_for(self.thing)
        if waiting.exists():
            cast("EnquiryField", self.fields["enquiry"]).queryset = waiting
        else:
            del self.fields["enquiry"]


class ReplyForm(StepForm):
    """An answer for the person who asked, and for nobody else."""

    enquiry = EnquiryField(
        Enquiry.objects.none(),
        label="Question",
        empty_label=None,
        error_messages={"required": "Choose a question."},
    )
    answer = ProseField(
        label="Answer",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Only the person who asked gets it. Leave it empty to set the question aside without an answer.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("EnquiryField", self.fields["enquiry"]).queryset = waiting_for(self.thing)


class InviteForm(StepForm):
    """To whom a code goes, until when it works, and for how many applications."""

    invited = forms.CharField(
        label="Organisation",
        max_length=200,
        help_text="The name you know. The code belongs to the first organisation that uses it.",
        error_messages={"required": "Enter the name of the organisation you invite."},
    )
    email = forms.EmailField(
        label="Email address",
        help_text="We email the code to this address. We do not show it anywhere else.",
        error_messages={
            "required": "Enter the email address the code is sent to.",
            "invalid": "Enter an email address, like name@example.org.",
        },
    )
    expires_at = LocalDateTimeField(label="Works until", help_text=f"{clock_name()}. The deadline to submit.")
    most_uses = forms.IntegerField(
        label="How many applications",
        initial=1,
        min_value=1,
        max_value=MOST_APPLICATIONS,
        help_text="One, unless the call has several posts.",
        error_messages={
            "required": "Enter how many applications the code is for.",
            "invalid": "Enter a whole number, like 1.",
            "min_value": "Enter 1 or more.",
            "max_value": f"Enter {MOST_APPLICATIONS} or fewer.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closes_at = self.thing.closes_at
        if closes_at is not None:
            self.fields["expires_at"].initial = closes_at
            self.fields[
                "expires_at"
            ].help_text = f"{clock_name()}. The deadline to submit. The call closes at {say_deadline(closes_at)}."


PUBLISH = StepButton(
    "Publish",
    calls.publish,
    "applications.publish_call",
    precheck=call_gaps.refuse_incomplete,
    form=PublishForm,
    confirm="Everyone can read a published call. You can no longer change its words, figures and dates, except "
    "to move the deadline to a later time for everyone.",
    done="“{thing}” is published.",
)
EXTEND = StepButton(
    "Extend for everyone",
    calls.extend,
    "applications.extend_call",
    form=ExtendForm,
    when=lambda call: call.status == CallStatus.PUBLISHED and call.closes_at is not None,
    precheck=calls.refuse_reopening,
    done="You have changed the deadline. We are emailing everyone with a draft or a submitted application.",
)
CLARIFY = StepButton(
    "Publish an answer",
    calls.clarify,
    "applications.clarify_call",
    form=ClarifyForm,
    when=lambda call: call.status == CallStatus.PUBLISHED,
    precheck=calls.refuse_answers,
    done="The answer is on the call page.",
)
REPLY = StepButton(
    "Reply to a question",
    enquiries.reply,
    "applications.clarify_call",
    form=ReplyForm,
    when=lambda call: waiting_for(call).exists(),
    done="The question no longer waits. If you wrote an answer, we are emailing it.",
)
INVITE = StepButton(
    "Invite an organisation",
    invitations.issue,
    "applications.invite_to_call",
    form=InviteForm,
    when=lambda call: call.status == CallStatus.PUBLISHED and call.kind == Call.Kind.BY_INVITATION,
    precheck=invitations.refuse_codes,
    done="We are emailing the code. It is only in that email.",
)

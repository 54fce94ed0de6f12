"""Preparing a call: what comes before it is published, and organisations asked to comment on its posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef
from django.urls import reverse

from applications.actions import call_checks, call_gaps, role_drafts
from applications.admin import late_and_paper
from applications.admin.offline import has_copy
from applications.lifecycle import CallStatus
from applications.models import Call, PostComment, PostVersion
from applications.visibility.role_drafts import DRAFTS_POSTS
from core.accounts.models import Organisation, RoleAssignment, User
from core.admin import StepButton, StepForm
from core.form_fields import DayField


@dataclass(frozen=True)
class PreparingStep:
    label: str
    url: str
    who: str
    is_done: bool


def preparing(call: Call) -> list[PreparingStep]:
    """The checklist of a draft call, in order: goal, priorities, the host's description, comments, publishing."""
    page, posts = reverse("admin:applications_call_change", args=[call.pk]), reverse("post_drafts")
    by_host = RoleAssignment.objects.filter(
        person=OuterRef("written_by"), role__in=DRAFTS_POSTS, programme=call.programme_id
    )
    is_described = PostVersion.objects.filter(Exists(by_host), post__call=call).exists()
    waiting = PostComment.objects.filter(post__call=call, answered_at=None).exists()
    is_heard = call.comment_requests.exists() and not waiting
    publish = reverse("admin:applications_call_step", args=[call.pk, "publish"])
    office, has_meeting = "the grants office", call.priorities_meeting_id is not None
    host, both = f"a manager at {call.programme.host.in_sentence}", "the grants office and the host"
    return [
        PreparingStep("Choose the goal that the call serves", page, office, call.goal_id is not None),
        PreparingStep("Name the meeting that agreed the priorities", page, office, has_meeting),
        PreparingStep("Describe the post", posts, host, is_described),
        PreparingStep("Ask organisations to comment, and answer them", posts, both, is_heard),
        PreparingStep("Publish the call", publish, office, call.is_out),
    ]


def shown_beside(call: Call, user: User, at: datetime) -> dict[str, Any]:
    """What the page of a call says beside its fields, to this person at this time."""
    late = late_and_paper.late_admissions(call, user)
    shown: dict[str, Any] = {"late_admissions": late, "has_copy": has_copy(user, call)}
    if call.status == CallStatus.DRAFT:
        shown |= {
            "preparing": preparing(call),
            "lacking": call_gaps.lacks(call, at),
            "found": call_checks.found_in(call),
            "rehearsal": call.applications.filter(is_rehearsal=True, started_by=user).first(),
        }
    return shown


class AskForm(StepForm):
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label="Organisations",
        widget=forms.CheckboxSelectMultiple,
        help_text="We email their leads. Organisations that you asked before get the new date.",
        error_messages={"required": "Choose at least one organisation."},
    )
    until_on = DayField(label="They can comment until", help_text="That day is included.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = self.thing.programme
        runs_it = [of.funder_id, of.host_id, of.learning_partner_id]
        choice = cast("forms.ModelMultipleChoiceField", self.fields["organisations"])
        choice.queryset = of.organisations.exclude(pk__in=[key for key in runs_it if key]).order_by("name")


ASK = StepButton(
    "Ask organisations to comment",
    role_drafts.ask_for_comments,
    "applications.ask_comments_call",
    form=AskForm,
    when=lambda call: call.is_draft,
    precheck=role_drafts.refuse_asking,
    done="We are emailing the leads of these organisations.",
)

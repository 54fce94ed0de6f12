"""Letters about calls, codes, late admissions and expressions of interest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from applications.letters.applications import to_candidates
from applications.letters.recipients import leads, members, page_of, post
from applications.lifecycle import Status
from applications.models import (
    Application,
    Call,
    CallInvitation,
    CommentRequest,
    Enquiry,
    ExpressionOfInterest,
    LateAdmission,
    PostComment,
)
from core.accounts.links import absolute
from core.accounts.rules import officers_of
from core.dates import say_day, say_deadline
from core.letters import outbox


def extended(
    call: Call,
    applications: Iterable[Application],
    *,
    before: datetime,
    reason: str,
    moved: Sequence[str],
    at: datetime,
) -> None:
    """Tell everybody who was told the old dates: applicants, their proposed secondees, and who has an unused code.

    `moved` are the later dates that changed, a sentence each.
    """
    closes_at = call.closes_at or before
    key = f"call extended:{call.pk}:{closes_at.isoformat()}"
    facts: dict[str, Any] = {"call": call, "before": say_deadline(before), "closes": say_deadline(closes_at)}
    facts |= {"reason": reason, "moved": moved}
    for application in applications:
        is_in, link = application.status == Status.SUBMITTED, page_of(application)
        own = f"{key}:{application.pk}"
        post("call_extended", members(application), key=own, at=at, is_in=is_in, link=link, **facts)
        to_candidates("call_extended_candidate", application=application, key=own, at=at, **facts)
    unused = call.invitations.filter(withdrawn_at__isnull=True, uses=0, expires_at=closes_at).exclude(email="")
    for invitation in unused:
        own = f"{key}:invitation:{invitation.pk}"
        to = invitation.email
        outbox.post("applications.call_extended_invited", to=to, key=own, at=at, invitation=invitation, **facts)


def cancelled(invitation: CallInvitation, *, at: datetime) -> None:
    """Tell an organisation whose code was not used that the call it was invited to is cancelled."""
    outbox.post(
        "applications.call_cancelled_invited",
        to=invitation.email,
        key=f"call cancelled:{invitation.call_id}:invitation:{invitation.pk}",
        at=at,
        call=invitation.call,
        invitation=invitation,
    )


def invited(invitation: CallInvitation, code: str, *, at: datetime) -> None:
    outbox.post(
        "applications.invited",
        to=invitation.email,
        key=f"call invitation:{invitation.pk}",
        at=at,
        secret=True,
        about=invitation,
        call=invitation.call,
        invitation=invitation,
        code=code,
        link=absolute("invited_code", code),
        by_hand=absolute("invited"),
    )


def admitted_late(admission: LateAdmission, draft: Application | None, *, at: datetime) -> None:
    call = admission.call
    post(
        "admitted_late",
        leads(admission.organisation_id),
        key=f"admitted late:{admission.pk}:{admission.closes_at.isoformat()}",
        at=at,
        call=call,
        organisation=admission.organisation,
        closes=say_deadline(admission.closes_at),
        has_draft=draft is not None,
        link=page_of(draft) if draft else absolute("call_apply", call.slug),
    )


def expression(template: str, expression: ExpressionOfInterest, *, at: datetime, **context: Any) -> None:
    """Tell the organisation that its expression of interest arrived, or how it was answered."""
    post(
        template,
        members(expression),
        key=f"{template}:{expression.pk}:{at.isoformat()}",
        at=at,
        expression=expression,
        organisation=expression.organisation,
        programme=expression.programme,
        link=absolute("expression", expression.reference),
        **context,
    )


def asked(enquiry: Enquiry, *, at: datetime) -> None:
    """Tell the programme's grants officers that somebody asked about a call."""
    post(
        "enquiry_asked",
        officers_of(enquiry.programme_id),
        key=f"enquiry:{enquiry.pk}",
        at=at,
        enquiry=enquiry,
        call=enquiry.call,
        link=absolute("admin:applications_call_step", enquiry.call_id, "answer"),
    )


def answered(enquiry: Enquiry, answer: str, *, is_published: bool, at: datetime) -> None:
    outbox.post(
        "applications.enquiry_answered",
        to=enquiry.email,
        key=f"enquiry answered:{enquiry.pk}",
        at=at,
        enquiry=enquiry,
        call=enquiry.call,
        answer=answer,
        is_published=is_published,
        link=absolute("call", enquiry.call.slug),
    )


def comments_asked(request: CommentRequest, *, at: datetime) -> None:
    post(
        "comments_asked",
        leads(request.organisation_id),
        key=f"comments asked:{request.pk}:{at.isoformat()}",
        at=at,
        call=request.call,
        organisation=request.organisation,
        until=say_day(request.until_on),
        link=absolute("post_drafts"),
    )


def comment_answered(comment: PostComment, *, at: datetime) -> None:
    post(
        "comment_answered",
        [comment.said_by] if comment.said_by.is_active else [],
        key=f"comment answered:{comment.pk}",
        at=at,
        post=comment.post,
        organisation=comment.organisation,
        answer=comment.answer,
        answered_by=comment.answered_by,
        is_taken_up=comment.is_taken_up,
        link=absolute("post_draft", comment.post_id),
    )

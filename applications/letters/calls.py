"""Letters about calls, codes, late admissions and expressions of interest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from applications.letters.recipients import leads, members, page_of, post
from applications.lifecycle import Status
from applications.models import Application, Call, CallInvitation, ExpressionOfInterest, LateAdmission
from core.accounts.links import absolute
from core.dates import say_deadline
from core.letters import outbox


def extended(call: Call, applications: Iterable[Application], *, before: datetime, reason: str, at: datetime) -> None:
    """Tell the organisations whose applications close with the call that it closes later."""
    closes_at = call.closes_at or before
    for application in applications:
        post(
            "call_extended",
            members(application),
            key=f"call extended:{call.pk}:{closes_at.isoformat()}:{application.pk}",
            at=at,
            call=call,
            before=say_deadline(before),
            closes=say_deadline(closes_at),
            reason=reason,
            is_in=application.status == Status.SUBMITTED,
            link=page_of(application),
        )


def cancelled(call: Call, applications: Iterable[Application], *, reason: str, at: datetime) -> None:
    for application in applications:
        post(
            "call_cancelled",
            leads(application.organisation_id),
            key=f"call cancelled:{call.pk}:{application.pk}",
            at=at,
            call=call,
            application=application,
            reason=reason,
        )


def invited(invitation: CallInvitation, code: str, *, at: datetime) -> None:
    outbox.post(
        "applications.invited",
        to=invitation.email,
        key=f"call invitation:{invitation.pk}",
        at=at,
        secret=True,
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

"""Questions about a call from anybody who can read it: sent to the office, and answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import letters
from applications.lifecycle import CallStatus, TrailEvent
from applications.models import Call, Clarification, Enquiry
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check

NO_MORE = "This call takes no more questions. Email us instead: see the help page."


def takes_questions(call: Call, at: datetime) -> bool:
    return call.status == CallStatus.PUBLISHED and not call.is_closed(at)


@transaction.atomic
def ask(call: Call, *, text: str, email: str, at: datetime) -> Enquiry:
    """Send a question to the office; who asks need not have an account."""
    require(takes_questions(call, at), NO_MORE)
    enquiry = Enquiry.objects.create(call=call, text=text.strip(), email=email, asked_at=at)
    trail.record(TrailEvent.QUESTION_ASKED, call, by=None, at=at)
    letters.calls.asked(enquiry, at=at)
    return enquiry


@transaction.atomic
def reply(call: Call, *, enquiry: Enquiry, answer: str, by: User, at: datetime) -> None:
    """Answer by email only to the person who asked; without words, set the question aside unanswered."""
    check(by, "applications.clarify_call", call)
    answer = answer.strip()
    handle(enquiry, at=at)
    if not answer:
        trail.record(TrailEvent.QUESTION_SET_ASIDE, call, by=by, at=at)
        return
    trail.record(TrailEvent.QUESTION_REPLIED, call, by=by, at=at)
    letters.calls.answered(enquiry, answer, is_published=False, at=at)


def tell_who_asked(enquiry: Enquiry, clarification: Clarification, *, at: datetime) -> None:
    """Email the published answer to the person whose question it answers; called in the transaction that publishes."""
    handle(enquiry, at=at)
    letters.calls.answered(enquiry, clarification.answer, is_published=True, at=at)


def handle(enquiry: Enquiry, *, at: datetime) -> None:
    """Count the question as handled; of two officers at once one gets through."""
    if not Enquiry.objects.filter(pk=enquiry.pk, handled_at=None).update(handled_at=at):
        raise Refused("Someone has handled this question already.", field="enquiry")

"""Letters that carry a message from a case to an applicant, and tell the office of the answer."""

from datetime import datetime

from applications.letters.recipients import leads, officer_for, page_of, post
from applications.models import CaseMessage
from core.accounts.links import absolute
from core.letters import outbox


def to_leads(message: CaseMessage, *, at: datetime) -> None:
    application = message.application
    post(
        "case_message",
        leads(application.organisation_id),
        key=f"case message:{message.pk}",
        at=at,
        about=message,
        message=message,
        application=application,
        link=f"{page_of(application)}#messages",
    )


def to_secondee(message: CaseMessage, token: str, *, at: datetime) -> None:
    candidate, application = message.candidate, message.application
    if candidate is None:
        return
    outbox.post(
        "applications.case_message_candidate",
        to=candidate.address,
        key=f"case message:{message.pk}",
        at=at,
        about=message,
        secret=True,
        name=candidate.name,
        message=message,
        application=application,
        post=application.post,
        organisation=application.organisation,
        link=absolute("case_message", token),
    )


def answered(message: CaseMessage, *, at: datetime) -> None:
    """Tell the officer who wrote; the others where that one has a conflict of interest or has left."""
    post(
        "case_message_answered",
        officer_for(message.application, message.sent_by),
        key=f"case message answered:{message.pk}",
        at=at,
        about=message,
        message=message,
        application=message.application,
        link=absolute("admin:applications_casemessage_change", message.pk),
    )

"""Who writes to an applicant from the case, who reads and answers a message, and while what stands."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from applications.lifecycle import LIVE, Status
from applications.models import Application, CaseMessage
from applications.rules.applications import WITHOUT_CONFLICT, reads_as_office
from core.accounts.models import User
from core.accounts.rules import is_funder_officer, is_lead, is_member
from core.permissions import permit

UNDER_WAY = tuple(status for status in LIVE if status != Status.DRAFT)


@predicate
def is_under_way(_user: Any, application: Application | None) -> bool:
    """Submitted and not ended: nobody is written to, or asked to answer, about what has ended."""
    return application is not None and application.status in UNDER_WAY and not application.is_rehearsal


@predicate(name=is_funder_officer.name)
def reads_its_case(user: User | AnonymousUser, message: CaseMessage | None) -> bool:
    return message is not None and bool(reads_as_office(user, message.application))


@predicate
def is_of_its_organisation(user: User | AnonymousUser, message: CaseMessage | None) -> bool:
    is_theirs = message is not None and message.party == CaseMessage.Party.ORGANISATION
    return bool(is_theirs and message and is_member(user, message.application))


@predicate
def leads_its_organisation(user: User | AnonymousUser, message: CaseMessage | None) -> bool:
    return bool(message and is_of_its_organisation(user, message) and is_lead(user, message.application))


@predicate
def may_be_answered(_user: Any, message: CaseMessage | None) -> bool:
    return message is not None and message.answered_at is None and bool(is_under_way(None, message.application))


@predicate
def waits_for_office(_user: Any, message: CaseMessage | None) -> bool:
    return message is not None and message.answered_at is not None and message.dealt_with_at is None


permit("applications.view_casemessages", is_funder_officer)
permit("applications.view_casemessage", reads_its_case | is_of_its_organisation)
permit(  # asked about the application
    "applications.add_casemessage",
    reads_as_office,
    f"Only the grants office writes to an applicant from the case{WITHOUT_CONFLICT}",
    when=is_under_way,
)
permit(
    "applications.answer_casemessage",
    leads_its_organisation,
    "Only a lead of your organisation answers the grants office.",
    when=may_be_answered,
)
permit(
    "applications.settle_casemessage",
    reads_its_case,
    f"Only the grants office marks an answer as dealt with{WITHOUT_CONFLICT}",
    when=waits_for_office,
)

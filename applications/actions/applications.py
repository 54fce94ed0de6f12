"""What an organisation does with its application: starts, writes, uploads, submits, reopens, withdraws."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from applications.actions import equality, invitations, visits
from applications.actions.drafts import SavedMeanwhile, hold, refuse_when_closed, save_section
from applications.actions.recipients import link, members
from applications.completeness import FilledForm
from applications.form_schema import sheet_of
from applications.lifecycle import APPLICATION, LIVE, CandidateStatus, Status
from applications.models import Application, Call, Counter, ExpressionOfInterest, Post
from core.accounts.duplicates import likely_double
from core.accounts.models import Organisation, User
from core.accounts.rules import is_funder_officer, is_lead_of, is_member_of
from core.audit import trail
from core.dates import london
from core.letters import outbox
from core.lifecycle import Refused

__all__ = [
    "Incomplete",
    "SavedMeanwhile",
    "hands_in",
    "hold",
    "likely_double_at",
    "may_withdraw",
    "refuse_when_closed",
    "reopen",
    "save_section",
    "start",
    "submit",
    "withdraw",
]


class Incomplete(Refused):
    """The application lacks something; `gaps` names each thing."""

    def __init__(self, gaps: list[str]) -> None:
        """Keep what is missing, in words."""
        super().__init__(f"The application cannot be submitted yet. Still missing: {'; '.join(gaps)}.")
        self.gaps = gaps


@transaction.atomic
def start(
    post: Post, *, organisation: Organisation, by: User, at: datetime, expression: ExpressionOfInterest | None = None
) -> Application:
    """Begin an application for a post, or return the live one: there is one per organisation and post.

    A call by invitation needs a code of this organisation that can still be used, and counts its use; after the close
    an organisation needs a late admission. `expression` is the expression of interest that it grew out of.
    """
    if not is_member_of(by, organisation):
        raise Refused(f"You do not belong to {organisation}. Ask its lead to invite you.")
    live = Application.objects.filter(organisation=organisation, post=post, status__in=LIVE, is_rehearsal=False)
    if begun := live.first():
        return begun
    application = Application(
        organisation=organisation,
        post=post,
        call=post.call,
        months=post.call.term_months,
        started_at=at,
        started_by=by,
        expression=expression,
    )
    _take_right(application, at)
    refuse_when_closed(application, at)
    try:
        with transaction.atomic():
            if application.invitation is not None:
                invitations.use(application.invitation, at)
            application.save(force_insert=True)
    except IntegrityError:  # two colleagues began at once: the database let one through
        return live.get()
    trail.record("application started", application, by=by, at=at, post=post)
    return application


def likely_double_at(call: Call, organisation: Organisation) -> Organisation | None:
    """Return another organisation with a live application at this call that is likely to be this one, or None."""
    begun = Application.objects.real().filter(call=call, status__in=LIVE).exclude(organisation=organisation)
    fields = ("pk", "name", "aliases", "charity_number", "company_number")
    return likely_double(organisation, Organisation.objects.filter(pk__in=begun.values("organisation")).only(*fields))


def _take_right(application: Application, at: datetime) -> None:
    """Put the deadline into it that a late admission or an invitation gives, or refuse who was not invited."""
    call, organisation = application.call, application.organisation
    admitted = call.late_admissions.filter(organisation=organisation, confirmed_at__isnull=False).first()
    if admitted is not None and admitted.closes_at > at:
        application.own_closes_at = admitted.closes_at
    elif call.kind == Call.Kind.BY_INVITATION:
        invitation = invitations.usable(call, organisation, at)
        if invitation is None:
            raise Refused(
                f"This call is by invitation, and {organisation} has no invitation that can be used now. Use the code "
                "in its letter, or write to the grants office."
            )
        application.invitation, application.own_closes_at = invitation, invitation.expires_at


def hands_in(person: User, application: Application) -> bool:
    """Tell whether this person submits it: a lead of the organisation, or an officer for what the office entered."""
    return bool(is_funder_officer(person)) if application.is_entered else is_lead_of(person, application)


@transaction.atomic
def submit(application: Application, *, by: User, at: datetime) -> Application:
    """Hand the application in, exactly once; a second submit returns the first with its reference and time.

    Raises Incomplete with what is missing; Refused after the close, and for anybody but a lead.
    """
    held = Application.objects.select_for_update(of=("self",)).whole().get(pk=application.pk)
    if held.submitted_at is not None and held.status != Status.WITHDRAWN:
        return held
    if held.is_rehearsal:
        raise Refused("This is a rehearsal, which is never submitted.")
    if not hands_in(by, held):
        raise Refused("Only a lead of your organisation can submit. Ask one to sign in and submit.")
    refuse_when_closed(held, at)
    filled = FilledForm.of(held)
    if filled.gaps:
        raise Incomplete(list(filled.gaps))
    candidate = filled.candidate
    if candidate is None or candidate.email.lower() == by.email.lower():
        raise Refused("You are the proposed secondee yourself. Ask another lead of your organisation to submit.")
    try:
        sheet_of(held)
    except ValueError as problem:
        raise Refused(f"The grant cannot be worked out. {problem}") from None
    prefix = f"{held.call.programme.reference_prefix}-{london(at).year}"
    APPLICATION.advance(
        held,
        "submit",
        reference=held.reference or Counter.next_reference(prefix),
        version=held.version + 1,
        submitted_at=at,
        submitted_by=by,
    )
    trail.record("application submitted", held, by=by, at=at, version=held.version)
    _tell_received(held, candidate.email, candidate.name, at)
    if held.version == 1:
        equality.ask(held, name=candidate.name, email=candidate.email, at=at)
    return held


def _tell_received(application: Application, email: str, name: str, at: datetime) -> None:
    about: dict[str, Any] = {
        "application": application,
        "organisation": application.organisation,
        "post": application.post,
        "call": application.call,
        "submitted_at": at,
    }
    page = link("application", application.reference)
    copy = ("applications.documents.attachment", application.pk)
    for person in members(application):
        key = f"received:{application.pk}:{application.version}:{person.pk}"
        outbox.post("applications.received", to=person, key=key, at=at, attachments=[copy], link=page, **about)
    key = f"received:{application.pk}:{application.version}:candidate"
    privacy = f"{link('privacy')}#secondee"
    outbox.post("applications.received_candidate", to=email, key=key, at=at, name=name, privacy=privacy, **about)


@transaction.atomic
def reopen(application: Application, *, by: User, at: datetime) -> None:
    """Make a submitted application a draft again, before the close only; its reference stays its own."""
    if not hands_in(by, application):
        raise Refused("Only a lead of your organisation can reopen its application.")
    refuse_when_closed(application, at)
    if application.assessments.exists():  # of a rolling call, or with a deadline of its own after the close
        raise Refused("Assessment has begun, so the application stays as it was handed in. Write to us about changes.")
    APPLICATION.advance(application, "reopen", submitted_at=None, submitted_by=None)
    trail.record("application reopened", application, by=by, at=at)
    _tell_reopened(application, by, at)


def _tell_reopened(application: Application, by: User, at: datetime) -> None:
    """Write to everybody who holds a letter that says it was submitted: it is not, until it is sent again."""
    about: dict[str, Any] = {
        "application": application,
        "organisation": application.organisation,
        "post": application.post,
        "reopened_by": by,
    }
    page = link("application", application.reference)
    for person in members(application):
        key = f"reopened:{application.pk}:{application.version}:{person.pk}"
        outbox.post("applications.reopened", to=person, key=key, at=at, link=page, **about)
    if candidate := application.candidates.filter(status=CandidateStatus.CONFIRMED).first():
        key = f"reopened:{application.pk}:{application.version}:candidate"
        outbox.post("applications.reopened_candidate", to=candidate.email, key=key, at=at, name=candidate.name, **about)


def may_withdraw(application: Application) -> bool:
    """Tell whether it can still be taken back: until the decision is out, and from the reserve list."""
    is_decided = application.released_at is not None and application.status != Status.RESERVE
    return not is_decided and APPLICATION.allows(application, "withdraw")


@transaction.atomic
def withdraw(application: Application, *, reason: str, by: User | None, at: datetime) -> None:
    """Take the application back, until the decision is released; `by` is None when the proposed secondee withdrew."""
    if application.released_at is not None and not may_withdraw(application):
        raise Refused("The decision is out, so there is nothing to withdraw; an offer can be declined.")
    APPLICATION.advance(application, "withdraw", withdrawn_at=at, withdrawn_reason=reason)
    trail.record("application withdrawn", application, by=by, at=at, reason=reason)
    visits.cancel_coming(application, by=by, at=at)

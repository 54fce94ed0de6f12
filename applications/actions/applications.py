"""What an organisation does with its application: starts, submits, reopens, withdraws."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction

from applications import documents, letters
from applications.actions import equality, interests, invitations, shortlisting, standing
from applications.actions.drafts import refuse_when_closed
from applications.completeness import FilledForm
from applications.form_schema import sheet_of
from applications.lifecycle import APPLICATION, LIVE, Status, TrailEvent
from applications.models import Application, Call, Candidate, Counter, ExpressionOfInterest, Post
from core.accounts.actions.organisations import take_part
from core.accounts.duplicates import likely_double
from core.accounts.models import Organisation, User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check


class Incomplete(Refused):
    """The application lacks something; `gaps` names each thing."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"You cannot submit the application yet. Complete: {'; '.join(gaps)}.", code="incomplete")
        self.gaps = gaps


@transaction.atomic
def start(
    post: Post, *, organisation: Organisation, by: User, at: datetime, expression: ExpressionOfInterest | None = None
) -> Application:
    """Begin an application for a post, or return the live one: there is one per organisation and post.

    A call by invitation needs a code of this organisation that can still be used, and counts its use; after the close
    an organisation needs a late admission. `expression` is the expression of interest that it grew out of.
    """
    check(by, "applications.start_application", organisation)
    live = Application.objects.real().filter(organisation=organisation, post=post, status__in=LIVE)
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
    _set_own_deadline(application, at)
    refuse_when_closed(application, at)
    try:
        with transaction.atomic():
            if application.invitation is not None:
                invitations.use(application.invitation, at)
            application.save(force_insert=True)
    except IntegrityError:  # two colleagues began at once: the database let one through
        return live.get()
    take_part(organisation, post.call.programme, by=by, at=at)
    trail.record(TrailEvent.STARTED, application, by=by, at=at, post=post)
    return application


def likely_double_at(call: Call, organisation: Organisation) -> Organisation | None:
    """Return another organisation with a live application at this call that is likely to be this one, or None."""
    begun = Application.objects.real().filter(call=call, status__in=LIVE).exclude(organisation=organisation)
    fields = ("pk", "name", "aliases", "charity_number", "company_number", "society_number")
    return likely_double(organisation, Organisation.objects.filter(pk__in=begun.values("organisation")).only(*fields))


def _set_own_deadline(application: Application, at: datetime) -> None:
    call, organisation = application.call, application.organisation
    admitted = call.late_admissions.filter(organisation=organisation, confirmed_at__isnull=False).first()
    if admitted is not None and admitted.closes_at > at:
        application.own_closes_at = admitted.closes_at
    elif call.kind == Call.Kind.BY_INVITATION:
        invitation = invitations.usable(call, organisation, at)
        if invitation is None:
            raise Refused(
                f"This call is by invitation, and {organisation} has no invitation that it can use now. Use the"
                " code in the invitation email, or email the grants office."
            )
        application.invitation, application.own_closes_at = invitation, invitation.expires_at


@transaction.atomic
def submit(application: Application, *, confirmed_here: Collection[int] = (), by: User, at: datetime) -> Application:
    """Submit the application, exactly once; a second submit returns the first with its reference and time.

    `confirmed_here` are the proposed secondees who confirmed in the same browser: the office is shown it. Raises
    Incomplete with what is missing; Refused after the close, and for anybody but a lead.
    """
    check(by, "applications.submit_application", application)
    locked = Application.objects.select_for_update(of=("self",)).whole().get(pk=application.pk)
    if locked.submitted_at is not None and locked.status != Status.WITHDRAWN:
        return locked
    require(not locked.is_rehearsal, "This is a rehearsal, so you cannot submit it.")
    refuse_when_closed(locked, at)
    filled = FilledForm.of(locked)
    candidate = _refuse_incomplete(filled, by)
    prefix = f"{locked.call.programme.reference_prefix}-{london(at).year}"
    APPLICATION.advance(
        locked,
        "submit",
        reference=locked.reference or Counter.next_reference(prefix),
        version=locked.version + 1,
        submitted_at=at,
        submitted_by=by,
    )
    seal(locked, at=at)
    trail.record(TrailEvent.SUBMITTED, locked, by=by, at=at, version=locked.version)
    if candidate.pk in confirmed_here:
        trail.record(TrailEvent.CANDIDATE_SAME_BROWSER, locked, by=by, at=at)
    if (replaced := standing.replaced_candidate(locked)) is not None:
        letters.candidates.to_candidate("candidate_lapsed", replaced, at=at)
    standing.drop(locked)
    interests.follow(locked, at=at)
    outbox.withdraw([locked])  # reminders of the draft
    receipt = documents.copy(locked, with_salary=True, at=at, filled=filled, is_frozen=True)
    letters.applications.received(locked, candidate, receipt, at=at)
    if locked.version == 1:
        equality.ask(locked, name=candidate.name, email=candidate.email, at=at)
    return locked


def _refuse_incomplete(filled: FilledForm, by: User) -> Candidate:
    if filled.gaps:
        raise Incomplete(list(filled.gaps))
    candidate = filled.candidate
    if candidate is None or candidate.email.lower() == by.email.lower():
        raise Refused("You are the proposed secondee yourself. Ask another lead of your organisation to submit.")
    try:
        sheet_of(filled.application)
    except ValueError as problem:
        raise Refused(f"The grant cannot be worked out. {problem}") from None
    return candidate


@transaction.atomic
def reopen(application: Application, *, by: User, at: datetime) -> None:
    """Let the organisation edit a copy of its submitted application, before the close only; it keeps its reference.

    What was submitted stands at the close unless it is submitted again or withdrawn.
    """
    check(by, "applications.reopen_application", application)
    refuse_when_closed(application, at)
    # Of a rolling call, or with a deadline of its own after the close, one may be under assessment.
    require(
        not application.assessments.exists(),
        "Assessment has started, so you cannot change the application. Email us about changes.",
    )
    submitted_at = cast("datetime", application.submitted_at)
    submitted_by = cast("User", application.submitted_by)
    APPLICATION.advance(application, "reopen", submitted_at=None, submitted_by=None)
    seal(application, at=at)
    shortlisting.drop_prepared(application, because="The organisation reopened it.", by=by, at=at)
    kept = standing.keep(application, submitted_at=submitted_at, submitted_by=submitted_by)
    trail.record(TrailEvent.REOPENED, application, by=by, at=at)
    letters.applications.reopened(application, kept.submitted_at, by=by, at=at)


@transaction.atomic
def withdraw(application: Application, *, reason: str, by: User, at: datetime) -> None:
    check(by, "applications.withdraw_application", application)
    if application.released_at is not None and not application.may_be_withdrawn:
        raise Refused("The decision has been made, so you cannot withdraw. You can decline an offer.")
    was_submitted = application.reference is not None
    APPLICATION.advance(application, "withdraw", withdrawn_at=at, withdrawn_reason=reason)
    seal(application, at=at)
    trail.record(TrailEvent.WITHDRAWN, application, by=by, at=at, reason=reason)
    letters.applications.withdrawn(application, was_submitted=was_submitted, by=by, at=at)
    standing.drop(application)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)

"""Letters about an application: received, reopened, shortlisted, turned down, a file taken out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from applications.letters.recipients import about_secondees, members, officer_for, officers_for, page_of, post
from applications.lifecycle import LIVE_CANDIDATE, CandidateStatus
from applications.models import Application, Candidate, Document, ShortlistOutcome
from core.accounts.links import absolute
from core.accounts.models import User
from core.documents.models import GeneratedDocument
from core.letters import outbox


def received(application: Application, candidate: Candidate, receipt: GeneratedDocument, *, at: datetime) -> None:
    """Confirm a submission to the organisation, with the receipt's copy, and to the proposed secondee."""
    about: dict[str, Any] = {
        "application": application,
        "organisation": application.organisation,
        "post": application.post,
        "call": application.call,
        "programme": application.call.programme,
        "submitted_at": at,
    }
    key = f"received:{application.pk}:{application.version}"
    copy = ("core.documents.store.attachment", receipt.pk)
    post("received", members(application), key=key, at=at, attachments=[copy], link=page_of(application), **about)
    outbox.post(
        "applications.received_candidate",
        to=candidate.address,
        key=f"{key}:candidate",
        at=at,
        name=candidate.name,
        privacy=about_secondees(),
        **about,
    )


def reopened(application: Application, submitted_at: datetime, *, by: User, at: datetime) -> None:
    """Tell everybody who was told that it was submitted: a copy is edited, and what was submitted stands meanwhile."""
    about: dict[str, Any] = {
        "application": application,
        "organisation": application.organisation,
        "post": application.post,
        "reopened_by": by,
        "submitted_at": submitted_at,
    }
    key = f"reopened:{application.pk}:{application.version}"
    post("reopened", members(application), key=key, at=at, link=page_of(application), **about)
    if candidate := application.candidates.filter(status=CandidateStatus.CONFIRMED).first():
        outbox.post(
            "applications.reopened_candidate",
            to=candidate.address,
            key=f"{key}:candidate",
            at=at,
            name=candidate.name,
            **about,
        )


def stands(application: Application, submitted_at: datetime, *, at: datetime) -> None:
    """Tell everybody who was told that it was reopened: the last submission counts."""
    about: dict[str, Any] = {"application": application, "call": application.call, "submitted_at": submitted_at}
    key = f"stands:{application.pk}:{application.version}:{at.isoformat()}"
    post("stands", members(application), key=key, at=at, link=page_of(application), **about)
    to_candidates("stands_candidate", key=key, at=at, **about)


def sifted(template: str, outcome: ShortlistOutcome, *, at: datetime) -> None:
    """Tell the organisation, with the reasons, and the proposed secondee that it was shortlisted or turned down."""
    application = outcome.application
    about: dict[str, Any] = {"application": application, "call": application.call}
    key = f"{template}:{application.pk}"
    feedback = {"reasons": list(outcome.reasons.all()), "feedback": outcome.feedback}
    post(template, members(application), key=key, at=at, link=page_of(application), **feedback, **about)
    to_candidates(f"{template}_candidate", key=key, at=at, **about)


def outcome_dropped(outcome: ShortlistOutcome, *, because: str, at: datetime) -> None:
    """Tell who prepared an outcome that it was dropped, and why."""
    application = outcome.application
    about: dict[str, Any] = {"application": application, "outcome": outcome, "because": because}
    page = absolute("admin:applications_application_change", application.pk)
    key = f"outcome dropped:{outcome.pk}"
    post("outcome_dropped", officer_for(application, outcome.prepared_by), key=key, at=at, link=page, **about)


def withdrawn(application: Application, *, was_submitted: bool, by: User, at: datetime) -> None:
    """Acknowledge a withdrawal to the organisation and the proposed secondee; tell the office what it had received."""
    about: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "withdrawn_by": by,
        "was_submitted": was_submitted,
    }
    key = f"withdrawn:{application.pk}:{at.isoformat()}"
    post("withdrawn", members(application), key=key, at=at, link=page_of(application), **about)
    to_candidates("withdrawn_candidate", key=key, at=at, **about)
    if was_submitted:
        to_office("withdrawn_office", key=key, at=at, **about)


def call_cancelled(application: Application, *, at: datetime) -> None:
    """Tell the organisation and the proposed secondee that the call is cancelled, and why."""
    about: dict[str, Any] = {"application": application, "call": application.call}
    key = f"call cancelled:{application.call_id}:{application.pk}"
    post("call_cancelled", members(application), key=key, at=at, link=page_of(application), **about)
    to_candidates("call_cancelled_candidate", key=key, at=at, **about)


def to_office(template: str, *, application: Application, key: str, at: datetime, **context: Any) -> None:
    page = absolute("admin:applications_application_change", application.pk)
    post(template, officers_for(application), key=f"{key}:office", at=at, link=page, application=application, **context)


def to_candidates(template: str, *, application: Application, key: str, at: datetime, **context: Any) -> None:
    """Write to those whom the application asked and who have not stepped back; also to who confirmed what counts."""
    asked = application.candidates.filter(status__in=[CandidateStatus.ASKED, CandidateStatus.CONFIRMED])
    kept = getattr(application, "standing", None)
    confirmed = kept.candidate if kept else None
    for candidate in dict.fromkeys([*asked, *([confirmed] if confirmed else [])]):
        outbox.post(
            f"applications.{template}",
            to=candidate.address,
            key=f"{key}:candidate:{candidate.pk}",
            at=at,
            name=candidate.name,
            organisation=application.organisation,
            post=application.post,
            application=application,
            **context,
        )


def infected(document: Document, *, at: datetime) -> None:
    """Tell the organisation, and the proposed secondee where the file was theirs, what to do about it."""
    application = document.application
    about: dict[str, Any] = {
        "application": application,
        "document": document.get_kind_display(),
        "is_open": application.is_open(at),
        "is_submitted": application.submitted_at is not None,
    }
    key = f"infected:{document.pk}"
    post("infected", members(application), key=key, at=at, link=page_of(application), **about)
    sender = None if document.received_from_id else application.candidates.order_by("-pk").first()
    if sender is not None and sender.status in LIVE_CANDIDATE:
        outbox.post(
            "applications.infected_candidate",
            to=sender.address,
            key=f"{key}:candidate",
            at=at,
            name=sender.name,
            **about,
        )

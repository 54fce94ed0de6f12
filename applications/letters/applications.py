"""Letters about an application: received, reopened, shortlisted, turned down, a file taken out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from applications.letters.recipients import about_secondees, leads, members, page_of, post
from applications.lifecycle import LIVE_CANDIDATE, CandidateStatus
from applications.models import Application, Candidate, Document
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
        to=candidate.email,
        key=f"{key}:candidate",
        at=at,
        name=candidate.name,
        privacy=about_secondees(),
        **about,
    )


def reopened(application: Application, *, by: User, at: datetime) -> None:
    """Tell everybody who holds a letter that says it was submitted: it is not, until it is submitted again."""
    about: dict[str, Any] = {
        "application": application,
        "organisation": application.organisation,
        "post": application.post,
        "reopened_by": by,
    }
    key = f"reopened:{application.pk}:{application.version}"
    post("reopened", members(application), key=key, at=at, link=page_of(application), **about)
    if candidate := application.candidates.filter(status=CandidateStatus.CONFIRMED).first():
        outbox.post(
            "applications.reopened_candidate",
            to=candidate.email,
            key=f"{key}:candidate",
            at=at,
            name=candidate.name,
            **about,
        )


def sifted(template: str, application: Application, *, at: datetime) -> None:
    post(
        template,
        leads(application.organisation_id),
        key=f"{template}:{application.pk}",
        at=at,
        application=application,
        call=application.call,
        link=page_of(application),
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
            to=sender.email,
            key=f"{key}:candidate",
            at=at,
            name=sender.name,
            **about,
        )

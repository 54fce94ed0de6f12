"""Letters to the proposed secondee, and to the organisation about what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from applications.letters.applications import to_office
from applications.letters.recipients import about_secondees, members, page_of
from applications.models import Application, Candidate, Document
from applications.periods import EQUALITY_LINK
from core.accounts.links import absolute
from core.accounts.models import User
from core.dates import say_deadline
from core.letters import outbox
from core.letters.models import Letter


def link(template: str, candidate: Candidate, token: str, *, by: User, at: datetime) -> None:
    """Send the proposed secondee their link: when they are asked, and when what they confirmed has changed."""
    application = candidate.application
    closes_at = application.closes_at
    outbox.post(
        f"applications.{template}",
        to=candidate.address,
        key=f"candidate:{candidate.pk}:{candidate.token_digest}",
        at=at,
        about=candidate,
        secret=True,
        name=candidate.name,
        organisation=application.organisation,
        post=application.post,
        call=application.call,
        asked_by=by,
        is_entered=application.is_entered,
        reply_by=say_deadline(closes_at) if closes_at else "",
        lacks_cv=not application.documents.filter(kind=Document.Kind.CV, replaced_at__isnull=True).exists(),
        link=absolute("candidate", token),
        privacy=about_secondees(),
    )


def to_organisation(template: str, candidate: Candidate, *, at: datetime, once: str = "", **context: Any) -> None:
    """Tell the organisation what the proposed secondee did; `once` sets apart what may happen several times."""
    application = candidate.application
    for person in members(application):
        outbox.post(
            f"applications.{template}",
            to=person,
            key=":".join(part for part in (template, str(candidate.pk), str(person.pk), once) if part),
            at=at,
            candidate=candidate,
            application=application,
            call=application.call,
            may_name_another=application.may_be_edited(at),
            link=page_of(application),
            **context,
        )


def withdrew(candidate: Candidate, *, was_submitted: bool, at: datetime) -> None:
    """Acknowledge the withdrawal to the organisation and the proposed secondee; tell the office too."""
    application = candidate.application
    facts: dict[str, Any] = {"was_submitted": was_submitted, "closes_at": application.closes_at}
    to_organisation("candidate_withdrew", candidate, at=at, **facts)
    to_candidate("candidate_withdrew_candidate", candidate, at=at)
    if was_submitted:
        may = {"may_name_another": application.may_be_edited(at)}
        key = f"candidate withdrew:{candidate.pk}"
        to_office("candidate_withdrew_office", application=application, key=key, at=at, **may)


def to_candidate(template: str, candidate: Candidate, *, at: datetime, **context: Any) -> None:
    """Tell the proposed secondee of something that happened once."""
    application = candidate.application
    outbox.post(
        f"applications.{template}",
        to=candidate.address,
        key=f"{template}:{candidate.pk}",
        at=at,
        name=candidate.name,
        organisation=application.organisation,
        post=application.post,
        application=application,
        **context,
    )


def address_corrected(candidate: Candidate, *, before: str, at: datetime) -> None:
    """Tell both addresses and the organisation where the proposed secondee is emailed from now on."""
    application = candidate.application
    facts: dict[str, Any] = {"before": before, "now": candidate.address}
    for address in (before, candidate.address):
        outbox.post(
            "applications.candidate_address_corrected",
            to=address,
            key=f"address corrected:{candidate.pk}:{at.isoformat()}:{'old' if address == before else 'new'}",
            at=at,
            name=candidate.name,
            organisation=application.organisation,
            post=application.post,
            application=application,
            **facts,
        )
    to_organisation("candidate_address_corrected_organisation", candidate, at=at, once=at.isoformat(), **facts)


def equality_link(application: Application, token: str, *, name: str, email: str, at: datetime) -> Letter | None:
    """Send the proposed secondee the link to the voluntary questions; None when it was sent before."""
    return outbox.post(
        "applications.equality",
        to=email,
        key=f"equality:{application.pk}",
        at=at,
        secret=True,
        name=name,
        call=application.call,
        link=absolute("equality", token),
        privacy=f"{absolute('privacy')}#equality",
        equality_link=EQUALITY_LINK,
    )

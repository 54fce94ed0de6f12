"""The letters about a grant: who is told what, once per reason and person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from applications.lifecycle import CandidateStatus
from core.accounts.models import User
from core.accounts.roles import Role
from core.letters import outbox
from grants.actions import recipients
from grants.models import Decision, EvaluationReport, Grant, Instalment


def link(name: str, *args: object) -> str:
    """The whole address of a page, built from SITE_URL and never from a request."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def tell(people: Iterable[User], template: str, *, key: str, at: datetime, **context: Any) -> None:
    """One letter to each of these people."""
    for person in people:
        outbox.post(f"grants.{template}", to=person, key=f"{key}:{person.pk}", at=at, **context)


def members(template: str, grant: Grant, *, key: str, at: datetime, **context: Any) -> None:
    """A letter about a grant to everybody of its organisation."""
    page = link("grant", grant.reference)
    tell(recipients.members(grant.organisation), template, key=key, at=at, grant=grant, link=page, **context)


def officers(template: str, grant: Grant, *, key: str, at: datetime, **context: Any) -> None:
    """A letter about a grant to the grants officers."""
    page = link("grant", grant.reference)
    tell(recipients.people_in(Role.OFFICER), template, key=key, at=at, grant=grant, link=page, **context)


def outcome(decision: Decision, grant: Grant | None, *, at: datetime) -> None:
    """The committee's decision, to the organisation with its reasons and to the proposed secondee without."""
    application = decision.application
    facts: dict[str, Any] = {"decision": decision, "application": application, "call": application.call, "grant": grant}
    page = link("grant", grant.reference) if grant else settings.SITE_URL + application.get_absolute_url()
    people = recipients.members(application.organisation)
    tell(people, f"decision_{decision.outcome}", key=f"decision:{decision.pk}", at=at, link=page, **facts)
    for candidate in application.candidates.filter(status=CandidateStatus.CONFIRMED):
        key = f"decision:{decision.pk}:candidate:{candidate.pk}"
        outbox.post("grants.candidate_outcome", to=candidate.email, key=key, at=at, candidate=candidate, **facts)


def to_sign(grant: Grant, *, digest: str, at: datetime) -> None:
    """The funding agreement is ready: to the organisation's signatories (its members, without one) and the director."""
    people = list(recipients.signatories(grant.organisation)) or list(recipients.members(grant.organisation))
    people += recipients.people_in(Role.DIRECTOR)
    key = f"to sign:{grant.pk}:{digest[:16]}"
    tell(people, "agreement_to_sign", key=key, at=at, grant=grant, link=link("grant_sign", grant.reference))


def agreed(grant: Grant, *, at: datetime) -> None:
    """Both have signed: to the organisation and the funder's people, with the agreement attached."""
    people = [*recipients.members(grant.organisation), *recipients.people_in(Role.OFFICER, Role.DIRECTOR)]
    for person in dict.fromkeys(people):
        outbox.post(
            "grants.agreed",
            to=person,
            key=f"agreed:{grant.pk}:{person.pk}",
            at=at,
            attachments=[("grants.documents.agreement_attachment", grant.pk)],
            grant=grant,
            link=link("grant", grant.reference),
        )


def payment(template: str, instalment: Instalment, *, at: datetime) -> None:
    """An instalment is paid (a remittance advice), or is withheld, to everybody of the organisation."""
    key = f"{template}:{instalment.pk}:{at.isoformat()}"
    members(template, instalment.grant, key=key, at=at, instalment=instalment)


def report(template: str, report: EvaluationReport, *, at: datetime) -> None:
    """An evaluation report came in (to the officers), or was returned or accepted (to the organisation)."""
    grant = report.grant
    page = link("grant_report", grant.reference, report.number)
    to_officers = template == "report_submitted"
    people = recipients.people_in(Role.OFFICER) if to_officers else recipients.members(grant.organisation)
    if to_officers:
        page = link("admin:grants_evaluationreport_change", report.pk)
    key = f"{template}:{report.pk}:{at.isoformat()}"
    tell(people, template, key=key, at=at, grant=grant, report=report, link=page)

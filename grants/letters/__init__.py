"""Which letters about decisions, grants, payments and reports go to whom; each once per reason and person."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet

from applications.lifecycle import CandidateStatus
from applications.models import Candidate, Deputy, Interest
from core.accounts.links import absolute
from core.accounts.models import Membership, Organisation, User
from core.letters import outbox
from grants.lifecycle import SETTLED
from grants.models import Decision, EvaluationReport, Grant, Instalment, Variation
from grants.rules import CASEWORKER, FUNDER_SIGNATORY

# --- Recipients ---


def members_of(organisation: Organisation) -> QuerySet[User]:
    return User.objects.filter(memberships__organisation=organisation, is_active=True)


def leads_of(organisation: Organisation) -> QuerySet[User]:
    leads = {"memberships__organisation": organisation, "memberships__standing": Membership.Standing.LEAD}
    return User.objects.filter(is_active=True, **leads)


def signatories_of(organisation: Organisation) -> QuerySet[User]:
    signs = {"memberships__organisation": organisation, "memberships__is_signatory": True}
    return User.objects.filter(is_active=True, **signs)


def holders_of(*roles: str, programme_id: int) -> QuerySet[User]:
    """People who hold one of the roles in this programme and may sign in."""
    held = {"role_assignments__role__in": roles, "role_assignments__programme": programme_id}
    return User.objects.filter(is_active=True, **held).distinct()


def office_of(grant: Grant, *roles: str) -> QuerySet[User]:
    """Who acts in these roles on the grant: holders in its programme, and deputies, without a conflict of interest."""
    conflicted = Interest.objects.binding().filter(application__decisions=grant.decision_id)
    people = holders_of(*roles, programme_id=grant.programme_id)
    if grant.decision_id is not None:
        named = Deputy.objects.filter(application__decisions=grant.decision_id, role__in=roles)
        people |= User.objects.filter(is_active=True, pk__in=named.values("person")).distinct()
    return people.exclude(pk__in=conflicted.values("person"))


# --- Decisions ---


def decision_released(decision: Decision, grant: Grant | None, *, at: datetime) -> None:
    """The decision with its reasons to the organisation, and without them to the proposed secondee."""
    application = decision.application
    context: dict[str, Any] = {
        "decision": decision,
        "application": application,
        "call": application.call,
        "grant": grant,
    }
    page = absolute("grant", grant.reference) if grant else settings.SITE_URL + application.get_absolute_url()
    template, key = f"decision_{decision.outcome}", f"decision:{decision.pk}"
    _post(template, members_of(application.organisation), key=key, at=at, link=page, **context)
    if grant is not None and grant.answer_by_on:
        ask_person(grant, at=at)
        return
    for candidate in application.candidates.filter(status=CandidateStatus.CONFIRMED):
        outbox.post(
            f"grants.candidate_{decision.outcome}",
            to=candidate.address,
            key=f"{key}:candidate:{candidate.pk}",
            at=at,
            candidate=candidate,
            **context,
        )


# --- Another post than the one applied for ---

OTHER_POST = "grants.other_post"  # the salt of its links


def link_of(grant: Grant, candidate: Candidate) -> str:
    """The proposed secondee's link; it stops working when their address is corrected."""
    mark = sha256(candidate.address.encode()).hexdigest()[:16]
    return absolute("candidate_post", signing.dumps([grant.pk, mark], salt=OTHER_POST))


def facts_of(grant: Grant, candidate: Candidate) -> dict[str, Any]:
    application = candidate.application
    return {"grant": grant, "candidate": candidate, "application": application, "call": application.call}


def people_of(grant: Grant) -> QuerySet[Candidate]:
    rows = Candidate.objects.filter(application__decisions__grant=grant, status=CandidateStatus.CONFIRMED)
    return rows.select_related("application__call__programme", "application__post", "application__organisation")


def ask_person(grant: Grant, *, at: datetime) -> None:
    for candidate in people_of(grant):
        key, link = f"other post:{grant.pk}:{candidate.pk}", link_of(grant, candidate)
        facts = facts_of(grant, candidate)
        outbox.post(
            "grants.candidate_other_post", to=candidate.address, key=key, at=at, secret=True, link=link, **facts
        )


def more_time(grant: Grant, *, at: datetime) -> None:
    key = f"more time:{grant.pk}:{grant.answer_by_on}"
    for candidate in people_of(grant) if grant.waits_for_person else ():
        facts = {**facts_of(grant, candidate), "link": link_of(grant, candidate)}
        person_key = f"{key}:candidate:{candidate.pk}"
        outbox.post("grants.other_post_reminder", to=candidate.address, key=person_key, at=at, secret=True, **facts)
    page = absolute("grant", grant.reference)
    _post("offer_waits", leads_of(grant.organisation), key=key, at=at, grant=grant, link=page)


def person_agreed(grant: Grant, *, at: datetime) -> None:
    _to_person("other_post_agreed", grant, at=at, answered_at=at)
    for candidate in people_of(grant):
        _to_members("person_agreed", grant, key=f"person agreed:{grant.pk}", at=at, candidate=candidate)


def person_refused(grant: Grant, *, at: datetime) -> None:
    _to_person("other_post_refused", grant, at=at, answered_at=at)
    for candidate in people_of(grant):
        key = f"person refused:{grant.pk}"
        _to_caseworkers("offer_declined", grant, key=key, at=at, by=candidate)
        _to_members("person_refused", grant, key=f"{key}:member", at=at, candidate=candidate)


def offer_lapsed(grant: Grant, *, at: datetime) -> None:
    key = f"offer lapsed:{grant.pk}"
    _to_caseworkers("offer_lapsed", grant, key=key, at=at)
    _to_members("offer_lapsed_members", grant, key=f"{key}:member", at=at)
    _to_person("candidate_offer_lapsed", grant, at=at)


# --- Grants and agreements ---


def offer_accepted(grant: Grant, *, by: User, at: datetime) -> None:
    key = f"offer accepted:{grant.pk}"
    _to_caseworkers("offer_accepted", grant, key=key, at=at, by=by)
    _to_members("offer_accepted_members", grant, key=f"{key}:member", at=at, by=by, answered_at=at)
    if grant.answer_by_on:
        _to_person("candidate_offer_accepted", grant, at=at)


def offer_declined(grant: Grant, *, by: User | None, at: datetime) -> None:
    """To the office, the organisation's members, and the proposed secondee; who, without `by`, declined."""
    key = f"offer declined:{grant.pk}"
    if by is None:
        person_refused(grant, at=at)
        return
    _to_caseworkers("offer_declined", grant, key=key, at=at, by=by)
    _to_members("offer_declined_members", grant, key=f"{key}:member", at=at, by=by)
    _to_person("candidate_offer_declined", grant, at=at)


def agreement_to_sign(grant: Grant, *, digest: str, at: datetime) -> None:
    """To the funder's signatory and the organisation's: to all of its members where it has no signatory."""
    organisation = grant.organisation
    people = list(signatories_of(organisation)) or list(members_of(organisation))
    people += office_of(grant, FUNDER_SIGNATORY)
    key, page = f"to sign:{grant.pk}:{digest[:16]}", absolute("grant_sign", grant.reference)
    _post("agreement_to_sign", people, key=key, at=at, grant=grant, link=page)


def grant_agreed(grant: Grant, *, at: datetime) -> None:
    office = office_of(grant, CASEWORKER, FUNDER_SIGNATORY)
    _post(
        "agreed",
        dict.fromkeys([*members_of(grant.organisation), *office]),
        key=f"agreed:{grant.pk}",
        at=at,
        attachments=[("core.documents.store.attachment", grant.agreement.document_id)],
        grant=grant,
        link=absolute("grant", grant.reference),
    )


def grant_extended(variation: Variation, *, at: datetime) -> None:
    _to_members("extended", variation.grant, key=f"extended:{variation.pk}", at=at, variation=variation)


def grant_ended_early(variation: Variation, last_report: EvaluationReport | None, *, at: datetime) -> None:
    held = variation.grant.instalments.filter(held_back_on__isnull=False).exclude(status__in=SETTLED).first()
    facts = {"variation": variation, "reason": variation.reason, "last_report": last_report, "held_back": held}
    _to_members("ended_early", variation.grant, key=f"ended early:{variation.grant_id}", at=at, **facts)


# --- Payments ---


def payment_made(instalment: Instalment, *, at: datetime) -> None:
    _payment("payment_made", instalment, at=at)


def payment_withheld(instalment: Instalment, *, at: datetime) -> None:
    _payment("payment_withheld", instalment, at=at)


def _payment(template: str, instalment: Instalment, *, at: datetime) -> None:
    key = f"{template}:{instalment.pk}:{at.isoformat()}"  # an instalment may be withheld more than once
    _to_members(template, instalment.grant, key=key, at=at, instalment=instalment)


# --- Evaluation reports ---


def report_submitted(report: EvaluationReport, *, at: datetime) -> None:
    people = office_of(report.grant, CASEWORKER)
    page = absolute("admin:grants_evaluationreport_change", report.pk)
    _report("report_submitted", report, people, page, at=at)


def report_returned(report: EvaluationReport, *, at: datetime) -> None:
    _report_to_members("report_returned", report, at=at)


def report_accepted(report: EvaluationReport, *, at: datetime) -> None:
    _report_to_members("report_accepted", report, at=at)


def _report_to_members(template: str, report: EvaluationReport, *, at: datetime) -> None:
    page = absolute("grant_report", report.grant.reference, report.number)
    _report(template, report, members_of(report.grant.organisation), page, at=at)


def _report(template: str, report: EvaluationReport, people: Iterable[User], page: str, *, at: datetime) -> None:
    key = f"{template}:{report.pk}:{at.isoformat()}"  # a report may be returned more than once
    _post(template, people, key=key, at=at, grant=report.grant, report=report, link=page)


# --- Posting ---


def _to_members(template: str, grant: Grant, *, key: str, at: datetime, **context: Any) -> None:
    page = absolute("grant", grant.reference)
    _post(template, members_of(grant.organisation), key=key, at=at, grant=grant, link=page, **context)


def _to_person(template: str, grant: Grant, *, at: datetime, **more: Any) -> None:
    for candidate in people_of(grant):
        key, facts = f"{template}:{grant.pk}:{candidate.pk}", facts_of(grant, candidate) | more
        outbox.post(f"grants.{template}", to=candidate.address, key=key, at=at, **facts)


def _to_caseworkers(template: str, grant: Grant, *, key: str, at: datetime, **context: Any) -> None:
    people = office_of(grant, CASEWORKER)
    _post(template, people, key=key, at=at, grant=grant, link=absolute("grant", grant.reference), **context)


def _post(template: str, people: Iterable[User], *, key: str, at: datetime, **context: Any) -> None:
    """Post one letter to each person; a second letter with the same key and person is not made."""
    for person in people:
        outbox.post(f"grants.{template}", to=person, key=f"{key}:{person.pk}", at=at, **context)

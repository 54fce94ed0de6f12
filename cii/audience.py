"""Whom an office may write to at once: people around cases, chosen by call, status and part (core.letters.mailings)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from applications.lifecycle import HANDED_IN, LIVE_CANDIDATE, CandidateStatus, Status
from applications.models import Application, Assessment, Call, Candidate, Interest
from core.accounts.models import Membership, Programme, User
from core.letters.mailings import Choices, Recipient
from core.letters.models import label_of
from core.visibility import hidden_from, visible
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement

Found = Iterator[tuple[str, User | None, str]]  # address, account, name

CONFLICT = "has declared a conflict of interest with this case"
CONTACTS = (CandidateStatus.ASKED, CandidateStatus.CONFIRMED)


def choices(programme: Programme) -> Choices:
    """What an officer of the programme may choose by."""
    calls = Call.objects.filter(programme=programme, published_at__isnull=False).order_by("-published_at")
    statuses = [(f"application:{one.value}", f"Application: {one.label}") for one in Status]
    statuses += [(f"grant:{one.value}", f"Grant: {one.label}") for one in GrantStatus]
    statuses += [(f"placement:{one.value}", f"Placement: {one.label}") for one in PlacementStatus]
    return Choices(
        calls=[(str(call.pk), call.title) for call in calls],
        statuses=statuses,
        parts=[(name, label) for name, (label, _people) in PARTS.items()],
    )


def recipients(
    programme: Programme, *, calls: Iterable[str], statuses: Iterable[str], parts: Iterable[str], by: User
) -> list[Recipient]:
    """Everybody who has one of the parts in a case at one of the statuses, by case; people left out say why.

    Cases that the officer does not read, as for a conflict of interest, are not among them. A constant number of
    queries, however many cases there are.
    """
    cases = cases_at(programme, calls, statuses, by)
    conflicted: dict[int, set[str]] = defaultdict(set)
    declared = Interest.objects.binding().filter(application__in=[case.pk for case in cases])
    for key, email in declared.values_list("application", "person__email"):
        conflicted[key].add(email.lower())
    found: dict[tuple[int, str], Recipient] = {}
    for case in cases:
        for part in parts:
            label, people = PARTS[part]
            for email, person, name in people(case):
                left_out = CONFLICT if email.lower() in conflicted[case.pk] else ""
                found.setdefault(
                    (case.pk, email.lower()), Recipient(email, person, name, label, case, facts(case), left_out)
                )
    return list(found.values())


def cases_at(programme: Programme, calls: Iterable[str], statuses: Iterable[str], by: User) -> list[Application]:
    at: dict[str, list[str]] = defaultdict(list)
    for one in statuses:
        kind, _, status = one.partition(":")
        at[kind].append(status)
    granted = Grant.objects.filter(programme=programme, decision__isnull=False)
    placed = Placement.objects.filter(status__in=at["placement"], grant__programme=programme)
    by_grant = granted.filter(Q(status__in=at["grant"]) | Q(pk__in=placed.values("grant")))
    asked = Q(status__in=at["application"]) | Q(pk__in=by_grant.values("decision__application"))
    rows = visible(Application, by).filter(asked, call__programme=programme, is_rehearsal=False)
    if wanted := [int(key) for key in calls if key.isdigit()]:
        rows = rows.filter(call__in=wanted)
    hidden = hidden_from(by)
    rows = _with_people(rows.select_related("organisation", "post", "call__programme").order_by("pk"))
    return [case for case in rows if label_of(case) not in hidden]


def _with_people(rows: QuerySet[Application]) -> QuerySet[Application]:
    members = Membership.objects.filter(person__is_active=True).select_related("person")
    placed = Placement.objects.select_related("secondee", "line_manager", "home_manager")
    return rows.prefetch_related(
        Prefetch("organisation__memberships", members, "active_members"),
        Prefetch("candidates", Candidate.objects.filter(status__in=LIVE_CANDIDATE), "live_candidates"),
        Prefetch("assessments", Assessment.objects.select_related("assessor"), "all_assessments"),
        Prefetch("decisions__grant__placement", placed),
    )


def facts(case: Application) -> dict[str, str]:
    return {
        "organisation": str(case.organisation),
        "reference": str(case),
        "post": str(case.post or ""),
        "call": str(case.call),
    }


def _leads(case: Any) -> Found:
    for one in case.organisation.active_members:
        if one.standing == Membership.Standing.LEAD:
            yield one.person.email, one.person, one.person.name


def _members(case: Any) -> Found:
    for one in case.organisation.active_members:
        yield one.person.email, one.person, one.person.name


def _signatories(case: Any) -> Found:
    for one in case.organisation.active_members:
        if one.is_signatory:
            yield one.person.email, one.person, one.person.name


def _candidates(case: Any) -> Found:
    """Those who were asked or confirmed: one who was only named has not heard of the application yet."""
    for one in case.live_candidates:
        if one.status in CONTACTS:
            yield one.address, None, one.name


def _assessors(case: Any) -> Found:
    for one in case.all_assessments:
        if one.assessor.is_active and case.status in HANDED_IN:
            yield one.assessor.email, one.assessor, one.assessor.name


def _placed(field: str) -> Callable[[Any], Found]:
    def people(case: Any) -> Found:
        for decision in case.decisions.all():
            placement = getattr(getattr(decision, "grant", None), "placement", None)
            person = getattr(placement, field, None)
            if person is not None and person.is_active:
                yield person.email, person, person.name

    return people


PARTS: dict[str, tuple[str, Callable[[Any], Found]]] = {
    "lead": ("Lead of the organisation", _leads),
    "signatory": ("Authorised signatory", _signatories),
    "member": ("Everyone of the organisation", _members),
    "candidate": ("Proposed secondee", _candidates),
    "assessor": ("Assessor", _assessors),
    "secondee": ("Secondee", _placed("secondee")),
    "line_manager": ("Line manager", _placed("line_manager")),
    "home_manager": ("Home manager", _placed("home_manager")),
}

"""Which decisions, grants and reports a person sees, and which wait for their work.

Each list equals a permission in `rules.py`: a row is listed if and only if it may be viewed, and waits for a person if
and only if they may take its next step.
"""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from applications.lifecycle import HANDED_IN, CallStatus
from applications.models import Application, Call, Interest
from applications.rules.cases import cases_to_assess
from applications.visibility import declared_by, deputised, in_office, is_open, of_office
from core.accounts.models import Membership, RoleAssignment, User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.visibility import shows
from grants.lifecycle import DecisionStatus, GrantStatus, ReportStatus
from grants.models import (
    Agreement,
    BudgetLine,
    ConditionTemplate,
    Contribution,
    Decision,
    EvaluationReport,
    Funder,
    Grant,
    LedgerLine,
    PublicOutcome,
    ReportSchedule,
    Signature,
    Variation,
)
from grants.rules import FUNDER_SIGNATORY, KEEPS_FUND, READS_GRANTS, READS_REPORTS, READS_SALARIES

M = TypeVar("M", bound=Model)
Person = User | AnonymousUser


def _seen(rows: QuerySet[M], person: Person, roles: frozenset[Role], programme: str) -> QuerySet[M]:
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    return rows.filter(**{f"{programme}__in": person.programmes_as(*roles)})


def of_grants(rows: QuerySet[M], person: Person, roles: frozenset[Role], grant: str = "") -> QuerySet[M]:
    """Rows about grants: those of the person's own organisations, and those read in a role without a conflict.

    `grant` is the look-up to the grant, empty for grants themselves.
    """
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    to = f"{grant}__" if grant else ""
    is_seen = as_or_for(person, *roles, to=to) & without_conflict(person, to)
    return rows.filter(is_seen | Q(**{f"{to}organisation__in": own_organisations(person)}))


def as_or_for(person: User, *roles: Role, to: str = "") -> Q:
    """Of grants in whose programme the person holds one of these roles, or on which they stand in for who does."""
    held = Q(**{f"{to}programme__in": person.programmes_as(*roles)})
    return held | Q(**{f"{to}decision__application__in": deputised(person, *roles)}) if person.is_staff else held


def without_conflict(person: User, to: str = "") -> Q:
    """Not of an application with which the person declared a conflict of interest; `to` leads to the grant."""
    conflicted = Decision.objects.filter(application__in=_conflicts_of(person)).values("pk")
    return ~Q(**{f"{to}decision__in": conflicted})


# --- What is seen ---


@shows(Decision)
def visible_decisions(rows: QuerySet[Decision], person: Person) -> QuerySet[Decision]:
    if not isinstance(person, User) or not person.is_active:
        return rows.none()
    if person.is_superuser:
        return rows
    is_clear = is_open(person) & _own_scores_are_in(person)
    is_seen = in_office(person) & is_clear
    is_seen |= Q(application__organisation__in=own_organisations(person), status=DecisionStatus.RELEASED)
    if committees := person.programmes_as(Role.COMMITTEE):
        on_committee = Q(application__call__programme__in=committees, application__status__in=HANDED_IN)
        is_seen |= on_committee & is_clear & Q(application__in=declared_by(person).values("application"))
    return rows.filter(is_seen)


def _own_scores_are_in(person: User) -> Q:
    """Of decisions that are released, or of which the person has no assessment to finish first."""
    return Q(status=DecisionStatus.RELEASED) | ~Q(application__in=cases_to_assess(person))


@shows(ReportSchedule)
def visible_report_schedules(rows: QuerySet[ReportSchedule], person: Person) -> QuerySet[ReportSchedule]:
    return of_office(rows, person, "programme")


@shows(ConditionTemplate)
def visible_condition_templates(rows: QuerySet[ConditionTemplate], person: Person) -> QuerySet[ConditionTemplate]:
    return of_office(rows, person, "programme")


@shows(Funder)
def visible_funders(rows: QuerySet[Funder], person: Person) -> QuerySet[Funder]:
    return _seen(rows, person, READS_GRANTS, "programme")


@shows(Contribution)
def visible_contributions(rows: QuerySet[Contribution], person: Person) -> QuerySet[Contribution]:
    return _seen(rows, person, KEEPS_FUND, "programme")


def contributions_given(person: Person) -> QuerySet[Contribution]:
    """The contributions of the person's own organisations, as `grants.view_own_contribution` has it: read, not kept.

    Apart from `visible`, whose rows open in the admin.
    """
    if not isinstance(person, User) or not person.is_active:
        return Contribution.objects.none()
    return Contribution.objects.filter(funder__in=own_organisations(person))


@shows(LedgerLine)
def visible_ledger(rows: QuerySet[LedgerLine], person: Person) -> QuerySet[LedgerLine]:
    rows = _seen(rows, person, KEEPS_FUND, "contribution__programme")
    if not isinstance(person, User) or person.is_superuser:
        return rows
    return rows.filter(Q(grant=None) | Q(grant__decision=None) | without_conflict(person, "grant__"))


@shows(Grant)
def visible_grants(rows: QuerySet[Grant], person: Person) -> QuerySet[Grant]:
    return of_grants(rows, person, READS_GRANTS)


def grants_with_salary(rows: QuerySet[Grant], person: Person) -> QuerySet[Grant]:
    """Those whose salary the person may see (`grants.view_salary`)."""
    return of_grants(rows, person, READS_SALARIES)


@shows(Variation)
def visible_variations(rows: QuerySet[Variation], person: Person) -> QuerySet[Variation]:
    return of_grants(rows, person, READS_GRANTS, "grant")


@shows(BudgetLine)
def visible_lines(rows: QuerySet[BudgetLine], person: Person) -> QuerySet[BudgetLine]:
    return of_grants(rows, person, READS_SALARIES, "grant")


@shows(Agreement)
def visible_agreements(rows: QuerySet[Agreement], person: Person) -> QuerySet[Agreement]:
    return of_grants(rows, person, READS_SALARIES, "grant")


@shows(Signature)
def visible_signatures(rows: QuerySet[Signature], person: Person) -> QuerySet[Signature]:
    return of_grants(rows, person, READS_SALARIES, "agreement__grant")


@shows(EvaluationReport)
def visible_reports(rows: QuerySet[EvaluationReport], person: Person) -> QuerySet[EvaluationReport]:
    return of_grants(rows, person, READS_REPORTS, "grant")


# --- What waits for the funder's people ---


def _decisions(person: User, status: DecisionStatus) -> QuerySet[Decision]:
    """Decisions that this officer or director deals with: of open cases, of another organisation."""
    rows = Decision.objects.filter(in_office(person), is_open(person), _own_scores_are_in(person), status=status)
    return rows.exclude(application__organisation__in=own_organisations(person))


def decisions_to_confirm(person: User) -> QuerySet[Decision]:
    return _decisions(person, DecisionStatus.RECORDED).exclude(recorded_by=person)


def who_may_confirm(decision: Decision) -> list[User]:
    """The officers and directors who may confirm a decision now, by name; never whoever recorded it."""
    of_office = RoleAssignment.objects.filter(role__in=FUNDER_OFFICERS, programme=decision.programme_id)
    people = User.objects.filter(pk__in=of_office.values("person"), is_active=True).exclude(pk=decision.recorded_by_id)
    return [person for person in people if person.has_perm("grants.confirm_decision", decision)]


def decisions_to_release(person: User) -> QuerySet[Decision]:
    return _decisions(person, DecisionStatus.CONFIRMED)


def outcomes_to_publish(person: User) -> QuerySet[Call]:
    rows = Call.objects.filter(status=CallStatus.DECIDED, programme__in=person.programmes_as(*FUNDER_OFFICERS))
    rows = rows.exclude(pk__in=PublicOutcome.objects.values("call"))
    return rows.exclude(pk__in=Application.objects.filter(pk__in=_conflicts_of(person)).values("call"))


def agreements_to_prepare(person: User) -> QuerySet[Grant]:
    """Accepted grants whose agreement was never prepared; one that nobody has signed may be prepared again."""
    rows = Grant.objects.filter(status=GrantStatus.ACCEPTED, agreement__isnull=True)
    return rows.filter(without_conflict(person), as_or_for(person, *FUNDER_OFFICERS))


def agreements_to_sign(person: User) -> QuerySet[Grant]:
    signed = Signature.objects.filter(agreement__grant=OuterRef("pk"), party=Signature.Party.FUNDER)
    rows = Grant.objects.filter(~Exists(signed), status=GrantStatus.ACCEPTED, agreement__isnull=False)
    rows = rows.filter(without_conflict(person), as_or_for(person, FUNDER_SIGNATORY))
    return rows.exclude(organisation__in=own_organisations(person))


def reports_to_read(person: User) -> QuerySet[EvaluationReport]:
    rows = EvaluationReport.objects.filter(status=ReportStatus.SUBMITTED)
    return rows.filter(without_conflict(person, "grant__"), as_or_for(person, *FUNDER_OFFICERS, to="grant__"))


def own_organisations(person: User) -> QuerySet[Membership, int]:
    """The keys of the person's organisations, as a subquery: lists of the funder's people cost no query more for it."""
    return Membership.objects.filter(person=person).values_list("organisation", flat=True)


def _conflicts_of(person: User) -> QuerySet[Interest, int]:
    return Interest.objects.binding().filter(person=person).values_list("application", flat=True)

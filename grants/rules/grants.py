"""Who may do what with grants, agreements and evaluation reports."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from applications.lifecycle import CallStatus
from applications.models import Call, Interest
from applications.rules.applications import is_office
from applications.rules.cases import deputises
from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.accounts.rules import (
    has_role,
    is_finance,
    is_funder_officer,
    is_lead,
    is_member,
    is_member_of,
    is_signatory,
)
from core.permissions import in_state, permit
from grants.lifecycle import GRANT, REPORT, GrantStatus
from grants.models import Agreement, EvaluationReport, Grant, PublicOutcome, Signature

Person = User | AnonymousUser

# Who is written to, and who signs, in the programme of a grant.
CASEWORKER = Role.OFFICER
FUNDER_SIGNATORY = Role.DIRECTOR

# Who reads what, in the programme of a grant, besides the organisation's members.
READS_GRANTS = frozenset({*FUNDER_OFFICERS, Role.FINANCE, Role.COMMITTEE})
READS_SALARIES = frozenset({*FUNDER_OFFICERS, Role.FINANCE})
READS_REPORTS = frozenset({*FUNDER_OFFICERS, Role.COMMITTEE})


@predicate
def is_clear_of_grant(person: Person, thing: Any = None) -> bool:
    """Has declared no conflict of interest with the application behind this grant, instalment, report or placement."""
    grant = thing if isinstance(thing, Grant) else getattr(thing, "grant", None)
    if grant is None or grant.decision_id is None or not isinstance(person, User):
        return True
    if "conflicted decisions" not in person.remembered:
        decisions = Interest.objects.binding().filter(person=person, application__decisions__isnull=False)
        person.remembered["conflicted decisions"] = frozenset(
            decisions.values_list("application__decisions", flat=True)
        )
    return grant.decision_id not in person.remembered["conflicted decisions"]


reads_grants = (has_role(*READS_GRANTS) | deputises(*READS_GRANTS)) & is_clear_of_grant
reads_salaries = (has_role(*READS_SALARIES) | deputises(*READS_SALARIES)) & is_clear_of_grant
reads_reports = (has_role(*READS_REPORTS) | deputises(*READS_REPORTS)) & is_clear_of_grant
is_caseworker = (has_role(CASEWORKER) | deputises(CASEWORKER)) & is_clear_of_grant
is_funder_signatory = (has_role(FUNDER_SIGNATORY) | deputises(FUNDER_SIGNATORY)) & is_clear_of_grant
is_payer = is_finance & is_clear_of_grant
keeps_grants = is_office & is_clear_of_grant

# --- What decisions are made with ---

ONLY_OFFICE = "Only a grants officer or the director can do this, and only without a conflict of interest."
permit("grants.view_reportschedule", is_funder_officer)
for verb in ("view", "add", "change"):
    permit(f"grants.{verb}_conditiontemplate", is_funder_officer, ONLY_OFFICE)
permit("grants.add_reportschedule", is_funder_officer, ONLY_OFFICE)
permit("grants.view_funder", reads_grants)
permit("grants.view_funder_history", is_funder_officer)
permit("grants.add_funder", is_funder_officer, ONLY_OFFICE)
permit("grants.change_funder", is_funder_officer, ONLY_OFFICE)

# --- The outcome of a call, for the public ---


@predicate
def is_clear_of_call(person: Person, call: Call | None) -> bool:
    if call is None or not isinstance(person, User):
        return True
    return not Interest.objects.binding().filter(person=person, application__call=call).exists()


@predicate
def is_decided_call(_person: Person, call: Call | None) -> bool:
    return call is not None and call.status in {CallStatus.DECIDED, CallStatus.ARCHIVED}


@predicate
def is_not_public(_person: Person, call: Call | None) -> bool:
    return call is not None and not PublicOutcome.objects.filter(call=call).exists()


permit(
    "grants.publish_outcome",
    is_funder_officer & is_clear_of_call,
    "Only a grants officer or the director can publish an outcome, and only without a conflict of interest with any "
    "application to the call.",
    when=is_decided_call & is_not_public,
)

# --- Grants and agreements ---


@predicate
def is_accepted(_person: Person, grant: Grant | None) -> bool:
    return grant is not None and grant.status == GrantStatus.ACCEPTED


@predicate
def is_unsigned(_person: Person, grant: Grant | None) -> bool:
    return grant is not None and not Signature.objects.filter(agreement__grant=grant).exists()


@predicate
def has_role_in_programme(person: Person, grant: Grant | None) -> bool:
    return grant is not None and isinstance(person, User) and bool(person.roles_in(grant.programme_id))


signs_for_organisation = is_signatory & ~has_role_in_programme
signs_for_funder = is_funder_signatory & ~is_member
ONLY_A_LEAD = "Only a lead of your organisation can answer an offer. Ask one to sign in."
ONLY_SIGNATORIES = (
    "Only an authorised signatory of the organisation and the funder's director can sign the "
    "agreement. A lead of the organisation can name its signatories."
)

permit("grants.view_grant", is_member | reads_grants)
permit("grants.view_grant_history", is_member | reads_salaries)
# The salary, and the lines it follows from.
permit("grants.view_salary", is_member | reads_salaries)
permit("grants.view_pay", has_role(*READS_SALARIES))  # of a programme's secondees, side by side
permit("grants.accept_grant", is_lead, ONLY_A_LEAD, when=in_state(GRANT, "accept"))
permit("grants.decline_grant", is_lead, ONLY_A_LEAD, when=in_state(GRANT, "decline"))
permit("grants.give_time_grant", keeps_grants, ONLY_OFFICE, when=in_state(GRANT, "accept"))
permit("grants.lapse_grant", keeps_grants, ONLY_OFFICE, when=in_state(GRANT, "lapse"))
permit("grants.prepare_agreement", keeps_grants, ONLY_OFFICE, when=is_accepted & is_unsigned)
permit(
    "grants.sign_grant",
    signs_for_organisation | signs_for_funder,
    ONLY_SIGNATORIES,
    when=is_accepted,
    asks_again=True,
)
permit("grants.sign_for_funder", signs_for_funder, ONLY_SIGNATORIES, when=is_accepted)
permit("grants.close_grant", keeps_grants, ONLY_OFFICE, when=in_state(GRANT, "close"))


def party_of(person: Person, grant: Grant) -> Signature.Party | None:
    """The party a person may sign for; None for everybody else, so for people of both sides."""
    if signs_for_organisation(person, grant):
        return Signature.Party.ORGANISATION
    return Signature.Party.FUNDER if signs_for_funder(person, grant) else None


@predicate
def sees_its_salary(person: Person, thing: Agreement | None) -> bool:
    return thing is not None and person.has_perm("grants.view_salary", thing.grant)


permit("grants.view_agreement", sees_its_salary)  # it prints how each amount follows from the salary

# --- Evaluation reports ---


@predicate
def writes_report(person: Person, report: EvaluationReport | None) -> bool:
    return report is not None and is_member_of(person, report.grant)


ONLY_MEMBERS = "Only members of the funded organisation can write its reports."

permit("grants.view_evaluationreport", writes_report | reads_reports)
permit("grants.view_evaluationreport_history", writes_report | keeps_grants)
permit("grants.change_evaluationreport", writes_report, ONLY_MEMBERS, when=in_state(REPORT, "submit"))
permit("grants.submit_evaluationreport", writes_report, ONLY_MEMBERS, when=in_state(REPORT, "submit"))
permit("grants.give_back_evaluationreport", keeps_grants, ONLY_OFFICE, when=in_state(REPORT, "give_back"))
permit("grants.accept_evaluationreport", keeps_grants, ONLY_OFFICE, when=in_state(REPORT, "accept"))

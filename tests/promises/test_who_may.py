"""Who may: exactly what the written policy says, for every part, permission and state; listed if and only if viewable."""

from operator import attrgetter

import pytest
import rules
from django.apps import apps
from django.contrib import admin

from core.audit.models import Entry
from core.letters.models import Letter
from core.visibility import is_registered, visible
from tests.promises.policy import GROUPS, TABLES, expected, rows

pytestmark = pytest.mark.django_db
OURS = {"accounts", "letters", "audit", "rights", "saved_lists", "applications", "grants", "secondments", "learning"}

# The permission that views a row of each model with a list, and the way from the row to what it is asked about.
LISTED = {
    "applications.Call": ("applications.view_call", ""),
    "applications.Post": ("applications.view_call", "call"),
    "applications.Criterion": ("applications.view_call", "call"),
    "applications.Question": ("applications.view_call", "call"),
    "applications.Goal": ("applications.view_goal", ""),
    "applications.Strand": ("applications.view_strand", ""),
    "applications.EqualityQuestion": ("applications.view_equalityquestion", ""),
    "applications.OutcomeReason": ("applications.view_outcomereason", ""),
    "applications.CallInvitation": ("applications.view_callinvitation", ""),
    "applications.LateAdmission": ("applications.view_lateadmission", ""),
    "applications.Application": ("applications.view_application", ""),
    "applications.Document": ("applications.view_document", ""),
    "applications.ExpressionOfInterest": ("applications.view_expressionofinterest", ""),
    "applications.Assessment": ("applications.view_assessment", ""),
    "applications.JointView": ("applications.view_jointview", ""),
    "applications.CaseMessage": ("applications.view_casemessage", ""),
    "applications.CaseNote": ("applications.view_casenote", ""),
    "applications.ViewResolution": ("applications.view_viewresolution", ""),
    "applications.AssessmentVisit": ("applications.view_assessmentvisit", ""),
    "applications.VisitSlot": ("applications.view_visitslot", ""),
    "grants.Decision": ("grants.view_decision", ""),
    "grants.Grant": ("grants.view_grant", ""),
    "grants.BankAccount": ("grants.view_bankaccount", ""),
    "grants.PaymentRun": ("grants.view_paymentrun", ""),
    "grants.Repayment": ("grants.view_repayment", ""),
    "grants.Instalment": ("grants.view_instalment", ""),
    "grants.EvaluationReport": ("grants.view_evaluationreport", ""),
    "grants.Agreement": ("grants.view_agreement", ""),
    "grants.Signature": ("grants.view_agreement", "agreement"),
    "grants.BudgetLine": ("grants.view_salary", "grant"),
    "grants.Variation": ("grants.view_grant", "grant"),
    "grants.ReportSchedule": ("grants.view_reportschedule", ""),
    "grants.ConditionTemplate": ("grants.view_conditiontemplate", ""),
    "grants.Funder": ("grants.view_funder", ""),
    "grants.Contribution": ("grants.view_contribution", ""),
    "grants.LedgerLine": ("grants.view_ledgerline", ""),
    "secondments.ProgrammeStep": ("secondments.view_programmestep", ""),
    "secondments.Placement": ("secondments.view_placement", ""),
    "secondments.Amendment": ("secondments.view_amendment", ""),
    "secondments.AmendmentConsent": ("secondments.view_amendment", "amendment"),
    "secondments.AmendmentSignature": ("secondments.view_amendment", "amendment"),
    "secondments.StartStep": ("secondments.view_placement", "placement"),
    "secondments.Workplan": ("secondments.view_placement", "placement"),
    "secondments.Objective": ("secondments.view_placement", "workplan.placement"),
    "secondments.Milestone": ("secondments.view_placement", "objective.workplan.placement"),
    "secondments.OrganisationView": ("secondments.view_placement", "workplan.placement"),
    "learning.Finding": ("learning.view_finding", ""),
    "learning.ConfidentialMessage": ("learning.read_confidentialmessage", ""),
    "learning.Change": ("learning.view_finding", "finding"),
    "governance.Body": ("governance.view_body", ""),
    "governance.Seat": ("governance.view_seat", ""),
    "governance.Meeting": ("governance.view_meeting", ""),
    "governance.Attendance": ("governance.view_meeting", "meeting"),
    "governance.AgendaItem": ("governance.view_agendaitem", ""),
    "governance.Minutes": ("governance.view_minutes", ""),
    "governance.Minute": ("governance.view_minute", ""),
    "accounts.Organisation": ("accounts.view_organisation", ""),
    "accounts.Membership": ("accounts.view_membership", ""),
    "accounts.Invitation": ("accounts.view_invitation", ""),
    "accounts.User": ("accounts.view_user", ""),
    "accounts.Programme": ("accounts.view_programme", ""),
    "letters.Letter": ("letters.view_letter", ""),
    "letters.Mailing": ("letters.view_mailing", ""),
    "letters.LetterWording": ("letters.view_letterwording", ""),
    "saved_lists.SavedList": ("saved_lists.view_savedlist", ""),
    "rights.RightsRequest": ("rights.view_rightsrequest", ""),
    "audit.Entry": ("audit.view_entry", ""),
    "documents.GeneratedDocument": ("documents.view_generateddocument", ""),
}


@pytest.mark.parametrize("noun", TABLES)
def test_the_policy_holds_exactly(noun, cast, things):
    wanted = expected(noun, list(things[noun]))
    people = {part: cast.afresh(part) for part in cast.people}
    found = {
        (permission, state): {
            part for part, person in people.items() if person.has_perm(permission, things[noun][state])
        }
        for permission, state in wanted
    }
    assert found == wanted


def test_every_permission_stands_in_the_policy():
    written = {permission for noun in TABLES for permission, _, _ in rows(noun)}
    assert written == set(rules.permissions.permissions)


def test_the_policy_speaks_of_everybody_in_the_cast(cast):
    assert set(GROUPS["everybody"].split()) == set(cast.people)


@pytest.mark.parametrize("label", LISTED)
def test_what_is_listed_is_exactly_what_may_be_viewed(label, cast):
    model, (permission, way) = apps.get_model(label), LISTED[label]
    for part in cast.people:
        person = cast.afresh(part)
        listed = set(visible(model, person))
        viewable = {
            row
            for row in model._default_manager.all()
            if person.has_perm(permission, attrgetter(way)(row) if way else row)
        }
        assert listed == viewable, f"{label}, {part}"


def test_every_list_with_a_rule_is_compared():
    with_rule = {model._meta.label for model in apps.get_models() if is_registered(model)}
    assert with_rule == set(LISTED)


def test_every_list_of_the_admin_has_a_rule():
    assert {model._meta.label for model in admin.site._registry if not is_registered(model)} == set()


def test_a_person_who_may_no_longer_sign_in_may_nothing(cast, things):
    person = cast.afresh("officer")
    person.is_active = False
    person.save()
    allowed = {
        permission
        for noun in TABLES
        for permission, _, _ in rows(noun)
        for thing in things[noun].values()
        if person.has_perm(permission, thing)
    }
    assert allowed == {"applications.view_call"}  # what anybody may read


def test_an_anonymous_visitor_may_nothing_but_read_published_calls(cast, things):
    public = cast.people["public"]
    allowed = {
        (permission, state)
        for noun in TABLES
        for permission, _, _ in rows(noun)
        for state, thing in things[noun].items()
        if public.has_perm(permission, thing)
    }
    assert allowed == {("applications.view_call", "published"), ("applications.view_call", "decided")}


def test_every_letter_and_line_belongs_to_a_programme_but_those_on_accounts(cast):
    letters = Letter.objects.filter(programme=None).exclude(template__startswith="accounts.")
    assert set(letters.values_list("template", flat=True)) == set()
    entries = Entry.objects.filter(programme=None).exclude(thing_type__startswith="accounts.")
    assert set(entries.values_list("thing_type", "event")) == set()

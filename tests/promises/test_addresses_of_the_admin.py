"""Every list, page and step of the admin answers as declared, for every part; what is not there and what may not be seen are one."""

import pytest
from django.urls import reverse

from applications.models import Goal, Strand
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.governance.models import Body, Meeting
from core.letters.models import Letter
from grants.models import Funder
from tests.cast import PUBLIC
from tests.promises.addresses import ADMIN, ADMIN_BESIDE, ADMIN_FOR_ALL, lines
from tests.promises.policy import who
from tests.promises.test_addresses import clients, digest_of_tables

# Every address for every part takes minutes; .ci/run does it once, on PostgreSQL.
pytestmark = pytest.mark.django_db
__all__ = ["clients"]


@pytest.fixture(scope="package")
def rows_of_admin(cast):
    """The rows that the admin's table names."""
    things, programme = cast.things, cast.things["grant"]["active"].programme
    return {
        "audit_entry": Entry.objects.filter(thing_type="applications.application").first(),
        "letters_letter": Letter.objects.filter(template="applications.received").first(),
        "letters_letterwording": things["wording"]["worded"],
        "letters_mailing": things["mailing"]["draft"],
        "documents_generateddocument": GeneratedDocument.objects.first(),
        "accounts_user": cast.lead,
        "accounts_organisation": cast.organisation,
        "accounts_programme": programme,
        "applications_goal": Goal.objects.first(),
        "applications_strand": Strand.objects.first(),
        "applications_expressionofinterest": things["expression of interest"]["received"],
        "applications_call": things["call"]["draft"],
        "applications_lateadmission": things["late admission"]["asked"],
        "applications_callinvitation": things["invitation to apply"]["taken up"],
        "applications_assessment": things["assessment"]["finished"],
        "applications_casemessage": things["message"]["sent"],
        "applications_casenote": things["note"]["written"],
        "applications_assessmentvisit": things["visit"]["proposed"],
        "applications_visitslot": things["visit time"]["offered"],
        "grants_decision": things["decision"]["recorded"],
        "governance_body": Body.objects.exclude(role="").first(),
        "governance_meeting": Meeting.objects.first(),
        "grants_funder": Funder.objects.create(programme=programme, organisation=programme.funder),
        "grants_contribution": things["contribution"]["received"],
        "grants_ledgerline": things["ledger line"]["receipt"],
        "grants_grant": things["grant"]["active"],
        "grants_bankaccount": things["bank account"]["entered"],
        "grants_paymentrun": things["payment run"]["made"],
        "grants_repayment": things["repayment"]["asked"],
        "grants_instalment": things["instalment"]["paid"],
        "grants_evaluationreport": things["report"]["submitted"],
        "saved_lists_savedlist": things["saved list"]["shared"],
        "rights_rightsrequest": things["data request"]["received"],
        "secondments_placement": things["placement"]["active"],
    }


def kind_of(response):
    """In the admin: "sign in", "in", or "no" (forbidden, not found, or led away with a word that there is no such thing)."""
    location = response.headers.get("Location", "")
    if location.startswith(("/admin/login/", "/accounts/login/")):
        return "sign in"
    return "in" if response.status_code == 200 else "no"


@pytest.mark.parametrize("row", lines(ADMIN), ids=lambda row: f"{row[0]}: {row[1]}")
def test_the_admin_answers_each_part_as_declared(row, cast, clients, rows_of_admin):
    model, state, lists, sees, adds, reads_history = row
    thing = cast.things["application"][state] if model == "applications_application" else rows_of_admin[model]
    kinds = {"changelist": lists, "add": adds, "change": sees, "history": reads_history, "export": lists}
    parts = [*sorted(who("staff")), PUBLIC, "lead", "host", "learning"]
    before = digest_of_tables()
    found, wanted = {}, {}
    for kind, allowed in kinds.items():
        arguments = {"change": [thing.pk], "history": [thing.pk], "export": ["columns"]}.get(kind, [])
        address = reverse(f"admin:{model}_{kind}", args=arguments)
        for part in parts:
            response = clients[part].get(address)
            found[kind, part] = kind_of(response)
            wanted[kind, part] = "sign in" if part not in who("staff") else "in" if part in who(allowed) else "no"
    assert found == wanted
    for part in parts:
        step = clients[part].post(f"/admin/{model.replace('_', '/')}/{thing.pk}/steps/no-such-step/")
        has_steps = model != "audit_entry"
        assert step.status_code == (404 if has_steps and part in who("staff") else 302), part
        gone = clients[part].post(reverse(f"admin:{model}_delete", args=[thing.pk]), {"post": "yes"})
        assert gone.status_code in ({302, 403} if part in who("staff") else {302}), part
    assert digest_of_tables() == before


@pytest.mark.parametrize("name", ADMIN_BESIDE)
def test_the_admins_other_pages_answer_as_declared(name, cast, clients):
    thing, allowed = ADMIN_BESIDE[name]
    noun, _, state = thing.rpartition(" ")
    row = cast.things["grant"]["active"].programme if noun == "programme" else cast.things[noun][state]
    address = reverse(f"admin:{name}", args=[row.programme_id, row.template] if noun == "wording" else [row.pk])
    found = {part for part, client in clients.items() if client.get(address).status_code in {200, 202}}
    assert found == who(allowed)


@pytest.mark.parametrize("name", sorted(ADMIN_FOR_ALL))
def test_who_works_in_the_admin_opens_its_guide_and_calendar(name, clients):
    address = reverse(f"admin:{name}")
    assert {part for part, client in clients.items() if client.get(address).status_code == 200} == who("staff") | {
        "other_officer"
    }

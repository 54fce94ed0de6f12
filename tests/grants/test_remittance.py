"""The remittance advice of a payment, as a PDF: what was paid into which account, and whether it stood."""

import pytest
import time_machine
from django.template.loader import render_to_string

from applications.models import Interest
from core.documents.models import GeneratedDocument
from core.money.amounts import format_pounds
from grants.actions import instalments
from grants.documents import remittance_context
from grants.lifecycle import InstalmentStatus
from grants.models import Instalment
from tests.accounts.factories import editor_of
from tests.applications.factories import lead, officer
from tests.documents import content_of, fetched
from tests.grants.factories import PAYING, committee_member, director, finance, instalment_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may():
    with time_machine.travel(PAYING, tick=False):
        yield


def address_of(row):
    return f"/grants/{row.grant}/payments/{row.number}/remittance.pdf"


def words(row):
    return " ".join(render_to_string("grants/remittance.pdf.html", remittance_context(row)).split())


def status_for(client, person, row):
    client.force_login(person)
    return client.get(address_of(row)).status_code


def test_it_says_who_was_paid_what_for_which_instalment_on_which_day_and_into_which_account():
    row = instalment_at(InstalmentStatus.PAID)
    said = words(row)
    for fact in (
        str(row.grant.programme.funder),
        str(row.grant.organisation),
        format_pounds(row.amount),
        "Thursday 2 May 2019",
        "BACS 4711",
        "<td> 5678 </td>",
        row.grant.reference,
        row.grant.role,
        "1, due on Wednesday 1 May 2019",
    ):
        assert fact in said, fact
    assert "did not stand" not in said
    assert "12345678" not in said


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (InstalmentStatus.RETURNED, "It came back on Thursday 2 May 2019, with the reference R 7."),
        (InstalmentStatus.REVERSED, "it was recorded by mistake, and the amount was not paid."),
    ],
)
def test_after_a_return_or_a_reversal_it_says_that_the_payment_did_not_stand(client, status, sentence):
    row = instalment_at(status)
    assert "This payment did not stand" in words(row)
    assert sentence in words(row)
    assert status_for(client, lead(row.grant.organisation), row) in {200, 202}


def test_the_organisations_people_and_the_office_fetch_it_from_the_grants_page(client):
    row = instalment_at(InstalmentStatus.PAID)
    for person in (lead(row.grant.organisation), editor_of(row.grant.organisation), officer(), director(), finance()):
        client.force_login(person)
        assert f'href="{address_of(row)}"' in client.get(f"/grants/{row.grant}/").content.decode()
        answer = fetched(client, address_of(row))
        assert content_of(answer)[:5] == b"%PDF-"
    assert answer["Content-Disposition"] == f'attachment; filename="Remittance advice {row.grant} 1.pdf"'
    client.force_login(officer())
    assert address_of(row) in client.get(f"/admin/grants/instalment/{row.pk}/change/").content.decode()


def test_for_the_same_payment_it_is_one_document(client):
    row = instalment_at(InstalmentStatus.PAID)
    for person in (finance(), lead(row.grant.organisation)):
        client.force_login(person)
        fetched(client, address_of(row))
    assert GeneratedDocument.objects.filter(kind="remittance 1").count() == 1


def test_the_committee_which_sees_no_bank_account_and_other_organisations_get_none(client, django_user_model):
    row = instalment_at(InstalmentStatus.PAID)
    assert status_for(client, committee_member(), row) == 404
    client.force_login(committee_member())
    assert "remittance.pdf" not in client.get(f"/grants/{row.grant}/").content.decode()
    assert status_for(client, django_user_model.objects.create(email="other@example.org"), row) == 404


def test_whoever_has_a_conflict_of_interest_gets_none(client):
    row = instalment_at(InstalmentStatus.PAID)
    told = {"has_conflict": True, "explanation": "My sister works there.", "declared_at": PAYING}
    Interest.objects.update_or_create(application=row.grant.decision.application, person=finance(), defaults=told)
    assert status_for(client, finance(), row) == 404


@pytest.mark.parametrize("status", [InstalmentStatus.SCHEDULED, InstalmentStatus.APPROVED, InstalmentStatus.WITHHELD])
def test_what_was_not_paid_has_none(client, status):
    row = instalment_at(status)
    assert status_for(client, lead(row.grant.organisation), row) == 404


def test_a_payment_that_is_scheduled_again_has_none_until_it_is_paid_again(client):
    row = instalment_at(InstalmentStatus.RETURNED)
    instalments.reinstate(Instalment.objects.get(pk=row.pk), by=officer(), at=PAYING)
    assert status_for(client, lead(row.grant.organisation), row) == 404

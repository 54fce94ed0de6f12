"""The pages of the fund: finance and the office record and read it, what pays is chosen by one and confirmed by another."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from applications.lifecycle import Status
from grants.actions import contributions
from grants.models import Contribution, Decision
from grants.models.pool import positions_of
from tests.applications.factories import application_at, officer, programme
from tests.applications.panel import viewed
from tests.grants import test_admin
from tests.grants.factories import committee_member, confirmed, finance, recorded, second_officer
from tests.grants.pool import received

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 4, 10, 9, 0, tzinfo=UTC)
LIST = "/admin/grants/contribution/"
AWARD = Decimal("29700.60")
SHORT = "The fund is {} short of paying for {}. What may pay for it is used up: “Pears, unrestricted”."


def page_of(client, person, decision):
    client.force_login(person)
    return client.get(f"/admin/grants/decision/{decision.pk}/change/").content.decode()


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(NOW, tick=False):
        yield


def sent(client, person, row, step, **words):
    client.force_login(person)
    return client.post(f"/admin/grants/{row._meta.model_name}/{row.pk}/steps/{step}/", words, follow=True)


def test_finance_records_a_contribution_and_what_came_in_of_it_and_reverses_a_slip(client):
    client.force_login(finance())
    facts = {"programme": programme().pk, "funder": programme().funder_id, "label": "Trust 2019", "kind": "secondments"}
    answer = client.post(f"{LIST}add/", {**facts, "amount": "£10,000.50", "pledged_on": "2019-04-01"}, follow=True)
    assert answer.status_code == 200
    contribution = Contribution.objects.get()
    assert contribution.restriction == "for secondments"
    sent(client, finance(), contribution, "receive", amount="1000", received_on="2019-04-02", reference="BACS 4")
    page = client.get(f"{LIST}{contribution.pk}/change/").content.decode()
    assert "£10,000.50" in page
    assert "£1,000.00" in page
    line = contribution.ledger.get(kind="receipt")
    sent(client, officer(), line, "reverse", reason="Of another fund.")
    [(_, position)] = positions_of([contribution])
    assert (position.pledged, position.received) == (Decimal("10000.50"), Decimal(0))


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(client):
    contribution = received("Pears", 100)
    answer = sent(client, finance(), contribution, "receive", amount="1", received_on="2019-04-02", reference="BACS 4")
    assert "amount" in answer.context["form"].errors
    assert "BACS 4" in answer.content.decode()


def test_the_position_is_shown_as_at_a_day_and_taken_away_as_a_spreadsheet(client):
    first = received("Pears", "250.25", kind="learning")
    received("Unbound", 100)
    client.force_login(finance())
    answer = client.get(f"{LIST}{first.pk}/position/")
    assert [row.position.free for row in answer.context["rows"]] == [Decimal("250.25"), Decimal(100)]
    assert [row.purpose for row in answer.context["purposes"]] == ["for learning", "unrestricted"]
    assert answer.context["total"].position.received == Decimal("350.25")
    before = client.get(f"{LIST}{first.pk}/position/", {"day": "2019-03-19"})
    assert before.context["total"].position.received == Decimal(0)
    file = client.get(f"{LIST}{first.pk}/position/", {"file": "xlsx"})
    table = list(load_workbook(BytesIO(b"".join(file.streaming_content))).worksheets[0].values)
    assert table[-1][-1] == 350.25


def test_the_committee_reads_nothing_of_the_fund(client):
    first = received("Pears", 100)
    client.force_login(committee_member())
    addresses = (LIST, f"{LIST}{first.pk}/change/", f"{LIST}{first.pk}/position/", "/admin/grants/ledgerline/")
    assert {client.get(address).status_code for address in addresses} <= {302, 403, 404}


def test_an_officer_chooses_what_pays_and_another_confirms_it(client):
    pears, unbound = received("Pears", 40_000), received("Unbound", 40_000)
    decision = confirmed()
    client.force_login(officer())
    form = client.get(f"/admin/grants/decision/{decision.pk}/steps/choose-allocation/").context["form"]
    assert [form.fields[f"from_{one.pk}"].initial for one in (pears, unbound)] == [AWARD, None]
    amounts = {f"from_{pears.pk}": "20,000", f"from_{unbound.pk}": "9,700.60"}
    sent(client, officer(), decision, "choose-allocation", **amounts)
    sent(client, second_officer(), decision, "confirm-allocation")
    chosen = decision.allocations.values_list("contribution__label", "amount", "confirmed_by__name")
    assert set(chosen) == {
        ("Pears", Decimal(20_000), second_officer().name),
        ("Unbound", Decimal("9700.60"), second_officer().name),
    }


def test_an_award_above_what_is_free_is_refused_where_it_is_recorded_naming_what_binds_and_by_how_much(client):
    received("Pears", 20_000)
    application = viewed(application_at(Status.SHORTLISTED))
    client.force_login(officer())
    answer = client.post(f"/admin/grants/decision/add/?application={application.pk}", test_admin.sent(application))
    assert SHORT.format("£9,700.60", application) in answer.content.decode()
    assert Decision.objects.count() == 0


def test_the_page_of_an_award_says_what_pays_for_it_or_what_binds_and_by_how_much(client):
    pears = received("Pears", 40_000)
    decision = recorded()
    assert "£29,700.60, unrestricted" in page_of(client, officer(), decision)
    assert "What pays for it" not in page_of(client, committee_member(), decision)
    contributions.reverse(pears.ledger.get(kind="receipt"), reason="It bounced.", by=finance(), at=NOW)
    assert SHORT.format("£29,700.60", decision.application) in page_of(client, officer(), decision)

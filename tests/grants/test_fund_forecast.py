"""What a fund will pay month by month, beside its position."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from applications.lifecycle import Status
from grants.actions import instalments
from grants.lifecycle import GrantStatus
from tests.applications.factories import application_at, officer, published_call
from tests.grants.factories import finance, grant_at, paid, recorded
from tests.grants.pool import pledged, received

pytestmark = pytest.mark.django_db
TODAY = datetime(2019, 9, 10, 9, 0, tzinfo=UTC)
SIGNED_IN = {"backend": "core.accounts.sign_in.SignIn"}


@pytest.fixture
def fund():
    return received("Pears", 40_000)


@pytest.fixture
def grant(fund):
    call = published_call(holds_back="fee")
    return grant_at(GrantStatus.AGREED, application=application_at(Status.SHORTLISTED, call=call))


@pytest.fixture
def page(client, time_machine):
    time_machine.move_to(TODAY)
    client.force_login(finance(), **SIGNED_IN)
    return lambda fund, **asked: client.get(f"/admin/grants/contribution/{fund.pk}/position/", asked)


def months_of(answer):
    return {month.label: (month.due, month.held_back, month.left) for month in answer.context["forecast"].months}


def test_each_month_says_what_is_due_what_of_it_is_held_back_and_what_is_left(grant, fund, page):
    paid(grant.instalments.get(number=1))
    pledged("Unbound", 10_000)
    answer = page(fund)
    found = months_of(answer)
    assert list(found)[:3] == ["Earlier", "September 2019", "October 2019"]
    assert list(found)[-1] == "May 2020"
    assert len(found) == 10
    zero, left = Decimal(0), Decimal("32574.85")
    assert found["Earlier"] == (Decimal("7425.15"), zero, left - Decimal("7425.15"))
    assert found["September 2019"] == (zero, zero, Decimal("25149.70"))
    assert found["November 2019"] == (Decimal("7425.15"), zero, Decimal("17724.55"))
    assert found["February 2020"] == (Decimal("6175.15"), zero, Decimal("11549.40"))
    assert found["May 2020"] == (Decimal("1250.00"), Decimal("1250.00"), Decimal("10299.40"))
    assert answer.context["forecast"].not_received == Decimal(10_000)
    text = " ".join(answer.content.decode().split())
    assert "£10,000.00 is pledged and not received yet" in text
    assert "<td>£10,299.40</td>" in text


def test_what_is_left_at_the_end_less_what_has_no_day_is_what_is_free(grant, fund, page):
    instalments.withhold(grant.instalments.get(number=2), reason="Not needed.", by=officer(), at=TODAY)
    ahead = page(fund).context["forecast"]
    assert ahead.without_day == grant.instalments.get(number=2).amount
    assert ahead.months[-1].left - ahead.without_day == ahead.position.free
    assert "Earlier" in {month.label for month in ahead.months}


def test_the_forecast_is_todays_whatever_day_the_position_is_of(grant, fund, page):
    assert months_of(page(fund, day="2019-03-25")) == months_of(page(fund))


def test_a_fund_that_owes_nothing_has_this_month_alone(fund, page):
    assert months_of(page(fund)) == {"September 2019": (Decimal(0), Decimal(0), Decimal(40_000))}


def test_a_grant_that_the_fund_does_not_pay_for_is_left_out(page):
    grant_at(GrantStatus.AGREED)
    fund = received("Pears", 40_000)
    assert list(months_of(page(fund))) == ["September 2019"]


def test_the_spreadsheet_has_it_on_a_sheet_of_its_own(grant, fund, page):
    book = load_workbook(BytesIO(b"".join(page(fund, file="xlsx").streaming_content)))
    assert book.sheetnames == ["Fund position", "Forecast", "Columns"]
    lines = list(book["Forecast"].values)
    assert lines[0] == ("Month", "Due to be paid", "Of it held back", "Left")
    assert lines[1] == ("Earlier", 14850.3, 0, 25149.7)
    assert lines[-1] == ("May 2020", 1250, 1250, 10299.4)
    assert {line[4] for line in book["Columns"].values} == {"Sheet", "Fund position", "Forecast"}


def test_the_queries_do_not_grow_with_grants_and_months(
    fund, page, client, django_assert_max_num_queries, django_assert_num_queries
):
    received("Unbound", 60_000)
    grant_at(GrantStatus.AGREED)
    page(fund)
    with django_assert_max_num_queries(60) as before:
        page(fund)
    grant_at(GrantStatus.AGREED, starts_on=date(2019, 7, 1))
    recorded()
    with django_assert_num_queries(len(before)):
        page(fund)

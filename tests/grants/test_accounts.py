"""The accounts of a fund as at a day: a past day is told by the trail, the ledger and dated facts, not by today's status."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from applications.models import Interest
from core.dates import london
from grants.actions import grants, instalments, payments_undone, repayments
from grants.admin.accounts import position_accounts
from grants.exports.account_tables import by_status, payments_due
from grants.exports.accounts import AsAt
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Grant, Instalment
from tests.applications.factories import officer, programme
from tests.documents import content_of, fetched
from tests.grants.factories import (
    ENDING,
    PAYING,
    STARTING,
    account_approved,
    account_entered,
    director,
    ended_early,
    finance,
    grant_at,
    paid,
    second_officer,
)
from tests.grants.pool import received
from tests.secondments import amending

pytestmark = pytest.mark.django_db
PAID_ON = london(PAYING).date()
NEXT = PAYING + timedelta(days=1)
DAY = timedelta(days=1)
LIST = "/admin/grants/contribution/"


def state(day, person=None):
    return AsAt(programme(), person or finance(), day)


def one(day):
    [found] = state(day).grants
    return found


def first_then(day):
    return next(row for row in one(day).payments if row.instalment.number == 1)


def agreed():
    received("Pears", 100_000)
    return grant_at(GrantStatus.AGREED)


def first_of(grant):
    return grant.instalments.get(number=1)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2019, 4, 9), None),
        (date(2019, 4, 10), GrantStatus.OFFERED),
        (date(2019, 4, 11), GrantStatus.ACCEPTED),
        (date(2019, 4, 15), GrantStatus.ACCEPTED),
        (date(2019, 4, 16), GrantStatus.AGREED),  # signed past midnight in London
        (date(2019, 5, 1), GrantStatus.ACTIVE),
        (date(2019, 10, 29), GrantStatus.ACTIVE),
        (date(2019, 10, 30), GrantStatus.ENDED_EARLY),
    ],
)
def test_a_grant_has_the_status_that_it_had_on_the_day(day, status):
    received("Pears", 100_000)
    grant_at(GrantStatus.ENDED_EARLY)
    assert [row.status for row in state(day).grants] == ([status] if status else [])


def test_an_offer_counts_as_awarded_until_the_day_it_was_declined():
    received("Pears", 100_000)
    grant = grant_at(GrantStatus.DECLINED)
    assert [one(date(2019, 4, day)).awarded for day in (10, 11)] == [grant.total, 0]


def test_a_payment_is_due_until_the_day_it_was_paid_whatever_became_of_it_since():
    row = paid(first_of(agreed()))
    assert first_then(PAID_ON - DAY).status == InstalmentStatus.SCHEDULED
    assert first_then(PAID_ON).is_paid
    payments_undone.reverse(row, reason="Never sent.", by=second_officer(), at=ENDING)
    instalments.reinstate(Instalment.objects.get(pk=row.pk), by=officer(), at=ENDING)
    assert Instalment.objects.get(pk=row.pk).paid_at is None
    assert first_then(PAID_ON).is_paid
    assert first_then(ENDING.date() - DAY).is_paid
    assert first_then(ENDING.date()).status == InstalmentStatus.SCHEDULED


def test_a_return_counts_from_the_day_the_bank_gave_it_back_not_from_when_it_was_recorded():
    row, back = paid(first_of(agreed())), PAID_ON + timedelta(days=3)
    payments_undone.give_back(row, returned_on=back, reference="R 7", by=finance(), at=ENDING)
    assert first_then(back - DAY).is_paid
    assert first_then(back).status == InstalmentStatus.RETURNED
    assert one(back).paid == row.grant.ledger.up_to(back).position().paid == 0


def test_at_midnight_in_london_the_day_is_over():
    row = first_of(agreed())
    late = datetime(2019, 5, 2, 22, 59, tzinfo=UTC)
    instalments.prepare(row, by=officer(), at=late)
    instalments.approve(row, by=director(), at=late)
    instalments.pay(row, payment_reference="BACS 1", by=finance(), at=late + timedelta(minutes=2))
    assert first_then(date(2019, 5, 2)).status == InstalmentStatus.APPROVED
    assert first_then(date(2019, 5, 3)).is_paid


def story():
    """A grant with a payment returned and paid again, one withheld, money paid back, and an early end."""
    grant = agreed()
    first, second, third = grant.instalments.order_by("number")[:3]
    payments_undone.give_back(paid(first), returned_on=NEXT.date(), reference="R 7", by=finance(), at=NEXT)
    first = Instalment.objects.get(pk=first.pk)
    instalments.reinstate(first, by=officer(), at=NEXT)
    account_approved(grant, at=NEXT, number="87654321")
    again = NEXT + timedelta(days=20)
    for row in (first, second):
        instalments.prepare(row, by=officer(), at=again)
        instalments.approve(row, by=director(), at=again)
        instalments.pay(row, payment_reference="BACS 2", by=finance(), at=again)
    instalments.withhold(third, reason="Late.", by=officer(), at=again)
    asked = again + timedelta(days=5)
    repayment = repayments.ask(grant, amount=Decimal(500), reason="Unspent.", by=officer(), at=asked)
    came_in = {"received_on": (asked + DAY).date(), "reference": "BACS 5"}
    repayments.receive(repayment, **came_in, by=finance(), at=asked + DAY * 2)
    grants.activate(Grant.objects.get(pk=grant.pk), by=officer(), at=STARTING)
    ended_early(Grant.objects.get(pk=grant.pk))
    return grant


def test_on_every_day_the_accounts_are_the_ledgers_position():
    grant = story()
    day, last = date(2019, 4, 10), date(2019, 11, 2)
    while day <= last:
        found, ledger = one(day), grant.ledger.up_to(day).position()
        assert (found.paid - found.recovered, found.to_pay) == (ledger.paid, ledger.unpaid), day
        assert found.awarded == found.paid - found.recovered + found.to_pay + found.unspent
        day += DAY
    assert found.recovered == Decimal(500)
    assert found.unspent > Decimal(500)


def test_months_that_an_extension_added_are_not_awarded_or_due_before_it_was_recorded():
    received("Pears", 100_000)
    grant = grant_at(GrantStatus.ACTIVE)
    before = grant.total, grant.instalments.count()
    asked = amending.asked(grant, kind="extension", last_on=date(2020, 10, 31), at=PAYING)
    amending.in_force(asked, at=NEXT)
    now = Grant.objects.get(pk=grant.pk)
    on_the_day, day_before = one(NEXT.date()), one(NEXT.date() - DAY)
    assert (day_before.awarded, len(day_before.payments)) == before
    assert (on_the_day.awarded, len(on_the_day.payments)) == (now.total, now.instalments.count())
    assert now.total > before[0]


def test_a_payment_says_what_it_waited_for_on_the_day():
    grant = agreed()
    instalments.prepare(first_of(grant), by=officer(), at=PAYING)
    new = account_approved(grant, at=PAYING, number="87654321")
    assert first_then(date(2019, 4, 16)).waits_for == "its due day"
    assert first_then(date(2019, 5, 1)).waits_for == "preparation"
    said = f"approval; the new bank details can be used from {new.usable_from_on:%A} {new.usable_from_on.day} May 2019"
    assert first_then(PAID_ON).waits_for == said
    assert first_then(new.usable_from_on).waits_for == "approval"


def test_bank_details_that_were_missing_or_being_checked_are_said_for_the_day():
    row = paid(first_of(agreed()))
    payments_undone.give_back(row, returned_on=PAID_ON, reference="R 7", by=finance(), at=PAYING)
    instalments.reinstate(Instalment.objects.get(pk=row.pk), by=officer(), at=PAYING)
    assert first_then(PAID_ON).waits_for == "preparation; bank details from the organisation"
    account_entered(row.grant, at=NEXT)
    assert first_then(NEXT.date()).waits_for == "preparation; a call-back about the bank details"
    assert first_then(PAID_ON).waits_for == "preparation; bank details from the organisation"


def test_what_is_due_is_parted_from_what_falls_due_later():
    grant = agreed()
    due, later = payments_due(state(date(2019, 5, 1))).tables
    assert [row.values[2] for row in due.rows] == [1]
    assert due.total[-1] == first_of(grant).amount
    assert due.total[-1] + later.total[-1] == grant.total


def test_a_grant_of_a_case_one_stepped_out_of_leaves_no_trace_in_ones_accounts():
    nothing = by_status(state(PAID_ON))
    grant = agreed()
    told = {"has_conflict": True, "explanation": "My sister works there.", "declared_at": PAYING}
    Interest.objects.update_or_create(application=grant.decision.application, person=finance(), defaults=told)
    assert by_status(state(PAID_ON)) == nothing
    assert by_status(state(PAID_ON, officer())).tables[0].total[:3] == ("All", 1, grant.total)


def test_a_grant_without_a_documented_amount_counts_and_is_not_in_the_sums():
    grant = grant_at(GrantStatus.AGREED)
    Grant.objects.filter(pk=grant.pk).update(is_illustrative=True)
    accounts = by_status(state(PAID_ON))
    assert accounts.tables[0].total == ("All", 1, 0, 0, 0, 0, 0)
    assert accounts.notes[0].startswith("1 grant without a documented amount")


def test_the_number_of_queries_does_not_grow_with_the_grants():
    paid(first_of(agreed()))
    person = finance()
    payments_due(state(PAID_ON, person))  # what a request remembers of the person
    with CaptureQueriesContext(connection) as few:
        payments_due(state(PAID_ON, person))
    for _ in range(2):
        paid(first_of(grant_at(GrantStatus.AGREED)))
    with CaptureQueriesContext(connection) as many:
        due = payments_due(state(PAID_ON, person))
    assert sum(len(table.rows) for table in due.tables) == 9
    assert len(many) == len(few)


@pytest.fixture
def fund(client):
    paid(first_of(agreed()))
    client.force_login(finance())
    with time_machine.travel(ENDING, tick=False):
        yield f"{LIST}{received('Unbound', 100).pk}"


def test_payments_due_and_grants_by_status_are_reached_from_the_list_of_contributions(client, fund):
    page = client.get(LIST).content.decode()
    first = Grant.objects.get().ledger.first().contribution_id
    for name in ("position", "due", "by-status"):
        assert f'href="{LIST}{first}/{name}/"' in page
        assert client.get(f"{fund}/{name}/").status_code == 200


def test_the_page_and_the_spreadsheet_are_as_at_the_day_chosen(client, fund):
    then = {"day": (PAID_ON - DAY).isoformat()}
    number = len(client.get(f"{fund}/due/", then).context["accounts"].tables[0].rows)
    file = client.get(f"{fund}/due/", {**then, "file": "xlsx"})
    table = list(load_workbook(BytesIO(b"".join(file.streaming_content))).worksheets[0].values)
    assert number == 1
    assert table[1][4:] == ("scheduled", "preparation", float(Grant.objects.get().instalments.get(number=1).amount))
    assert file["Content-Disposition"] == f'attachment; filename="Payments due {PAID_ON - DAY}.xlsx"'
    assert client.get(f"{fund}/due/", {"day": "2021-01-01"}).context["form"].errors


@pytest.mark.parametrize("name", ["position", "due", "by-status"])
def test_each_of_the_accounts_is_a_pdf_that_is_the_same_for_the_same_facts(client, fund, name):
    asked = {"day": PAID_ON.isoformat(), "file": "pdf"}
    first = content_of(fetched(client, f"{fund}/{name}/", data=asked))
    again = content_of(fetched(client, f"{fund}/{name}/", data=asked))
    other = content_of(fetched(client, f"{fund}/{name}/", data={**asked, "day": "2019-04-12"}))
    assert first[:5] == b"%PDF-"
    assert first == again != other


def test_the_position_says_what_of_the_free_money_is_restricted():
    received("For learning", 300, kind="learning")
    received("Pears", 700)
    accounts = position_accounts(programme(), PAID_ON)
    said = render_to_string("grants/accounts.pdf.html", {"accounts": accounts, "site_name": "CII"})
    assert "£300.00 is restricted and £700.00 is unrestricted" in said
    assert "Not in these figures" not in said


def test_the_position_on_paper_says_which_grants_it_leaves_out():
    grant_at(GrantStatus.AGREED)
    received("Pears", 700)
    assert position_accounts(programme(), PAID_ON).notes[1:] == [
        "Not in these figures: 1 grant from before the first contribution."
    ]

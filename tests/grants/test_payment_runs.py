"""Payment runs: many approved payments in one file for the bank, paid together by somebody who took no other part."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import invariants
from grants.actions import bank_accounts, instalments, payment_runs
from grants.lifecycle import GrantStatus, InstalmentStatus, PaymentRunStatus
from grants.models import Instalment, PaymentRun
from tests.accounts.factories import UserFactory, hold
from tests.applications.factories import officer
from tests.grants.factories import (
    ACCOUNT,
    PAYING,
    account_approved,
    approved,
    bank_checker,
    director,
    finance,
    grant_at,
)

pytestmark = pytest.mark.django_db
BY_FINANCE = {"at": PAYING}


def two_approved():
    grant = grant_at(GrantStatus.AGREED)
    return [approved(row) for row in grant.instalments.all()[:2]]


def run_of_two():
    return payment_runs.make(two_approved(), by=finance(), at=PAYING)


def taken(run):
    payment_runs.take(run, by=finance(), at=PAYING)
    return PaymentRun.objects.get(pk=run.pk)


def test_a_run_is_paid_under_one_reference_and_each_payment_is_told():
    run = taken(run_of_two())
    payment_runs.pay(run, payment_reference=" BACS  9 ", by=finance(), at=PAYING)
    rows = list(run.instalments.all())
    assert {(row.status, row.payment_reference, row.paid_by) for row in rows} == {("paid", "BACS 9", finance())}
    assert (run.status, run.payments, run.total) == ("paid", 2, sum((row.amount for row in rows), Decimal(0)))
    letters = Letter.objects.filter(template="grants.payment_made")
    assert letters.count() == 2 * rows[0].grant.organisation.memberships.count()
    assert "- Account number ends in: 5678\n" in letters[0].body
    assert list(invariants.breaches(PAYING)) == []


def test_paying_a_run_twice_has_one_effect():
    run = taken(run_of_two())
    stale = PaymentRun.objects.get(pk=run.pk)
    payment_runs.pay(run, payment_reference="FIRST", by=finance(), at=PAYING)
    letters = Letter.objects.count()
    payment_runs.pay(stale, payment_reference="SECOND", by=finance(), at=PAYING)
    assert (stale.payment_reference, Letter.objects.count()) == ("FIRST", letters)


def test_a_run_is_not_paid_before_its_file_was_taken():
    with pytest.raises(Refused) as refusal:
        payment_runs.pay(run_of_two(), payment_reference="BACS", by=finance(), at=PAYING)
    assert refusal.value.code == "not_taken"


def test_a_payment_of_a_run_is_not_paid_by_itself_nor_put_into_another():
    run = run_of_two()
    row = run.instalments.first()
    with pytest.raises(Refused) as refusal:
        instalments.pay(row, payment_reference="BACS", by=finance(), at=PAYING)
    assert refusal.value.code == "in_run"
    with pytest.raises(Refused) as refusal:
        payment_runs.make([row], by=finance(), at=PAYING)
    assert refusal.value.code == "in_run"


CHANGES = {
    "withheld": lambda row: instalments.withhold(row, reason="The report is late.", by=officer(), at=PAYING),
    "rescheduled": lambda row: instalments.reinstate(row, by=officer(), at=PAYING),
    "new bank details": lambda row: account_approved(row.grant, at=PAYING, number="87654321"),
    "refused bank details": lambda row: bank_accounts.refuse(
        row.grant.bank_accounts.get(), why_refused="other_name", by=bank_checker(), at=PAYING
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_after_the_approval_makes_the_run_void(change):
    run = taken(run_of_two())
    first, second = run.instalments.order_by("pk")
    other_tab = PaymentRun.objects.get(pk=run.pk)
    CHANGES[change](Instalment.objects.get(pk=first.pk))
    assert PaymentRun.objects.get(pk=run.pk).status == PaymentRunStatus.VOID
    with pytest.raises(Refused):
        payment_runs.pay(other_tab, payment_reference="BACS", by=finance(), at=PAYING)
    with pytest.raises(Refused):
        payment_runs.take(other_tab, by=finance(), at=PAYING)
    rows = Instalment.objects.filter(pk__in=[first.pk, second.pk])
    assert {(row.run, row.paid_at) for row in rows} == {(None, None)}
    assert InstalmentStatus.PAID not in rows.values_list("status", flat=True)


@pytest.mark.parametrize("who", ["preparer", "approver", "checker", "superuser"])
@pytest.mark.parametrize("step", ["make", "take", "pay"])
def test_a_run_is_of_somebody_who_took_no_other_part(who, step):
    chosen = two_approved()
    run = taken(payment_runs.make(chosen, by=finance(), at=PAYING)) if step != "make" else None
    people = {"preparer": officer(), "approver": director(), "checker": bank_checker()}
    by = people.get(who) or UserFactory(is_superuser=True)
    if who != "superuser":
        hold(by, Role.FINANCE)
    by = User.objects.get(pk=by.pk)
    by.is_superuser = True
    takes = {
        "make": lambda: payment_runs.make(chosen, by=by, at=PAYING),
        "take": lambda: payment_runs.take(run, by=by, at=PAYING),
        "pay": lambda: payment_runs.pay(run, payment_reference="BACS", by=by, at=PAYING),
    }
    codes = {"make": "grants.pay_instalment", "take": "grants.take_paymentrun", "pay": "grants.pay_paymentrun"}
    with pytest.raises(Refused) as refusal:
        takes[step]()
    assert refusal.value.code == codes[step]
    assert not Instalment.objects.filter(status=InstalmentStatus.PAID).exists()


def test_one_who_may_not_is_refused_for_the_whole_bulk_action(client):
    chosen = two_approved()
    hold(director(), Role.FINANCE)
    client.force_login(director())
    address = reverse("admin:grants_instalment_bulk", args=["run"])
    client.post(address, {"keys": [row.pk for row in chosen], "row": [row.pk for row in chosen]})
    assert not PaymentRun.objects.exists()


def test_the_file_has_the_whole_numbers_and_says_who_took_it(client, time_machine):
    time_machine.move_to(PAYING)
    run = run_of_two()
    client.force_login(finance())
    address = reverse("admin:grants_paymentrun_file", args=[run.pk])
    response = client.get(address)
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["account_number"] for row in rows] == [ACCOUNT["number"]] * 2
    assert [row["sort_code"] for row in rows] == ["000001"] * 2
    assert sum(Decimal(row["amount"]) for row in rows) == run.total
    assert "no-store" in response["Cache-Control"]
    (line,) = Entry.objects.filter(event="file for the bank taken", thing_id=str(run.pk))
    assert line.by == finance()
    page = client.get(run.get_absolute_url()).text
    assert ACCOUNT["number"] not in page
    client.force_login(officer())
    assert client.get(address).status_code == 404
    assert client.get(run.get_absolute_url()).status_code == 200

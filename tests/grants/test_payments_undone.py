"""Payments that came back, were recorded by mistake, or are asked back: the ledger gets lines, and the fund is right."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.accounts.models import User
from core.accounts.roles import Role
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import invariants
from grants.actions import instalments, payments_undone, repayments
from grants.lifecycle import BankAccountStatus, GrantStatus, InstalmentStatus, RepaymentStatus
from grants.models import Instalment, LedgerLine, Repayment
from tests.accounts.factories import hold
from tests.applications.factories import officer
from tests.grants.factories import (
    ENDING,
    PAYING,
    account_approved,
    approved,
    director,
    finance,
    grant_at,
    paid,
    second_officer,
)
from tests.grants.pool import received

pytestmark = pytest.mark.django_db
AGAIN = PAYING + timedelta(days=30)  # other bank details may be used, and no report is overdue
RETURNED = {"returned_on": PAYING.date(), "reference": "R 7"}
CAME_IN = {"received_on": PAYING.date(), "reference": "BACS 5"}


def first_paid():
    received("Pears", 100_000)
    return paid(grant_at(GrantStatus.AGREED).instalments.get(number=1))


def position(grant):
    return grant.ledger.position()


def lines(grant, kind):
    return [(line.amount, line.reverses_id is not None) for line in grant.ledger.filter(kind=kind).order_by("pk")]


def test_a_returned_payment_is_in_the_ledger_and_waits_for_other_details():
    row = first_paid()
    account = row.bank_account
    before = position(row.grant)
    payments_undone.give_back(row, **RETURNED, by=finance(), at=PAYING)
    after = position(row.grant)
    assert (before.paid, after.paid) == (row.amount, 0)
    assert after.committed == before.committed
    assert lines(row.grant, "return") == [(row.amount, False)]
    account.refresh_from_db()
    assert (account.status, account.why_refused) == (BankAccountStatus.REFUSED, "returned")
    assert Letter.objects.filter(template="grants.payment_returned").exists()
    assert list(invariants.breaches(PAYING)) == []


def test_a_returned_payment_is_paid_again_into_another_account():
    row = first_paid()
    payments_undone.give_back(row, **RETURNED, by=finance(), at=PAYING)
    row = Instalment.objects.get(pk=row.pk)
    instalments.reinstate(row, by=officer(), at=PAYING)
    new = account_approved(row.grant, at=PAYING, number="87654321")
    instalments.prepare(row, by=officer(), at=PAYING)
    instalments.approve(row, by=director(), at=AGAIN)
    instalments.pay(row, payment_reference="BACS 12", by=finance(), at=AGAIN)
    assert (row.bank_account, position(row.grant).paid) == (new, row.amount)
    payments_undone.give_back(row, returned_on=AGAIN.date(), reference="R 8", by=finance(), at=AGAIN)
    assert position(row.grant).paid == 0
    assert list(invariants.breaches(AGAIN)) == []


def test_a_payment_that_comes_back_twice_at_the_same_instant_comes_back_once_each_time():
    row = first_paid()
    for number in ("87654321", "76543218"):
        payments_undone.give_back(row, returned_on=AGAIN.date(), reference="R 7", by=finance(), at=AGAIN)
        row = Instalment.objects.get(pk=row.pk)
        assert position(row.grant).paid == 0
        instalments.reinstate(row, by=officer(), at=PAYING)
        account_approved(row.grant, at=PAYING, number=number)
        instalments.prepare(row, by=officer(), at=PAYING)
        instalments.approve(row, by=director(), at=AGAIN)
        instalments.pay(row, payment_reference="BACS 12", by=finance(), at=AGAIN)
        assert position(row.grant).paid == row.amount
    payments_undone.reverse(row, reason="Never sent.", by=second_officer(), at=AGAIN)
    assert position(row.grant).paid == 0
    assert list(invariants.breaches(AGAIN)) == []


def test_a_payment_is_not_undone_while_its_money_is_asked_back():
    row = first_paid()
    repayment = repayments.ask(row.grant, amount=Decimal(5), reason="Not spent.", by=officer(), at=PAYING)
    for undo in (
        lambda: payments_undone.give_back(row, **RETURNED, by=finance(), at=PAYING),
        lambda: payments_undone.reverse(row, reason="Never sent.", by=director(), at=PAYING),
    ):
        with pytest.raises(Refused) as refusal:
            undo()
        assert refusal.value.code == "asked_back"
    repayments.withdraw(repayment, by=director(), at=PAYING)
    payments_undone.reverse(row, reason="Never sent.", by=director(), at=PAYING)
    assert list(invariants.breaches(PAYING)) == []


def paid_by_two_and_paid_back():
    """Two payments, the second of restricted and free money, of which the free money was paid back."""
    purpose = "secondments"
    received("For secondments", 3_000, kind=purpose)
    received("Pears", 100_000)
    grant = grant_at(GrantStatus.AGREED)
    first, second = grant.instalments.order_by("number")[:2]
    paid(first), paid(second)
    free = second.ledger.get(contribution__label="Pears").amount
    repayment = repayments.ask(grant, amount=free, reason="Not spent.", by=officer(), at=PAYING)
    repayments.receive(repayment, **CAME_IN, by=finance(), at=PAYING)
    return grant, second


def test_a_return_after_a_repayment_gives_no_contribution_more_than_it_paid():
    grant, second = paid_by_two_and_paid_back()
    payments_undone.give_back(second, **RETURNED, by=finance(), at=PAYING)
    assert all(one.paid >= 0 for one in grant.ledger.positions().values())
    assert list(invariants.breaches(PAYING)) == []


def test_a_payment_recorded_by_mistake_stays_while_a_repayment_gave_its_money_back():
    _, second = paid_by_two_and_paid_back()
    with pytest.raises(Refused) as refusal:
        payments_undone.reverse(second, reason="Never sent.", by=director(), at=PAYING)
    assert refusal.value.code == "paid_back"


@pytest.mark.parametrize(
    "wrong", [{"reference": " "}, {"returned_on": PAYING.date().replace(day=1)}, {"returned_on": ENDING.date()}]
)
def test_a_return_has_a_reference_and_a_day_after_the_payment(wrong):
    row = first_paid()
    with pytest.raises(Refused) as refusal:
        payments_undone.give_back(row, **{**RETURNED, **wrong}, by=finance(), at=PAYING)
    assert refusal.value.field in wrong


def test_a_payment_recorded_by_mistake_is_reversed_by_another_and_its_lines_stay():
    row = first_paid()
    both = finance()
    hold(both, Role.OFFICER)
    with pytest.raises(Refused) as refusal:
        payments_undone.reverse(row, reason="Never sent.", by=User.objects.get(pk=both.pk), at=PAYING)
    assert refusal.value.code == "grants.reverse_instalment"
    payments_undone.reverse(row, reason="Never sent.", by=second_officer(), at=PAYING)
    assert lines(row.grant, "payment") == [(row.amount, False), (-row.amount, True)]
    assert position(row.grant).paid == 0
    assert list(invariants.breaches(PAYING)) == []
    row = Instalment.objects.get(pk=row.pk)
    instalments.reinstate(row, by=officer(), at=PAYING)
    assert paid(row).status == InstalmentStatus.PAID
    assert position(row.grant).paid == row.amount
    assert list(invariants.breaches(PAYING)) == []


def test_money_paid_back_is_recorded_by_another_and_free_again():
    row = first_paid()
    free = LedgerLine.objects.position().free
    repayment = repayments.ask(row.grant, amount=Decimal(500), reason="Not spent.", by=officer(), at=PAYING)
    assert "Not spent." in Letter.objects.filter(template="grants.repayment_asked").first().body
    asker = officer()
    hold(asker, Role.FINANCE)
    with pytest.raises(Refused) as refusal:
        repayments.receive(repayment, **CAME_IN, by=User.objects.get(pk=asker.pk), at=PAYING)
    assert refusal.value.code == "grants.receive_repayment"
    repayments.receive(repayment, **CAME_IN, by=finance(), at=PAYING)
    assert position(row.grant).paid == row.amount - 500
    assert LedgerLine.objects.position().free == free + 500
    assert list(invariants.breaches(PAYING)) == []


def test_no_more_is_asked_back_than_was_paid():
    row = first_paid()
    repayments.ask(row.grant, amount=row.amount - 10, reason="Not spent.", by=officer(), at=PAYING)
    with pytest.raises(Refused) as refusal:
        repayments.ask(row.grant, amount=Decimal("10.01"), reason="Not spent.", by=officer(), at=PAYING)
    assert (refusal.value.field, refusal.value.code) == ("amount", "beyond_paid")


def test_a_repayment_recorded_by_mistake_is_reversed_by_another():
    row = first_paid()
    repayment = repayments.ask(row.grant, amount=Decimal(500), reason="Not spent.", by=officer(), at=PAYING)
    repayments.receive(repayment, **CAME_IN, by=finance(), at=PAYING)
    before = LedgerLine.objects.count()
    with pytest.raises(Refused):
        repayments.reverse(repayment, reason="Another's.", by=finance(), at=PAYING)
    repayments.reverse(repayment, reason="Another's.", by=director(), at=PAYING)
    assert LedgerLine.objects.count() > before
    assert (position(row.grant).paid, Repayment.objects.get().status) == (row.amount, RepaymentStatus.REVERSED)
    assert list(invariants.breaches(PAYING)) == []


def test_what_is_asked_back_may_be_withdrawn():
    row = first_paid()
    repayment = repayments.ask(row.grant, amount=Decimal(500), reason="Not spent.", by=officer(), at=PAYING)
    repayments.withdraw(repayment, by=director(), at=PAYING)
    assert repayments.repayable(row.grant) == row.amount
    assert Letter.objects.filter(template="grants.repayment_withdrawn").exists()


def test_a_grant_without_a_ledger_is_paid_back_too():
    row = paid(grant_at(GrantStatus.AGREED).instalments.get(number=1))
    repayment = repayments.ask(row.grant, amount=Decimal(5), reason="Not spent.", by=officer(), at=PAYING)
    repayments.receive(repayment, **CAME_IN, by=finance(), at=PAYING)
    repayments.reverse(repayment, reason="Another's.", by=director(), at=PAYING)
    assert not LedgerLine.objects.exists()


def test_an_approval_is_no_payment_that_could_come_back():
    row = approved(grant_at(GrantStatus.AGREED).instalments.get(number=1))
    with pytest.raises(Refused):
        payments_undone.give_back(row, **RETURNED, by=finance(), at=PAYING)
    with pytest.raises(Refused):
        payments_undone.reverse(row, reason="Never sent.", by=director(), at=PAYING)

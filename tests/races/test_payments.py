"""Thousands of steps on payments, taken at random by eight people at once: each promise of the fund holds afterwards."""

import os
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random

import pytest
from django.db import connection, transaction

from core.audit.invariants import breaches as altered
from core.lifecycle import Refused
from grants import invariants
from grants.actions import (
    bank_accounts,
    instalments,
    ledger,
    payment_runs,
    payments_undone,
    repayments,
)
from grants.lifecycle import GrantStatus
from grants.models import BankAccount, Grant, Instalment, LedgerLine, PaymentRun, Repayment
from tests.applications.factories import lead, officer, programme
from tests.grants.factories import (
    ENDING,
    PAYING,
    account_entered,
    bank_checker,
    director,
    finance,
    grant_at,
    paid,
    second_officer,
)
from tests.grants.pool import received
from tests.races.at_once import all_at_once
from tests.races.test_fund import claims, committing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS, SEED = 8, 20190502
# `make soak` takes ten thousand.
STEPS = int(os.environ.get("PAYMENT_STEPS", "800"))


def test_of_ten_claims_of_100_pounds_on_300_pounds_300_are_paid():
    contribution = received("Pears", 300)
    grants = claims(10)
    parts = [
        Instalment.objects.create(grant=grant, number=1, due_on=grant.starts_on, amount=Decimal(100))
        for grant in grants
    ]
    all_at_once(*(committing(grant) for grant in grants))
    all_at_once(*(partial(in_a_transaction, part) for part in parts))
    position = LedgerLine.objects.filter(contribution=contribution).position()
    assert (position.committed, position.paid, position.free) == (Decimal(300), Decimal(300), Decimal(0))


@transaction.atomic
def in_a_transaction(part):
    ledger.pay(part, by=None, at=PAYING)


class Worker:
    """One person after another takes a step on a row that the seed chooses; what is refused is left."""

    def __init__(self, seed, people, grants):
        self.random, self.people, self.grants = Random(seed), people, grants
        self.done = {}

    def work(self, steps):
        names = sorted(name for name in dir(self) if name.startswith("do_"))
        for _ in range(steps):
            name = self.random.choice(names)
            try:
                getattr(self, name)()
            except Refused:
                continue
            self.done[name] = self.done.get(name, 0) + 1
        return self.done

    def any(self, model, **which):
        keys = list(model.objects.filter(**which).order_by("pk").values_list("pk", flat=True))
        return model.objects.get(pk=self.random.choice(keys)) if keys else self.nothing()

    def nothing(self):
        raise Refused("There is none.")

    def by(self, *parts):
        return self.people[self.random.choice(parts)]

    def part(self, *statuses):
        return self.any(Instalment, status__in=statuses, grant__in=self.grants)

    def do_prepare(self):
        instalments.prepare(self.part("scheduled"), by=self.by("officer", "second"), at=PAYING)

    def do_approve(self):
        instalments.approve(self.part("prepared"), by=self.by("director", "officer"), at=ENDING)

    def do_pay(self):
        facts = {"payment_reference": "BACS", "by": self.by("finance", "checker", "director"), "at": ENDING}
        instalments.pay(self.part("approved"), **facts)

    def do_withhold(self):
        instalments.withhold(self.part("scheduled", "approved"), reason="Late.", by=self.by("officer"), at=ENDING)

    def do_reinstate(self):
        row = self.part("withheld", "returned", "reversed", "approved")
        instalments.reinstate(row, by=self.by("officer"), at=ENDING)

    def do_give_back(self):
        facts = {"returned_on": ENDING.date(), "reference": "R", "by": self.by("finance"), "at": ENDING}
        payments_undone.give_back(self.part("paid"), **facts)

    def do_reverse(self):
        payments_undone.reverse(self.part("paid"), reason="Never sent.", by=self.by("director", "finance"), at=ENDING)

    def do_enter(self):
        grant = self.random.choice(self.grants)
        account_entered(Grant.objects.get(pk=grant.pk), by=self.people[grant.pk], at=PAYING)

    def do_call_back(self):
        account = self.any(BankAccount, status="entered")
        facts = {"spoke_to": "chair", "number_from": "chc", "by": self.by("checker", "second"), "at": PAYING}
        bank_accounts.call_back(account, **facts)

    def do_approve_account(self):
        bank_accounts.approve(self.any(BankAccount, status="checked"), by=self.by("director", "checker"), at=PAYING)

    def do_make_run(self):
        rows = Instalment.objects.filter(status="approved", run=None, grant__in=self.grants).order_by("pk")
        payment_runs.make(list(rows[:3]), by=self.by("finance"), at=ENDING)

    def do_take_run(self):
        payment_runs.take(self.any(PaymentRun, status="made"), by=self.by("finance"), at=ENDING)

    def do_pay_run(self):
        run = self.any(PaymentRun, status="made")
        payment_runs.pay(run, payment_reference="RUN", by=self.by("finance", "director"), at=ENDING)

    def do_ask(self):
        grant = Grant.objects.get(pk=self.random.choice(self.grants).pk)
        amount = Decimal(self.random.randrange(1, 900_000)) / 100
        repayments.ask(grant, amount=amount, reason="Not spent.", by=self.by("officer"), at=PAYING)

    def do_receive(self):
        facts = {"received_on": ENDING.date(), "reference": "B", "by": self.by("finance"), "at": self.moment()}
        repayments.receive(self.any(Repayment, status="asked"), **facts)

    def do_reverse_repayment(self):
        row = self.any(Repayment, status="received")
        repayments.reverse(row, reason="Another's.", by=self.by("director", "finance"), at=ENDING)

    def moment(self):
        return ENDING + timedelta(microseconds=self.random.randrange(10**9))


def test_random_steps_by_eight_at_once_keep_every_promise_of_the_fund():
    received("Pears", 500_000)
    grants = [grant_at(GrantStatus.AGREED) for _ in range(4)]
    for grant in grants:
        paid(grant.instalments.get(number=1))
    people = {
        "officer": officer(),
        "second": second_officer(),
        "director": director(),
        "finance": finance(),
        "checker": bank_checker(),
        **{grant.pk: lead(grant.organisation) for grant in grants},
    }
    workers = [Worker(SEED + place, dict(people), grants) for place in range(THREADS)]
    answers = all_at_once(*(lambda worker=worker: worker.work(STEPS // THREADS) for worker in workers))
    done = sum((Counter(answer) for answer in answers), Counter())
    assert list(invariants.breaches(ENDING)) == []
    assert list(altered(ENDING)) == []
    assert done.total() >= STEPS / 20  # which of them succeed is up to the threads
    position = LedgerLine.objects.position()
    assert 0 <= position.paid <= position.committed <= position.received
    assert programme().contributions.count() == 1
    connection.close()

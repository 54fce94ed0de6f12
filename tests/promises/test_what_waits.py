"""A row waits for somebody if and only if they may take its next step; a count of the queue opens exactly its rows."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from applications.models import Call
from core.dates import say_day
from core.work_queue import for_person
from grants import visibility
from grants.models import BankAccount, Decision, EvaluationReport, Instalment, PaymentRun, Repayment
from tests.client import Client

pytestmark = pytest.mark.django_db
LAST_DAY = date(2999, 1, 1)  # every instalment is due
BEFORE_REPORTS = date(2019, 5, 2)  # no report is overdue

WAITING = {
    "grants.confirm_decision": (Decision, visibility.decisions_to_confirm),
    "grants.release_decision": (Decision, visibility.decisions_to_release),
    "grants.prepare_instalment": (Instalment, lambda person: visibility.instalments_to_prepare(person, LAST_DAY)),
    "grants.approve_instalment": (Instalment, lambda person: visibility.instalments_to_approve(person, BEFORE_REPORTS)),
    "grants.pay_instalment": (Instalment, lambda person: visibility.instalments_to_pay(person, BEFORE_REPORTS)),
    "grants.check_bankaccount": (BankAccount, visibility.bank_accounts_to_check),
    "grants.approve_bankaccount": (BankAccount, visibility.bank_accounts_to_approve),
    "grants.pay_paymentrun": (PaymentRun, lambda person: visibility.payment_runs_to_pay(person, BEFORE_REPORTS)),
    "grants.receive_repayment": (Repayment, visibility.repayments_to_receive),
    "grants.publish_outcome": (Call, visibility.outcomes_to_publish),
    "grants.accept_evaluationreport": (EvaluationReport, visibility.reports_to_read),
}


@pytest.mark.parametrize("permission", WAITING)
def test_what_waits_is_exactly_what_may_be_done(permission, cast):
    model, rows_for = WAITING[permission]
    every = list(model.objects.all())
    counts = set()
    for part in cast.people:
        person = cast.afresh(part)
        if isinstance(person, AnonymousUser):
            continue
        waiting = set(rows_for(person))
        assert waiting == {row for row in every if person.has_perm(permission, row)}, part
        counts.add(len(waiting))
    assert counts - {0}


COUNT = re.compile(r"^(\d+) |for (\d+) agreed")
INSTANTS = [datetime(2019, 3, 15, 9, 0, tzinfo=UTC), datetime(2019, 5, 1, 9, 0, tzinfo=UTC)]


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def rows_behind(client, address):
    """How many rows the page of a count shows as those that wait."""
    context = client.get(address).context
    return context["cl"].result_count if "cl" in context else len(context["unplaced"])


@pytest.mark.parametrize("now", INSTANTS)
def test_every_count_of_the_queue_opens_exactly_those_rows(cast, now, time_machine):
    time_machine.move_to(now, tick=False)
    wrong, opened = [], 0
    for part in cast.people:
        person = cast.afresh(part)
        if isinstance(person, AnonymousUser):
            continue
        client = signed_in(person)
        for item in for_person(person, now):
            if found := COUNT.search(item.sentence):
                count = int(found[1] or found[2])
                is_single = count == 1 and "task=" not in item.url
                shown = 1 if is_single else rows_behind(client, item.url)
                opened += 1
                if shown != count:
                    wrong.append((part, item.sentence, item.url, shown))
    assert wrong == []
    assert opened > len(cast.people)


def test_what_is_overdue_says_so_in_the_admin(cast, time_machine):
    now = datetime(2020, 1, 15, 9, 0, tzinfo=UTC)  # a payment is late, and no report
    time_machine.move_to(now, tick=False)
    late = next(item for item in for_person(cast.afresh("director"), now) if "to approve" in item.sentence)
    page = " ".join(signed_in(cast.director).get(reverse("admin:index")).text.split())
    assert late.due_on < now.date()
    assert f"overdue since {say_day(late.due_on)}" in page


def test_the_home_page_says_how_many_tasks_are_in_the_admin(cast, time_machine):
    time_machine.move_to(INSTANTS[1], tick=False)
    tasks = for_person(cast.afresh("officer"), INSTANTS[1])
    page = " ".join(signed_in(cast.officer).get(reverse("home")).text.split())
    assert f'href="{reverse("admin:index")}">{len(tasks)} tasks in the grants office</a>' in page
    assert [task.sentence for task in tasks if task.sentence in page] == []

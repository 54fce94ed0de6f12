"""Every list of the admin asks the database as often for three rounds of applications as for one."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.generator import scale
from cii.demonstration import history, people
from grants.models import Contribution, Grant, LedgerLine
from tests.client import Client

ROUND = 40  # applications of one synthetic programme, with all that comes of them
# Queries of each list as the person who opens it; the session, their roles and the cases closed to them are four.
LISTS = {
    "accounts_organisation": 8,
    "accounts_programme": 8,
    "accounts_user": 10,
    "applications_application": 10,
    "applications_assessment": 9,
    "applications_assessmentvisit": 8,
    "applications_call": 9,
    "applications_callinvitation": 7,
    "applications_casemessage": 9,
    "applications_casenote": 8,
    "applications_expressionofinterest": 8,
    "applications_goal": 7,
    "applications_lateadmission": 7,
    "applications_strand": 7,
    "applications_visitslot": 8,
    "audit_entry": 10,
    "documents_generateddocument": 9,
    "governance_body": 7,
    "governance_meeting": 10,
    "grants_bankaccount": 6,
    "grants_contribution": 8,
    "grants_decision": 9,
    "grants_evaluationreport": 8,
    "grants_funder": 6,
    "grants_grant": 10,
    "grants_instalment": 8,
    "grants_ledgerline": 7,
    "grants_paymentrun": 7,
    "grants_repayment": 8,
    "letters_letter": 11,
    "letters_letterwording": 5,
    "letters_mailing": 6,
    "rights_rightsrequest": 6,
    "saved_lists_savedlist": 6,
    "secondments_amendment": 9,
    "secondments_placement": 8,
}
ADMINISTRATORS = ("accounts_organisation", "accounts_programme", "accounts_user", "documents_generateddocument")
READER = dict.fromkeys((*ADMINISTRATORS, "letters_letter"), "administrator")


def names():
    """Every model that the admin lists, as "app_model"."""
    return sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)


def pay_in(programme, rounds, now):
    """Three contributions a round, each for a strand, and what each of them pays for a grant."""
    of = {"programme": programme, "funder": programme.funder, "goal": programme.goals.first(), "recorded_at": now}
    line = {"kind": "commitment", "amount": 1, "happened_on": now.date(), "reason": "Awarded.", "recorded_at": now}
    for number, grant in enumerate(Grant.objects.filter(programme=programme).order_by("pk")[: 3 * rounds]):
        row = Contribution.objects.create(**of, strand=programme.strands.first(), label=f"{rounds} {number}")
        LedgerLine.objects.create(contribution=row, grant=grant, **line)


def asked_by(client, name):
    """How many queries the list takes once it has been opened; names that are read again each minute are no part of it."""
    address = reverse(f"admin:{name}_changelist")
    assert client.get(address).status_code == 200
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    return min(counts)


@pytest.fixture(scope="module")
def counts(django_db_setup, django_db_blocker):
    """The queries of every list with one round and with three."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        cast = people.build(now)
        programme = history.programme()
        cast = people.give_programme_roles(cast, programme, now)
        history.build(programme, cast["officer"])
        clients = {}
        for who in ("officer", "administrator"):
            clients[who] = Client()
            clients[who].force_login(cast[who], backend=settings.AUTHENTICATION_BACKENDS[-1])
        found = []
        for rounds in (1, 3):
            scale.build(rounds * ROUND, cast=cast, now=now)
            pay_in(programme, rounds, now)
            found.append({name: asked_by(clients[READER.get(name, "officer")], name) for name in names()})
        yield found
        transaction.set_rollback(True)


def test_every_list_of_the_admin_is_counted():
    assert names() == sorted(LISTS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_often_for_three_rounds_as_for_one(counts, name):
    assert [found[name] for found in counts] == [LISTS[name], LISTS[name]]

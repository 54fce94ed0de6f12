"""What a list costs does not grow with what is in the tables: as many queries and as many rows at 2,200 as at 1,480."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from applications.models import Application
from bench.generator import scale
from cii.demonstration import history, people
from core.audit import chain, seals
from core.invariants import all_breaches
from tests.client import Client
from tests.database_template import patient

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SMALL, LARGE = 1480, 2200  # at the small one the first page of every list is full
MOST_QUERIES = 10
LIMITS = {
    ("officer", "/home/"): 24,
    ("director", "/home/"): 25,
    ("finance", "/home/"): 13,
    ("line_manager", "/home/"): 13,
    ("si_manager", "/home/"): 14,
    ("trust_assessor", "/home/"): 15,
    ("officer", "/admin/"): 26,  # how the parts of the service fare, and what a new programme needs, among them
    ("officer", "/placements/"): 11,
    ("committee", "/admin/applications/application/"): 11,  # who stands in for whom, and on which bodies they sit
}
ROUNDS = (LARGE - SMALL) // 40  # programmes of one call each, which the larger size has more
# Rows that one more programme and call may cost: the counts by round, and the committee on which somebody sits.
ROWS_A_ROUND = {
    ("officer", "/home/"): 4,
    ("director", "/home/"): 4,
    ("officer", "/admin/"): 4,
    ("finance", "/home/"): 1,
    ("trust_assessor", "/home/"): 4,
    ("officer", "/admin/applications/assessment/"): 1,  # the latest calls and posts to choose from, as in the next
    ("committee", "/admin/applications/application/"): 2,
    ("committee", "/admin/applications/assessment/"): 1,
    ("officer", "/admin/grants/grant/"): 1,  # whose pay may be compared, by programme
    (None, "/grants/"): 2,  # the strands to choose from
}
PAGES = (
    ("officer", "/admin/applications/application/"),
    ("officer", "/admin/applications/application/?status__exact=unsuccessful"),
    ("officer", "/admin/applications/assessment/"),
    ("officer", "/admin/grants/decision/"),
    ("trust_assessor", "/admin/applications/assessment/"),
    ("trust_assessor", "/admin/applications/application/"),
    ("committee", "/admin/applications/application/"),
    ("committee", "/admin/applications/assessment/"),
    ("officer", "/admin/grants/grant/"),
    ("officer", "/admin/grants/instalment/"),
    ("officer", "/admin/grants/evaluationreport/"),
    ("administrator", "/admin/accounts/organisation/"),
    (None, "/calls/"),
    (None, "/grants/"),
    ("officer", "/placements/"),
    ("line_manager", "/placements/"),
    ("officer", "/home/"),
    ("director", "/home/"),
    ("finance", "/home/"),
    ("trust_assessor", "/home/"),
    ("line_manager", "/home/"),
    ("officer", "/admin/"),
    ("si_manager", "/home/"),
    ("si_manager", "/placements/week/"),
)


@dataclass
class Cost:
    """How many queries a page asked, and how many rows came back."""

    queries: int = 0
    rows: int = 0


class Counted:
    """A cursor that counts the rows taken from it."""

    def __init__(self, cursor, cost):
        self.cursor, self.cost = cursor, cost

    def __getattr__(self, name):
        return getattr(self.cursor, name)

    def __iter__(self):
        for row in self.cursor:
            self.cost.rows += 1
            yield row

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.cursor.close()

    def fetchone(self):
        row = self.cursor.fetchone()
        self.cost.rows += row is not None
        return row

    def fetchmany(self, *size):
        rows = self.cursor.fetchmany(*size)
        self.cost.rows += len(rows)
        return rows

    def fetchall(self):
        rows = self.cursor.fetchall()
        self.cost.rows += len(rows)
        return rows


def cost_of(client, address):
    """What one request costs, the second time it is made."""
    assert client.get(address).status_code == 200
    cost, create = Cost(), connection.create_cursor

    def count(execute, sql, params, many, context):
        cost.queries += 1
        return execute(sql, params, many, context)

    with pytest.MonkeyPatch.context() as patched, connection.execute_wrapper(count):
        patched.setattr(connection, "create_cursor", lambda name=None: Counted(create(name), cost))
        assert client.get(address).status_code == 200
    return cost


def client_of(person):
    """A client signed in as this person, or as nobody."""
    client = Client()
    if person is not None:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture(scope="module")
def sizes(django_db_setup, django_db_blocker):
    """The cost of every page at both sizes, the larger built upon the smaller; and the promises' check."""
    with django_db_blocker.unblock(), patient(), transaction.atomic():
        now = timezone.now()
        cast = people.build(now)
        programme = history.programme()
        cast = people.give_programme_roles(cast, programme, now)
        history.build(programme, cast["officer"])
        costs = []
        for size in (SMALL, LARGE):
            scale.build(size, cast=cast, now=now)
            costs.append({(who, address): cost_of(client_of(cast.get(who)), address) for who, address in PAGES})
            for (who, _), cost in costs[-1].items():  # everybody's roles are read, one of each of more programmes
                cost.rows -= 0 if who is None else cast[who].role_assignments.count()
        found = Application.objects.filter(organisation__name__startswith="Synthetic").count()
        seals.seal_imported(now)  # as the demonstration does
        chain.seal_trail(now)
        breaches = list(all_breaches(timezone.now()))
        scale.build(LARGE, cast=cast, now=now)
        again = Application.objects.filter(organisation__name__startswith="Synthetic").count()
        connection.check_constraints()  # once: as long as any is open, each test would look at all rows when it ends
        yield {"costs": costs, "found": (found, again), "breaches": breaches}
        transaction.set_rollback(True)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_costs_the_same_however_much_there_is(sizes, page):
    small, large = (costs[page] for costs in sizes["costs"])
    assert large.queries == small.queries
    assert 0 <= large.rows - small.rows <= ROUNDS * ROWS_A_ROUND.get(page, 0)
    assert large.queries <= LIMITS.get(page, MOST_QUERIES)


def test_every_synthetic_row_keeps_every_promise(sizes):
    assert sizes["breaches"] == []


def test_building_the_same_size_again_adds_nothing(sizes):
    assert sizes["found"] == (LARGE, LARGE)

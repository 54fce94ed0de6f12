"""Open data streams: what is held in memory does not grow with the awards, and the first bytes do not wait for the last."""

import tracemalloc
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from core.accounts.models import Organisation, Programme
from core.spreadsheets import csv_stream
from grants import exports
from grants.models import Grant

pytestmark = pytest.mark.django_db

CHUNK, SOME, MANY = 100, 300, 1200  # two chunks may be held while one follows the other
STARTS = date(2019, 5, 1)

TAKE_JSON = partial(exports.json_stream, address="/grants/360giving.json", on=date(2019, 12, 31))


def awards(number):
    """Bring the published awards up to this number."""
    body, _ = Organisation.objects.get_or_create(name="One of many")
    programme, _ = Programme.objects.get_or_create(
        slug="many",
        defaults={
            "name": "Many",
            "reference_prefix": "M",
            "funder": body,
            "host": body,
            "fewest_placements": 1,
            "most_placements": 2,
        },
    )
    facts = {
        "programme": programme,
        "organisation": body,
        "title": "A secondment",
        "description": "Made for measuring.",
        "status": "closed",
        "days_per_week": 3,
        "starts_on": STARTS,
        "ends_on": STARTS + timedelta(days=365),
        "total": 20000,
        "offered_at": timezone.now(),
        "agreed_on": STARTS,
    }
    there = Grant.objects.count()
    Grant.objects.bulk_create(
        [Grant(reference=f"M-G-{place}", **facts) for place in range(there, number)], batch_size=500
    )


def peak_of(stream):
    """The most memory, in bytes, that taking a stream to its end needs at once."""
    tracemalloc.start()
    for _ in stream:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("take", [TAKE_JSON, lambda: csv_stream(exports.COLUMNS, exports.rows())], ids=["json", "csv"])
def test_four_times_the_awards_need_no_more_memory(take, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", CHUNK)
    awards(SOME)
    peak_of(take())  # what is made once
    first = peak_of(take())
    awards(MANY)
    assert (Grant.objects.count(), peak_of(take()) < 1.3 * first) == (MANY, True)


def test_the_first_bytes_come_before_anything_is_read():
    awards(1)
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        stream = TAKE_JSON()
        assert next(stream).endswith(b'"grants": [')
        assert not any("grants_grant" in sql for sql in asked)
        assert next(stream).startswith(b"\n{")
        assert b"".join(stream).endswith(b"\n]}\n")
        assert any("grants_grant" in sql for sql in asked)

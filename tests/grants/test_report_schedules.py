"""A programme sets when evaluation reports are due; a grant keeps the schedule that it was offered under."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.urls import reverse

from core.lifecycle import Refused
from grants.actions import report_schedules
from grants.lifecycle import GrantStatus
from grants.models.report import reports_due
from grants.models.report_schedule import Rhythm
from tests.applications.desk import as_
from tests.applications.factories import officer, programme
from tests.applications.pages import text_of
from tests.grants.factories import RECORDING, RELEASING, grant_at

YEAR = date(2019, 5, 1), date(2020, 4, 30)


@pytest.mark.parametrize(
    ("rhythm", "due", "words"),
    [
        (Rhythm(), ["2019-11-01", "2020-05-30"], "one at the midpoint and one a month after the end"),
        (Rhythm(1, None, 2), ["2020-06-30"], "one, 2 months after the end"),
        (Rhythm(3), ["2019-09-01", "2020-01-01", "2020-05-30"], "3, spread evenly, the last a month after the end"),
        (
            Rhythm(None, 3),
            ["2019-08-01", "2019-11-01", "2020-02-01", "2020-05-30"],
            "one every 3 months, and the last a month after the end",
        ),
        (Rhythm(None, 5), ["2019-10-01", "2020-05-30"], "one every 5 months, and the last a month after the end"),
    ],
)
def test_reports_are_spread_evenly_or_come_every_so_many_months(rhythm, due, words):
    parts = rhythm.parts(*YEAR)
    assert [last.isoformat() for _, _, last in parts] == due
    assert (parts[0][0], parts[-1][1]) == YEAR
    assert all(after == before[1] + timedelta(days=1) for before, (after, _, _) in pairwise(parts))
    assert rhythm.in_words == words


@pytest.mark.django_db
def test_a_grant_keeps_the_schedule_it_was_offered_under():
    report_schedules.set_schedule(programme(), every_months=3, by=officer(), at=RECORDING)
    grant = grant_at(GrantStatus.OFFERED)
    asked = reports_due(grant)
    assert len(asked) == 4
    report_schedules.set_schedule(programme(), number=1, by=officer(), at=grant.offered_at + timedelta(minutes=1))
    assert reports_due(grant) == asked
    assert len(reports_due(grant_at(GrantStatus.AGREED))) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({}, "number"),
        ({"number": 2, "every_months": 3}, "every_months"),
        ({"number": 0}, "number"),
        ({"number": 13}, "number"),
        ({"every_months": 25}, "every_months"),
        ({"number": 2, "months_to_write": 13}, "months_to_write"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_at_its_field(figures, field):
    with pytest.raises(Refused) as refused:
        report_schedules.set_schedule(programme(), **figures, by=officer(), at=RECORDING)
    assert refused.value.field == field


@pytest.mark.django_db
def test_an_officer_sets_the_schedule_on_the_programmes_page():
    address = reverse("admin:accounts_programme_step", args=[programme().pk, "set-reports"])
    with time_machine.travel(RELEASING, tick=False):
        desk = as_(officer())
        refused = desk.post(address, {"number": "", "every_months": "", "months_to_write": "1"})
        assert "Enter how many reports, or every how many months." in text_of(refused)
        desk.post(address, {"every_months": "4", "months_to_write": "2"})
        page = text_of(desk.get(reverse("admin:accounts_programme_change", args=[programme().pk])))
    assert "one every 4 months, and the last 2 months after the end" in page


@pytest.mark.parametrize("rhythm", [Rhythm(), Rhythm(1), Rhythm(None, 24), Rhythm(None, 18)])
@pytest.mark.parametrize("ends_on", [date(2020, 5, 1), date(2020, 10, 31), date(2021, 4, 30)])
def test_no_report_covers_more_than_a_year(rhythm, ends_on):
    parts = rhythm.parts(YEAR[0], ends_on)
    assert all(last < date(first.year + 1, first.month, first.day) for first, last, _ in parts)
    assert [first for first, _, _ in parts[1:]] == [last + timedelta(days=1) for _, last, _ in parts[:-1]]
    assert (parts[0][0], parts[-1][1]) == (YEAR[0], ends_on)

"""Evaluation reports are reminded of, by the clock that is passed in."""

from datetime import date, datetime, time, timedelta

import pytest

from core.dates import LONDON
from core.letters.models import Letter
from core.letters.reminders import post_due
from grants import reminders
from grants.actions import reports
from grants.lifecycle import GrantStatus, ReportStatus
from tests.applications.factories import lead, officer
from tests.grants.factories import WORDS, director, grant_at, report_at, second_officer

pytestmark = pytest.mark.django_db

DUE = date(2019, 11, 1)  # the midpoint of a year from 1 May


@pytest.fixture(autouse=True)
def _only_grants(settings):
    settings.REMINDER_SOURCES = ["grants.reminders.due"]


def nine(day: date) -> datetime:
    return datetime.combine(day, time(9), LONDON)


def told(now: datetime) -> list[tuple[str, str]]:
    before = set(Letter.objects.values_list("pk", flat=True))
    post_due(now)
    letters = Letter.objects.exclude(pk__in=before)
    return sorted((letter.to_email, letter.subject) for letter in letters)


def test_a_report_is_reminded_of_before_on_and_after_its_day_and_then_to_officers_too():
    grant = grant_at(GrantStatus.ACTIVE)
    by = lead(grant.organisation).email
    assert told(nine(DUE) - timedelta(days=14, seconds=1)) == []
    due = f"evaluation report 1 of grant {grant}"
    assert told(nine(DUE) - timedelta(days=14)) == [(by, f"Submit {due} by Friday 1 November 2019")]
    assert told(nine(DUE) - timedelta(days=13)) == []
    assert told(nine(DUE)) == [(by, f"Submit {due} today")]
    late = [(person, f"E{due[1:]} is overdue") for person in (officer().email, second_officer().email, by)]
    assert told(nine(DUE + timedelta(days=7))) == sorted(late)
    assert told(nine(DUE + timedelta(days=60))) == []


def test_a_scheduler_that_slept_sends_the_latest_one_alone():
    grant = grant_at(GrantStatus.ACTIVE)
    subject = f"Submit evaluation report 1 of grant {grant} today"
    assert told(nine(DUE + timedelta(days=3))) == [(lead(grant.organisation).email, subject)]


@pytest.mark.parametrize("status", [ReportStatus.SUBMITTED, ReportStatus.ACCEPTED])
def test_what_has_come_in_is_not_reminded_of(status):
    report_at(status)
    assert told(nine(DUE + timedelta(days=7))) == []


def test_what_was_returned_is_reminded_of_from_then_on():
    report = report_at(ReportStatus.DUE)
    by = lead(report.grant.organisation)
    reports.submit(report, words=WORDS, by=by, at=nine(DUE))
    reports.give_back(report, reason="More.", by=director(), at=nine(DUE + timedelta(days=1)))
    assert told(nine(DUE + timedelta(days=2))) == []
    assert by.email in dict(told(nine(DUE + timedelta(days=7))))


@pytest.mark.parametrize("status", [GrantStatus.OFFERED, GrantStatus.ACCEPTED, GrantStatus.DECLINED])
def test_nothing_is_asked_for_before_the_grant_is_agreed(status):
    grant_at(status)
    assert told(nine(date(2021, 1, 1))) == []


def test_the_queries_do_not_grow_with_the_reports(django_assert_num_queries):
    now = nine(DUE + timedelta(days=7))
    grant_at(GrantStatus.ACTIVE)
    with django_assert_num_queries(5):
        list(reminders.due(now))
    grant_at(GrantStatus.ACTIVE)
    grant_at(GrantStatus.ACTIVE)
    with django_assert_num_queries(5):
        list(reminders.due(now))

"""A period is one object: its arithmetic and its words cannot disagree, and the pages take their words from it."""

from datetime import UTC, datetime

import pytest

from core.accounts.models import Invitation
from core.retention import rules
from core.retention.periods import Period
from core.retention.rules import Rule
from grants import documents
from grants.lifecycle import GrantStatus
from grants.periods import GRANT_FILE
from tests.applications.factories import WRITING
from tests.grants.factories import grant_at


def on(year, month, day, hour):
    return datetime(year, month, day, hour, tzinfo=UTC)


COUNTED = [
    (Period(months=12, after="the decision"), "12 months after the decision", on(2018, 3, 31, 10)),
    (Period(days=90, after="the deadline"), "90 days after the deadline", on(2018, 12, 31, 11)),
    (Period(years=6, after="it"), "six years after it", on(2013, 3, 31, 10)),
    (Period(months=1, after="it"), "one month after it", on(2019, 2, 28, 11)),
    (Period(years=1, days=2, after="it"), "one year and two days after it", on(2018, 3, 29, 10)),
]


@pytest.mark.parametrize(("period", "words", "before"), COUNTED)
def test_a_period_counts_back_by_the_calendar_at_the_same_time_in_london_and_says_so(period, words, before):
    assert str(period) == words
    assert period.before(on(2019, 3, 31, 10)) == before  # 11am in London, on the day the clocks went forward


@pytest.mark.django_db
def test_a_rule_asks_for_what_is_due_by_the_period_it_tells_people():
    asked = []

    def due(at):
        asked.append(at)
        return Invitation.objects.all()

    year = Period(months=12, after="the decision")
    for until in (year, "you want one"):
        Rule("a thing", until, due=due).things(on(2019, 3, 13, 17))
    assert asked == [on(2018, 3, 13, 17), on(2019, 3, 13, 17)]


@pytest.mark.django_db
def test_the_agreement_asks_for_records_as_long_as_the_grant_file_is_kept():
    grant = grant_at(GrantStatus.ACCEPTED)
    assert f"records of how the grant was spent for {GRANT_FILE}." in " ".join(
        documents.agreement_html(grant, prepared_at=WRITING).split()
    )


def test_lines_that_speak_to_secondees_have_a_case_each():
    cases = [line.case for line in rules.table() if line.case]
    assert cases == [
        "if the application is never submitted",
        "if it is unsuccessful",
        "if it is withdrawn",
        "if no decision is made",
        "if a grant is made",
    ]

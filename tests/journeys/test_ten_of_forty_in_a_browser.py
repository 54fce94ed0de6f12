"""Ten of forty applications shortlisted, and two assessors asked about each, by one officer from the list, counting clicks."""

from datetime import timedelta

import pytest

from applications.lifecycle import Status
from applications.models import Assessment
from core.letters.models import Letter
from tests.accounts.factories import PASSWORD
from tests.applications.factories import CLOSES, application_at, officer
from tests.applications.panel import funder_assessor, host_assessor
from tests.journeys.test_eight_decisions_in_a_browser import CountingVisitor
from tests.journeys.visitor import Person

pytestmark = pytest.mark.browser

FORTY, TEN = 40, 10
MOST_TO_SHORTLIST, MOST_TO_ASSIGN = 14, 6


@pytest.fixture
def at_work(visit, clock):
    """An officer in the admin on the day after the close, with forty applications to one call."""
    first = application_at(Status.SUBMITTED)
    for _ in range(FORTY - 1):
        application_at(Status.SUBMITTED, call=first.call)
    funder_assessor(), host_assessor()
    clock.move_to(CLOSES + timedelta(days=1))
    problems: list[str] = []
    visitor = CountingVisitor(Person(officer().name, officer().email, PASSWORD), *visit, problems)
    visitor.open("/admin/")
    yield visitor, first.call
    assert not problems, "\n".join(problems)


def test_ten_of_forty_are_shortlisted_in_fourteen_clicks_and_assigned_in_six(at_work):
    visitor, call = at_work
    visitor.click_on(".cii-sections a:has-text('Applications')", goes=True)
    for place in range(TEN):
        visitor.click_on(f"#result_list tbody tr:nth-child({place + 1}) .action-select")
    visitor.shot("ten-of-forty")
    visitor.click_on("button[value='bulk_shortlist']", goes=True)
    visitor.click_on(".submit-row .default", goes=True)
    visitor.click_on(".submit-row .default", goes=True)
    assert call.applications.filter(status=Status.SHORTLISTED).count() == TEN
    shortlisting, visitor.clicks = visitor.clicks, 0
    assert shortlisting <= MOST_TO_SHORTLIST, shortlisting

    visitor.click_on(".cii-sections a:has-text('Applications')", goes=True)
    visitor.click_on("#changelist-filter a[href*='status__exact=shortlisted']", goes=True)
    visitor.click_on("#action-toggle")
    visitor.click_on("button[value='bulk_assign']", goes=True)
    for side, person in (("funder", funder_assessor()), ("host", host_assessor())):  # by the keys of the name
        visitor.tab.select_option(f"#id_{side}_assessor", value=str(person.pk))
    visitor.shot("ten-to-assign")
    visitor.click_on(".submit-row .default", goes=True)
    assert Assessment.objects.filter(application__call=call).count() == 2 * TEN
    assert Letter.objects.filter(template="applications.assigned").count() == 2 * TEN
    assert visitor.clicks <= MOST_TO_ASSIGN, visitor.clicks
    print(f"{shortlisting} clicks to shortlist, {visitor.clicks} to assign")  # noqa: T201 — for who asks pytest for it

"""Eight decisions recorded by one officer, confirmed by another and released by the director, counting clicks."""

from datetime import UTC, datetime

import pytest

from applications.lifecycle import Status
from core.letters.models import Letter
from grants.models import Decision
from tests.accounts.factories import PASSWORD
from tests.applications.factories import application_at, officer
from tests.applications.panel import viewed
from tests.grants import factories
from tests.grants.factories import director, second_officer
from tests.journeys.by_browser import BrowserVisitor
from tests.journeys.visitor import Person

pytestmark = pytest.mark.browser

OUTCOMES = ("award", "award", "decline", "decline", "decline", "reserve", "reserve", "defer")
MOST_CLICKS = 30


class CountingVisitor(BrowserVisitor):
    """Counts what is clicked once they are signed in; typing and the Tab key are free."""

    clicks = 0

    def click_on(self, locator: str, *, goes: bool = False) -> None:
        """Click the one control that is found so; `goes`: to another page."""
        self.clicks += 1
        target = self.tab.locator(locator).first
        if goes:
            self.click(target, refused=False)
        else:
            target.click()


@pytest.fixture
def people(visit, clock):
    """Make a visitor of somebody of the office, on the day after the meeting."""
    clock.move_to(datetime(2019, 4, 10, 9, 0, tzinfo=UTC))
    problems: list[str] = []

    def enter(user):
        visitor = CountingVisitor(Person(user.name, user.email, PASSWORD), *visit, problems)
        visitor.open("/admin/governance/meeting/")
        return visitor

    yield enter
    assert not problems, "\n".join(problems)


def to_decisions(visitor):
    visitor.open("/admin/governance/meeting/")
    visitor.clicks += 1  # "Meetings" in the side bar
    visitor.click_on("#result_list tbody a", goes=True)
    visitor.click_on("text=Record, confirm and release", goes=True)


def record(visitor, application, outcome, place):
    row = f"#id_application-{application.pk}"
    visitor.click_on(f"[name='application-{application.pk}-outcome'][value='{outcome}']")
    visitor.tab.locator(f"{row}-reasons").fill("As the committee said.")
    is_shown = {name: visitor.tab.locator(f"{row}-{name}").is_visible() for name in ("days_per_week", "rank")}
    assert is_shown == {"days_per_week": outcome == "award", "rank": outcome == "reserve"}
    if outcome == "award":
        visitor.tab.locator(f"{row}-starts_on").fill("2019-05-01")
        visitor.tab.locator(f"{row}-without_visit").fill(factories.UNVISITED)
    elif outcome == "reserve":
        visitor.tab.locator(f"{row}-rank").fill(str(place))


def test_eight_are_recorded_confirmed_and_released_in_thirty_clicks(people):
    first = application_at(Status.SHORTLISTED)
    waiting = [first, *(application_at(Status.SHORTLISTED, call=first.call) for _ in OUTCOMES[1:])]
    for application in waiting:
        viewed(application)
    factories.meeting()
    recording, confirming, releasing = people(officer()), people(second_officer()), people(director())
    to_decisions(recording)
    for place, (application, outcome) in enumerate(zip(waiting, OUTCOMES, strict=True), start=1):
        record(recording, application, outcome, place)
    recording.shot("decisions-to-record")
    recording.click_on("[value='Record the chosen decisions']", goes=True)
    to_decisions(confirming)
    for decision in Decision.objects.all():
        confirming.click_on(f"[name='decision'][value='{decision.pk}']")
    confirming.shot("decisions-to-confirm")
    confirming.click_on("[value='Confirm the ticked decisions']", goes=True)
    to_decisions(releasing)
    releasing.shot("decisions-to-release")
    releasing.click_on("[value='Release 8 decisions']", goes=True)
    assert sorted(Decision.objects.values_list("outcome", flat=True)) == sorted(OUTCOMES)
    assert set(Decision.objects.values_list("status", flat=True)) == {"released"}
    assert Letter.objects.filter(template__startswith="grants.decision_").count() == len(OUTCOMES)
    clicks = recording.clicks + confirming.clicks + releasing.clicks
    assert clicks <= MOST_CLICKS, clicks
    print(f"{clicks} clicks")  # noqa: T201 — the figure, where somebody asks pytest for it

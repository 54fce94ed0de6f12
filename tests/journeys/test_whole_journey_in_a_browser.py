"""From a call's publication to what was learnt, each step by the person it belongs to; in a real browser.

Nothing may go wrong on the way that a person would not see either: no error in the console, nothing that the content
security policy had to stop, no answer of 500, no request to another host.
"""

import pytest

from tests.journeys.by_browser import BrowserVisitor
from tests.journeys.journey import Journey
from tests.journeys.steps import STEPS


@pytest.mark.browser
def test_the_whole_journey(start, clock, tmp_path, visit):
    problems: list[str] = []

    def enter(person):
        return BrowserVisitor(person, *visit, problems)

    journey = Journey(enter=enter, clock=clock, folder=tmp_path, has_scripts=True)
    for step in STEPS:
        step(journey)
    assert not problems, "\n".join(problems)

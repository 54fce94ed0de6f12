"""From a call's publication to what was learnt, each step by the person it belongs to; through Django's test client."""

from tests.journeys.by_client import ClientVisitor
from tests.journeys.journey import Journey
from tests.journeys.steps import STEPS


def test_the_whole_journey(start, clock, tmp_path):
    journey = Journey(enter=ClientVisitor, clock=clock, folder=tmp_path, has_scripts=False)
    for step in STEPS:
        step(journey)

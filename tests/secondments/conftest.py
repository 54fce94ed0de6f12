"""Placements that several tests read: made once for each test, through the actions."""

import pytest

from secondments.lifecycle import PlacementStatus
from tests.secondments.factories import placement_at


@pytest.fixture
def active(db):
    """Return a placement that runs."""
    return placement_at(PlacementStatus.ACTIVE)

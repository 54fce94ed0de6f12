"""Tests of the triggers may leave some changed: they are put back, since emptied tables are not migrated anew."""

import pytest

from core.audit import immutability


@pytest.fixture(autouse=True)
def _triggers_are_put_back(request, django_db_blocker):
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        with django_db_blocker.unblock():
            immutability.install()

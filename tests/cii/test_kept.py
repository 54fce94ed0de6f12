"""What `tests/kept.py` writes again is what was walked to; otherwise tests would promise nothing about the actions."""

import pytest
from django.db import transaction

from grants.actions import grants
from grants.lifecycle import GrantStatus
from tests import kept
from tests.accounts.factories import UserFactory
from tests.conftest import FIRST_MADE_UP
from tests.grants.factories import STARTING, fresh, grant_at, officer

pytestmark = pytest.mark.django_db


def in_order(content):
    """The rows of a table: PostgreSQL gives them as they lie on the disk."""
    return sorted(content.splitlines() if isinstance(content, bytes) else content)


@pytest.fixture
def twice(settings, tmp_path):
    """Have an agreed grant walked to and taken back, then written again: what was there each time, and the grant."""
    kept.forget()
    seen = []
    for time in ("first", "second"):
        settings.MEDIA_ROOT = str(tmp_path / time)
        for factory in kept.NUMBERED:
            factory.reset_sequence(FIRST_MADE_UP)
        with transaction.atomic():
            grant = grant_at(GrantStatus.AGREED)
            rows = {table: in_order(content) for table, content in kept._rows().items()}
            seen.append((rows, kept._files(), UserFactory.build().email, grant))
            transaction.set_rollback(len(seen) == 1)
    return seen


def test_what_is_written_again_has_the_same_rows_files_and_numbers_and_can_be_gone_on_with(twice):
    (rows, files, email, first), (rows_again, files_again, email_again, again) = twice
    assert (len(rows) > 30, len(files)) == (True, 3)
    assert (rows_again, files_again, email_again) == (rows, files, email)
    assert (again.pk, again.status) == (first.pk, "agreed")
    grants.activate(again, by=officer(), at=STARTING)
    assert fresh(again).status == "active"


def test_with_anything_there_it_is_walked_to():
    UserFactory()
    grant = grant_at(GrantStatus.OFFERED)
    assert fresh(grant).reference != grant_at(GrantStatus.OFFERED).reference

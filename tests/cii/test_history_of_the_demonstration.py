"""The calls of the demonstration's past are as the published papers tell of them."""

import pytest

from applications.models import Call
from cii.demonstration import history
from core.accounts.roles import Role
from tests.accounts.factories import UserFactory, hold

pytestmark = pytest.mark.django_db


def test_the_first_call_was_by_invitation_for_officers_and_that_of_2018_was_open():
    of, clerk = history.programme(), UserFactory()
    hold(clerk, Role.OFFICER, within=of)
    first, second, third = history.calls(of, clerk)
    assert [call.kind for call in (first, second, third)] == [Call.Kind.BY_INVITATION, Call.Kind.OPEN, Call.Kind.OPEN]
    assert [call.opens_at.year for call in (first, second, third)] == [2017, 2018, 2019]
    assert (first.posts.get().job_title.endswith("Officer"), first.posts.get().grade) == (True, "Policy Officer")
    assert second.posts.get().job_title.endswith("Adviser")

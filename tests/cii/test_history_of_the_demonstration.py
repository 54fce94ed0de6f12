"""The demonstration's past is as the published papers tell of it, and what is invented beside it."""

from datetime import UTC, datetime

import pytest

from applications.models import Call
from cii.demonstration import fund, history, people
from cii.management.commands.demo import Command
from core.accounts.models import User
from core.accounts.roles import Role
from tests.accounts.factories import UserFactory, hold

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def test_the_first_call_was_by_invitation_for_officers_and_that_of_2018_was_open():
    of, clerk = history.programme(), UserFactory()
    hold(clerk, Role.OFFICER, within=of)
    first, second, third = history.calls(of, clerk)
    assert [call.kind for call in (first, second, third)] == [Call.Kind.BY_INVITATION, Call.Kind.OPEN, Call.Kind.OPEN]
    assert [call.opens_at.year for call in (first, second, third)] == [2017, 2018, 2019]
    assert (first.posts.get().job_title.endswith("Officer"), first.posts.get().grade) == (True, "Policy Officer")
    assert second.posts.get().job_title.endswith("Adviser")


def test_the_member_of_the_invented_contributor_is_told_to_people_and_is_no_key_of_the_json():
    of = history.programme()
    body = fund.contributor(of, NOW)
    person = User.objects.get(email=people.CONTRIBUTOR.email)
    assert body in of.funding_organisations
    assert (body.pk in person.organisation_ids, person.roles) == (True, frozenset())
    assert f"{person.email:<40} {person.name:<16} {body.name}" in Command().told()
    assert people.CONTRIBUTOR.key not in {one.key for one in people.CAST}

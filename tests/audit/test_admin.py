"""The trail's list promises: read by few, written by nobody."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.accounts.models import Organisation, User
from core.accounts.roles import OPENS_ADMIN, Role
from core.audit import trail
from core.audit.models import Entry
from tests.accounts.factories import hold

pytestmark = pytest.mark.django_db

AT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)


def person(role):
    someone = User.objects.create_user(
        f"{role.name.lower()}@example.org", name=role.label, is_staff=role in OPENS_ADMIN
    )
    hold(someone, role)
    return someone


@pytest.fixture
def lines():
    kindness = Organisation.objects.create(name="Kindness")
    about_people = trail.record("organisation named", kindness, by=None, at=AT, was="Unkind")
    of_a_call = {"thing_type": "applications.call", "thing_id": "1", "thing_label": "Kindness for all"}
    about_work = Entry.objects.create(at=AT, event="call published", **of_a_call)
    return about_people, about_work


@pytest.mark.parametrize("role", Role)
def test_officers_and_directors_read_all_administrators_what_is_about_people_others_nothing(role, lines):
    seen = {entry.event for entry in Entry.objects.visible_to(person(role))}
    every = {"organisation named", "call published"}
    expected = {Role.OFFICER: every, Role.DIRECTOR: every, Role.ADMINISTRATOR: {"organisation named"}}
    assert seen == expected.get(role, set())


@pytest.mark.parametrize("role", sorted(OPENS_ADMIN))
def test_the_list_opens_for_those_who_may_read_any_of_it(role, client, lines):
    client.force_login(person(Role(role)))
    status = client.get(reverse("admin:audit_entry_changelist")).status_code
    assert status == (200 if role in {Role.OFFICER, Role.DIRECTOR, Role.ADMINISTRATOR} else 403)


def test_a_line_is_shown_in_words_and_cannot_be_changed_added_or_deleted(client, lines):
    client.force_login(person(Role.OFFICER))
    address = reverse("admin:audit_entry_change", args=[lines[0].pk])
    assert b"was: Unkind" in client.get(address).content
    answers = [
        client.post(address, {"event": "another"}).status_code,
        client.post(reverse("admin:audit_entry_add"), {"event": "another"}).status_code,
        client.post(reverse("admin:audit_entry_delete", args=[lines[0].pk]), {"post": "yes"}).status_code,
    ]
    assert (answers, Entry.objects.count()) == ([403, 403, 403], 2)


def test_the_list_is_searched_by_the_thing_s_name(client, lines):
    client.force_login(person(Role.OFFICER))
    address = reverse("admin:audit_entry_changelist")
    found = [client.get(address, {"q": words}).context["cl"].result_count for words in ("kind", "nothing")]
    assert found == [2, 0]

"""The trail's list promises: read by few, written by nobody."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.accounts.models import Organisation, User
from core.accounts.roles import OPENS_ADMIN, Role
from core.audit import trail
from core.audit.models import Entry
from core.visibility import visible
from tests.accounts.factories import hold, programme

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
    """One line on people, one of the Initiative, one of another programme."""
    kindness = Organisation.objects.create(name="Kindness")
    about_people = trail.record("organisation named", kindness, by=None, at=AT, was="Unkind")
    of_a_call = {"thing_type": "applications.call", "thing_id": "1", "thing_label": "Kindness for all"}
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    about_work = Entry.objects.create(
        at=AT, event="call published", programme=programme(), **of_a_call, detail={"n": 1}
    )
    elsewhere = Entry.objects.create(at=AT, event="call cancelled", programme=other, **of_a_call)
    return about_people, about_work, elsewhere


@pytest.mark.parametrize("role", Role)
def test_the_office_reads_its_programme_administrators_what_is_about_people_others_nothing(role, lines):
    someone = person(role)
    seen = {entry.event for entry in visible(Entry, someone)}
    viewable = {entry.event for entry in lines if someone.has_perm("audit.view_entry", entry)}
    office, people = {"call published"}, {"organisation named"}
    expected = {Role.OFFICER: office, Role.DIRECTOR: office, Role.ADMINISTRATOR: people}.get(role, set())
    assert (seen, viewable) == (expected, expected)


def test_a_line_belongs_to_the_programme_of_its_thing_or_to_the_one_in_its_details(lines):
    ours = programme()
    of_thing = trail.record("programme changed", ours, by=None, at=AT)
    of_detail = trail.record("joined a programme", ours.funder, by=None, at=AT, programme=ours)
    assert [line.programme for line in (of_thing, of_detail, lines[0])] == [ours, ours, None]


def test_an_administrator_reads_of_letters_only_those_of_the_installation(lines):
    facts = {"at": AT, "event": "email sent again", "thing_type": "letters.letter", "thing_id": "1"}
    own = Entry.objects.create(**facts, thing_label="Your code")
    Entry.objects.create(**facts, thing_label="The decision", programme=programme())
    assert set(visible(Entry, person(Role.ADMINISTRATOR))) == {lines[0], own}


@pytest.mark.parametrize("role", sorted(OPENS_ADMIN))
def test_the_list_opens_for_those_who_may_read_any_of_it(role, client, lines):
    client.force_login(person(Role(role)))
    status = client.get(reverse("admin:audit_entry_changelist")).status_code
    assert status == (200 if role in {Role.OFFICER, Role.DIRECTOR, Role.ADMINISTRATOR} else 403)


def test_a_line_is_shown_in_words_and_cannot_be_changed_added_or_deleted(client, lines):
    client.force_login(person(Role.OFFICER))
    address = reverse("admin:audit_entry_change", args=[lines[1].pk])
    assert b"n: 1" in client.get(address).content
    answers = [
        client.post(address, {"event": "another"}).status_code,
        client.post(reverse("admin:audit_entry_add"), {"event": "another"}).status_code,
        client.post(reverse("admin:audit_entry_delete", args=[lines[0].pk]), {"post": "yes"}).status_code,
    ]
    assert (answers, Entry.objects.count()) == ([403, 403, 403], 3)


def test_the_list_is_searched_by_the_thing_s_name(client, lines):
    client.force_login(person(Role.OFFICER))
    address = reverse("admin:audit_entry_changelist")
    found = [client.get(address, {"q": words}).context["cl"].result_count for words in ("kind", "nothing")]
    assert found == [1, 0]

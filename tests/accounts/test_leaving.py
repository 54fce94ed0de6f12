"""Somebody leaves, or changes their address: what waited for them is handed on, and mail follows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications import handlers, reminders
from applications.actions import attendance
from applications.models import Assessment
from core.accounts import actions
from core.accounts.models import User
from core.accounts.roles import Role
from core.letters.models import Letter
from core.lifecycle import Refused
from secondments.reminders import due as steps_due
from secondments.visibility import needs_another
from tests.accounts.factories import editor_of, person_with
from tests.applications.factories import ASSESSING, application_at, lead, officer, programme
from tests.applications.panel import FOUR, VISITING, begun, visit
from tests.secondments.factories import OPENING, PLANNING, fresh, placement_at, programme_manager

pytestmark = pytest.mark.django_db


def administrator():
    found = User.objects.filter(email="root@example.org").first()
    return found or person_with(Role.ADMINISTRATOR, email="root@example.org", within=None)


def told(template):
    return set(Letter.objects.filter(template=template).values_list("to_email", flat=True))


@pytest.fixture
def placement():
    return placement_at("preparing")


def test_f20_a_line_manager_who_left_is_reminded_of_nothing_and_the_programme_manager_is_told(placement):
    manager, office = placement.line_manager, programme_manager()
    later = OPENING + timedelta(days=60)
    assert manager.pk in {reminder.to.pk for reminder in steps_due(later)}
    actions.close_account(manager, by=administrator(), at=PLANNING)
    assert manager.pk not in {reminder.to.pk for reminder in steps_due(later)}
    assert needs_another(fresh(placement)) == ["line manager"]
    assert office.email in told("secondments.needs_another")


def test_f20_a_line_manager_whose_role_is_taken_away_has_left_the_placement(placement):
    actions.give_roles(placement.line_manager, [], programme=programme(), by=administrator(), at=PLANNING)
    assert needs_another(fresh(placement)) == ["line manager"]
    assert told("secondments.needs_another")


def test_f20_a_home_manager_whose_account_is_closed_has_left_the_placement(placement):
    actions.close_account(placement.home_manager, by=administrator(), at=PLANNING)
    assert needs_another(fresh(placement)) == ["home manager"]


def test_the_placements_page_says_that_it_needs_another(placement, client):
    from tests.applications.pages import text_of

    actions.close_account(placement.line_manager, by=administrator(), at=PLANNING)
    client.force_login(programme_manager(), backend="core.accounts.sign_in.SignIn")
    assert "This placement needs another line manager" in text_of(client.get(placement.get_absolute_url()))


def test_a_placement_that_is_over_needs_nobody():
    placement = placement_at("ended")
    actions.close_account(placement.line_manager, by=administrator(), at=PLANNING)
    assert needs_another(fresh(placement)) == []
    assert told("secondments.needs_another") == set()


def test_an_assessor_whose_account_is_closed_or_role_taken_away_assesses_nothing_more():
    first = begun(application_at("shortlisted"))
    second = begun(application_at("shortlisted"), party="host")
    actions.close_account(first.assessor, by=administrator(), at=ASSESSING)
    actions.give_roles(second.assessor, [], programme=programme(), by=administrator(), at=ASSESSING)
    assert set(Assessment.objects.values_list("status", flat=True)) == {"closed"}
    assert told("applications.assessor_left") == {officer().email}
    assert list(handlers.leftovers(ASSESSING)) == []


def test_who_cannot_sign_in_is_expected_at_no_visit():
    coming = visit()
    fay = User.objects.create_user(FOUR[2][1], name="Fay Funder")
    actions.close_account(fay, by=administrator(), at=ASSESSING)
    assert coming.attendees.filter(email=fay.email).count() == 0
    assert told("applications.visit_excused") == {fay.email}


def test_nobody_closes_their_own_account_and_only_an_administrator_anothers():
    root = administrator()
    for by, person in ((root, root), (officer(), root)):
        with pytest.raises(Refused):
            actions.close_account(person, by=by, at=ASSESSING)
    assert User.objects.get(pk=root.pk).is_active


def test_an_account_that_was_closed_can_be_reopened():
    person, root = officer(), administrator()
    actions.close_account(person, by=root, at=ASSESSING)
    actions.reopen_account(person, by=root, at=ASSESSING)
    assert User.objects.get(pk=person.pk).is_active


def test_f21_invitations_and_reminders_follow_a_new_address():
    coming = visit()
    senior = lead(coming.application.organisation)
    old = coming.attendees.get(capacity="senior")
    attendance.replace(
        coming, attendee=old, capacity="", name=senior.name, email=senior.email, by=officer(), at=ASSESSING
    )
    before = senior.email
    User.objects.filter(pk=senior.pk).update(email="new@example.org")
    actions.follow_address(senior, before=before, at=ASSESSING)
    to = {reminder.to for reminder in reminders.visits_soon(VISITING - timedelta(days=1))}
    assert "new@example.org" in to
    assert before not in to


def test_a_member_who_leaves_or_is_removed_gets_no_more_reminders():
    from tests.applications.factories import CLOSES, an_application

    application = an_application()
    removed, leaving = editor_of(application.organisation), editor_of(application.organisation)
    by = lead(application.organisation)
    actions.remove_person(removed.memberships.get(), by=by, at=ASSESSING)
    actions.leave_organisation(leaving.memberships.get(), by=leaving, at=ASSESSING)
    to = {reminder.to for reminder in reminders.unfinished(CLOSES - timedelta(days=7))}
    assert to == {by}

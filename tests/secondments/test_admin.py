"""Placements in the admin: to read, and the way to their own page."""

import pytest

from core.accounts.roles import Role
from tests.accounts.factories import person_with
from tests.applications.factories import officer
from tests.secondments.factories import opened

pytestmark = pytest.mark.django_db


def test_officers_read_the_list_and_are_led_to_the_page(client):
    placement = opened()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    listed = client.get("/admin/secondments/placement/")
    assert f'href="/placements/{placement.reference}/"' in listed.content.decode()
    shown = client.get(f"/admin/secondments/placement/{placement.pk}/change/")
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert client.get("/admin/secondments/placement/add/").status_code == 403


def test_the_committee_does_not_see_placements(client):
    placement = opened()
    client.force_login(person_with(Role.COMMITTEE), backend="core.accounts.sign_in.SignIn")
    assert client.get("/admin/secondments/placement/").status_code == 403
    assert client.get(f"/admin/secondments/placement/{placement.pk}/change/").status_code in {302, 403}

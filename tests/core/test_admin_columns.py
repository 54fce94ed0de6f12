"""The columns of a list of the admin: chosen, kept for the session, shown by an address, and the same in its files."""

import pytest
from django.urls import reverse

from tests.applications.factories import ASSESSING, application_at, officer
from tests.client import Client

pytestmark = pytest.mark.django_db
LISTED = reverse("admin:applications_application_changelist")


@pytest.fixture
def client(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    application_at("submitted")
    client = Client()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    return client


def shown(answer):
    return [name for name in answer.context["cl"].list_display if name != "action_checkbox"]


def test_chosen_columns_stand_in_the_lists_own_order_with_the_one_that_leads_to_a_row(client):
    page = client.get(LISTED, {"columns": ["days", "organisation_name"], "status__exact": "submitted"})
    assert shown(page) == ["shown_reference", "organisation_name", "days"]
    assert page.context["cl"].result_count == 1


def test_the_choice_is_kept_until_every_column_is_asked_for(client):
    every = shown(client.get(LISTED))
    client.get(LISTED, {"columns": ["days"]})
    assert shown(client.get(LISTED)) == ["shown_reference", "days"]
    assert shown(client.get(LISTED, {"columns": ["days", "all"]})) == every
    assert shown(client.get(LISTED)) == every


def test_the_files_have_the_chosen_columns(client):
    answer = client.get(reverse("admin:applications_application_export", args=["columns"]), {"columns": ["days"]})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Column", "Reference", "Days"]


def test_a_column_that_the_list_does_not_have_is_not_shown(client):
    assert shown(client.get(LISTED, {"columns": ["current_salary", "contact_phone"]})) == ["shown_reference"]


def test_a_row_opened_from_such_a_list_has_the_rows_beside_it(client):
    other = application_at("submitted")
    address = reverse("admin:applications_application_change", args=[other.pk])
    page = client.get(address, {"_changelist_filters": "columns=days&status__exact=submitted"})
    assert (page.status_code, "of 2" in page.text) == (200, True)

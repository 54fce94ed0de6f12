"""Odd input is answered 400 or refused in the form, never 500 (finding F15)."""

import pytest
import time_machine

from core.accounts.roles import Role
from tests.accounts.factories import person_with, programme
from tests.applications.factories import WRITING, an_application, draft_call, lead
from tests.client import Client

pytestmark = pytest.mark.django_db
LISTS = [
    "/admin/applications/application/",
    "/admin/applications/call/",
    "/admin/letters/letter/",
    "/admin/grants/grant/",
    "/admin/audit/entry/",
]


@pytest.fixture
def office():
    client = Client(raise_request_exception=False)
    client.force_login(person_with(Role.OFFICER, works_for=programme().funder))
    return client


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query", ["status__exact=%00", "q=%00", "status__regex=(", "detail__contains=a", "p=99999999999999999999", "o=%00"]
)
def test_f15_odd_lookups_of_an_admin_list_are_no_fault_of_ours(office, path, query):
    assert office.get(f"{path}?{query}").status_code in {200, 302, 400}


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/calls/", "/home/"])
def test_a_nul_byte_in_an_address_is_a_bad_request(client, path):
    assert client.get(f"{path}?next=%00").status_code == 400
    assert client.get(f"{path}?next=%2500").status_code in {200, 302}  # the control


def test_f15_a_number_beyond_all_numbers_is_refused_in_the_form(office):
    call = draft_call()
    page = f"/admin/applications/call/{call.pk}/change/"
    response = office.post(page, {"grace_seconds": "99999999999999999999"})
    assert (response.status_code, "grace_seconds" in response.context["adminform"].form.errors) == (200, True)


def test_a_nul_byte_in_a_text_is_refused_with_a_sentence():
    application = an_application()
    question = application.call.questions.filter(section="experience").first()
    client = Client(raise_request_exception=False)
    with time_machine.travel(WRITING, tick=False):
        client.force_login(lead(application.organisation))
        page = client.post(
            f"/applications/{application.draft_reference}/experience/",
            {f"question_{question.pk}": "a\0b", "version": "0"},
        )
    assert page.status_code == 200
    assert "Null characters are not allowed" in page.text


def test_a_nul_byte_when_registering_is_refused_too(client):
    sent = {"name": "A\0", "email": "a\0@example.org", "password1": "quiet river stones"}
    assert client.post("/accounts/signup/", sent).status_code == 200

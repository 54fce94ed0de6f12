"""A page of another site cannot sign anybody out (finding F10)."""

import pytest
import time_machine
from django.contrib.sessions.models import Session

from applications.autosave import sign_writer
from tests.applications.factories import WRITING, an_application, lead
from tests.client import Client

pytestmark = pytest.mark.django_db
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://sibling.testserver", "Sec-Fetch-Site": "same-site"},
]


@pytest.fixture
def section():
    with time_machine.travel(WRITING, tick=False):
        application = an_application()
        words = {"writer": sign_writer(lead(application.organisation)), "version": "0"}
        yield f"/applications/{application.draft_reference}/experience/", words


@pytest.mark.parametrize("headers", FOREIGN)
def test_f10_a_cross_site_post_with_a_valid_mark_sets_no_cookie_and_opens_no_session(section, headers):
    path, words = section
    response = Client(enforce_csrf_checks=True).post(path, words, headers=headers)
    assert (response.status_code, dict(response.cookies), Session.objects.count()) == (403, {}, 0)


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}])
def test_control_words_of_our_own_page_are_kept_for_signing_in_again(section, headers):
    path, words = section
    response = Client(enforce_csrf_checks=True).post(path, words, headers=headers)
    assert (response.status_code, "sessionid" in response.cookies) == (302, True)


def test_one_mark_opens_a_few_sessions_not_any_number(section):
    path, words = section
    for _ in range(12):
        assert Client().post(path, words).status_code == 302
    assert Session.objects.count() == 10


@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/login/", "/home/"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_page_takes_a_cross_site_post_either(path, headers):
    response = Client(enforce_csrf_checks=True).post(path, {}, headers=headers)
    assert (response.status_code, dict(response.cookies)) == (403, {})


def test_a_link_from_another_site_still_opens(client):
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200

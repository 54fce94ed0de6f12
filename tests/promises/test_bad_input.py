"""What people type wrong gets a sentence in the page's own look. Here are the cases that no test of an app holds.

Held elsewhere: salaries, days, hours, oneself as candidate, sessions that ended, words over the limit (tests/applications/
test_forms.py); files of a wrong type, of 30 MB, empty ones (test_documents.py); a second submit, somebody else's reference
(test_applying.py); visits outside the window, criteria without a reason (test_admin.py); one person as both managers, an
end before the start (tests/secondments/test_views.py); no signatory (tests/grants/test_views.py); a start before the
decision (tests/grants/test_admin.py); an invitation out of time (tests/accounts/test_views_organisation.py).
"""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from applications.actions import candidates
from applications.lifecycle import Status
from tests.accounts.factories import OrganisationFactory, UserFactory, lead_of
from tests.applications.factories import SUBMITTING, WRITING, application_at, lead, officer, ready_application
from tests.client import Client
from tests.grants.factories import decision_at
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
ONE_LOOK = 'class="govuk-template'


@pytest.fixture
def code_of(django_capture_on_commit_callbacks):
    """Post a form, and read the code out of the letter it sends."""

    def post(client, address, words):
        cache.clear()
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(address, words)
        return response.url, re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]

    return post


LATE = SAID.this_code_has_expired_or
NADIA = {"name": "Nadia New", "email": "nadia@example.org", "password1": "quiet river stones"}


def test_a_code_for_a_new_password_that_came_too_late_is_refused_with_the_way_out(client, code_of):
    UserFactory(email="nadia@example.org")
    page, code = code_of(client, reverse("account_reset_password"), {"email": "nadia@example.org"})
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        shown = client.post(page, {"code": code}, follow=True)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, reverse("account_reset_password"))
    assert ONE_LOOK in shown.text
    assert f"{LATE} Ask for a new one." in shown.text


def test_a_code_to_register_that_came_too_late_is_refused_with_the_way_out(client, code_of):
    page, code = code_of(client, reverse("account_signup"), NADIA)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        shown = client.post(page, {"code": code}, follow=True)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, reverse("account_login"))
    assert f"{LATE} {SAID.sign_in_with_your_password}" in shown.text
    assert not EmailAddress.objects.get(email="nadia@example.org").verified


def test_a_link_that_ended_with_the_decision_says_so_and_tells_nothing(client):
    application = ready_application()
    candidate = application.candidates.get()
    with time_machine.travel(WRITING, tick=False):
        token = candidates.ask(candidate, by=lead(application.organisation), at=WRITING)
    type(application).objects.filter(pk=application.pk).update(released_at=SUBMITTING)
    over, guessed = client.get(reverse("candidate", args=[token])), client.get(reverse("candidate", args=["guessed"]))
    assert (over.status_code, over.content) == (404, guessed.content)
    assert ONE_LOOK in over.text
    assert candidate.name not in over.text


def test_somebody_elses_reference_is_not_found_in_the_pages_own_look(client):
    application = application_at(Status.SUBMITTED)
    client.force_login(lead_of(OrganisationFactory()))
    shown = client.get(application.get_absolute_url())
    assert shown.status_code == 404
    assert ONE_LOOK in shown.text
    assert application.organisation.name not in shown.text


def test_a_word_where_a_number_belongs_in_an_address_is_not_found(client):
    client.force_login(officer())
    for address in (
        "/applications/CII-2019-001/documents/one/",
        "/grants/CII-G-2019-001/reports/first/",
        "/placements/1/2/3/",
    ):
        shown = client.get(address)
        assert (address, shown.status_code, ONE_LOOK in shown.text) == (address, 404, True)


@pytest.mark.parametrize(
    "query", ["page=abc", "page=-1", "page=999999", "status=odd", "strand=9999999999999999999", "year=nineteen"]
)
def test_an_odd_question_in_an_address_breaks_no_list(client, query):
    client.force_login(officer())
    for address in (
        "/applications/",
        "/placements/",
        "/grants/",
        "/learning/",
        "/learning/exports/",
        "/placements/week/",
    ):
        assert (address, client.get(f"{address}?{query}").status_code) == (address, 200)


@pytest.mark.parametrize(
    "reference", ["CII-2019-001%00", "%F0%9F%98%80", "..%2F..%2Fetc", "a" * 300, "<script>alert(1)<%2Fscript>"]
)
def test_an_odd_reference_is_not_found_and_not_repeated_as_markup(client, reference):
    client.force_login(officer())
    for address in ("applications", "grants", "placements", "calls"):
        shown = client.get(f"/{address}/{reference}/")
        assert shown.status_code == 404
        assert b"<script>alert" not in shown.content


def test_a_decision_confirmed_by_its_recorder_is_refused_with_a_sentence(client):
    decision = decision_at("recorded")
    client.force_login(decision.recorded_by)
    shown = client.post(reverse("admin:grants_decision_step", args=[decision.pk, "confirm"]), follow=True)
    assert ONE_LOOK in shown.text or shown.status_code == 403
    decision.refresh_from_db()
    assert decision.status == "recorded"


def test_a_form_from_another_site_is_refused_in_the_pages_own_look():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer())
    shown = strict.post(reverse("organisation_new"), {"name": "Somebody"})
    assert shown.status_code == 403
    assert ONE_LOOK in shown.text

"""Where a post is answered by a page, the browser is led to it by a redirect: Back finds nothing to send again."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from applications.models import EqualityLink
from core.accounts.links import digest
from core.rights import libraries
from core.rights.person import person_at
from tests.applications.factories import (
    WRITING,
    an_application,
    application_at,
    equality_questions,
    lead,
    officer,
    published_call,
    ready_application,
)
from tests.client import Client

pytestmark = pytest.mark.django_db
BROWSER = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
REGISTER = "/accounts/signup/"
WRONG = {"email": "ada@example", "name": "Ada Ndiaye", "password1": "a-secret-that-nobody-knows"}


def browser(person=None) -> Client:
    """A browser that has opened one of our pages before: it has the cookie of our forms."""
    client = Client(headers=BROWSER)
    if person is not None:
        client.force_login(person)
    client.cookies["csrftoken"] = "c" * 32
    return client


def pages():
    return [row for row in Session.objects.all() if "page" in row.get_decoded()]


def test_a_form_with_errors_is_shown_at_an_address_that_a_reload_shows_again():
    client = browser()
    led = client.post(REGISTER, WRONG)
    assert led.status_code == 302
    assert urlsplit(led.url).path == REGISTER
    for _ in range(2):
        page = client.get(led.url)
        assert page.status_code == 200
        assert 'value="ada@example"' in page.text
        assert "govuk-error-summary" in page.text
    assert "govuk-error-summary" not in client.get(REGISTER).text


def test_the_page_is_encrypted_and_holds_no_password():
    client = browser()
    led = client.post(REGISTER, WRONG)
    assert "a-secret-that-nobody-knows" not in client.get(led.url).text
    [row] = pages()
    assert "ada@example" not in str(row.get_decoded())


def test_a_second_mistake_takes_the_place_of_the_first_and_what_succeeds_forgets_it():
    client = browser()
    first = client.post(REGISTER, WRONG).url
    second = client.post(first, {**WRONG, "email": "ada@elsewhere"}).url
    assert first == second
    assert 'value="ada@elsewhere"' in client.get(second).text
    good = {"email": "ada@example.org", "name": "Ada Ndiaye", "password1": "four-quiet-herons-wade", "agree": "on"}
    assert client.post(second, good).status_code == 302
    assert pages() == []
    assert "govuk-error-summary" not in client.get(second).text


def test_a_form_that_names_its_own_address_is_known_by_the_page_before():
    client = browser()
    led = client.post(REGISTER, WRONG).url
    again = client.post(REGISTER, WRONG, headers={"Referer": f"http://testserver{led}"})
    assert again.url == led
    other = client.post(REGISTER, WRONG, headers={"Referer": f"http://elsewhere.example{led}"})
    assert other.url != led


@pytest.mark.parametrize("change", ["cookie", "person", "address", "hour"])
def test_the_page_is_shown_to_the_same_person_in_the_same_browser_for_an_hour(change, time_machine):
    client = browser()
    led = client.post(REGISTER, WRONG).url
    address = led
    if change == "cookie":
        client.cookies["csrftoken"] = "d" * 32
    elif change == "person":
        client.force_login(lead(an_application().organisation))
        client.cookies["csrftoken"] = "c" * 32
    elif change == "address":
        address = led.replace(REGISTER, "/accounts/login/")
    else:
        time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert "ada@example" not in client.get(address).text


def test_whoever_may_no_longer_open_the_form_does_not_see_the_page(time_machine):
    time_machine.move_to(WRITING)
    application = an_application()
    client = browser(lead(application.organisation))
    address = reverse("application_withdraw", args=[application.draft_reference])
    led = client.post(address, {}).url
    assert "retry=" in led
    application.organisation.memberships.all().delete()
    assert client.get(led).status_code == 404


def test_the_mark_reaches_no_view_and_no_filter_of_a_list():
    page = browser(officer()).get(reverse("admin:applications_call_changelist"), {"retry": "x", "q": "a"})
    assert page.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Mode": "cors"}, {"HX-Request": "true", "Sec-Fetch-Mode": "cors"}])
def test_programs_and_scripts_are_answered_at_once(headers):
    client = Client(headers=headers)
    client.cookies["csrftoken"] = "c" * 32
    assert client.post(REGISTER, WRONG).status_code == 200
    assert pages() == []


def test_a_browser_that_keeps_no_cookies_is_answered_at_once():
    assert Client(headers=BROWSER).post(REGISTER, WRONG).status_code == 200


def test_answers_about_equality_are_kept_nowhere(time_machine):
    time_machine.move_to(WRITING)
    call = published_call()
    questions = equality_questions(call.programme)
    EqualityLink.objects.create(call=call, token_digest=digest("a-link"))
    page = browser().post(reverse("equality", args=["a-link"]), {f"question_{questions[0].pk}": "nonsense"})
    assert (page.status_code, pages()) == (200, [])


def test_the_page_is_among_what_is_held_about_the_person_and_goes_with_them(time_machine):
    time_machine.move_to(WRITING)
    application = an_application()
    person = lead(application.organisation)
    client = browser(person)
    address = reverse("application_withdraw", args=[application.draft_reference])
    mark = parse_qs(urlsplit(client.post(address, {}).url).query)["retry"]
    assert len(mark) == 1
    found = libraries.sessions(person_at(person.email, person))
    [(row, content)] = [(row, content) for row, content in found if "page kept until you correct it" in content]
    assert content == {"page kept until you correct it": address}
    assert timedelta() <= row.expire_date - WRITING - timedelta(hours=1) < timedelta(minutes=1)


def test_what_succeeds_at_the_first_try_leads_on_and_is_not_asked_again():
    client = browser()
    good = {"email": "ada@example.org", "name": "Ada Ndiaye", "password1": "four-quiet-herons-wade", "agree": "on"}
    assert "retry=" not in client.post(REGISTER, good).url
    assert pages() == []


def test_a_lead_who_forgot_to_declare_reads_so_though_the_address_is_only_posted_to(time_machine):
    time_machine.move_to(WRITING)
    application = ready_application(published_call())
    client = browser(lead(application.organisation))
    led = client.post(f"/applications/{application.draft_reference}/submit/", {})
    assert led.status_code == 302
    page = client.get(led.url)
    assert page.status_code == 200
    assert "govuk-error-summary" in page.text
    assert "Location" not in page.headers
    assert client.get(f"/applications/{application.draft_reference}/submit/").status_code == 302


def test_what_a_step_for_many_rows_refused_is_read_in_a_browser():
    application = application_at("shortlisted")
    client = browser(officer())
    many = reverse("admin:applications_application_bulk", args=["shortlist"])
    led = client.post(many, {"keys": str(application.pk)})
    assert led.status_code == 302
    page = client.get(led.url)
    assert "Not changed." in page.text
    assert str(application.organisation) in page.text
    assert client.get(many).url == reverse("admin:applications_application_changelist")

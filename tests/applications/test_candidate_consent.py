"""The proposed secondee sees everything that concerns them, and only they can confirm."""

import pytest
from django.urls import reverse

from applications.actions import candidates, documents, drafts
from applications.completeness import FilledForm
from applications.lifecycle import CandidateStatus, TrailEvent
from core.audit import trail
from core.lifecycle import Refused
from tests.accounts.factories import UserFactory, editor_of, lead_of
from tests.applications.factories import (
    WRITING,
    an_application,
    candidate_of,
    confirm,
    docx,
    fill,
    fresh,
    lead,
    officer,
    the_office_declares,
)
from tests.client import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(time_machine):
    time_machine.move_to(WRITING)
    made = an_application()
    fill(made, declared_conflicts="Her sister works at City Hall.")
    return made


def asked(application):
    return candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)


def page_of(application, client=None):
    return (client or Client()).get(reverse("candidate", args=[asked(application)])).text


# --- F4: everything that concerns them ---------------------------------------------------------


def test_the_page_says_what_they_would_agree_to(application):
    page, call = page_of(application), application.call
    pay = "£39,501 a year full time: £23,700.60 for 3 days a week over 12 months"
    for words in (
        *(str(application.post), call.get_absolute_url(), str(call.programme.host)),
        *("Days a week with the host", "Length in months", "Monday 6 May 2019", pay),
        *(f"A line manager at {call.programme.host}", f"{application.organisation} stays your employer"),
        "it can be worked out from the total",
    ):
        assert words in page, words


def test_the_page_says_which_conflicts_are_declared_and_how_they_are_handled(application):
    page = page_of(application)
    questions = application.call.questions.filter(section__in=["conflicts", "secondment", "candidate"])
    assert questions.exists()
    assert "Her sister works at City Hall." in page
    assert [question.label for question in questions if f"About: {question.label}." not in page] == []


def test_the_supporting_statement_is_opened_from_the_page(application):
    token = asked(application)
    address = reverse("candidate_statement", args=[token])
    assert address in Client().get(reverse("candidate", args=[token])).text
    assert b"".join(Client().get(address).streaming_content).startswith(b"PK")


@pytest.mark.parametrize(
    ("section", "facts"),
    [("conflicts", {"other_funding": "None", "declared_conflicts": "None"}), ("secondment", {"months": 6})],
)
def test_they_are_asked_again_when_anything_of_it_changes(application, section, facts):
    confirm(asked(application))
    by = lead(application.organisation)
    drafts.save_section(application, section, facts=facts, answers={}, by=by, at=WRITING)
    assert candidate_of(application).status == CandidateStatus.ASKED


def test_they_are_asked_again_when_the_statement_is_replaced(application):
    confirm(asked(application))
    statement = docx(words="We thought better of it.")
    documents.attach(application, "statement", statement, by=lead(application.organisation), at=WRITING)
    assert candidate_of(application).status == CandidateStatus.ASKED


def test_they_are_not_asked_before_all_of_it_is_there():
    application = an_application()
    fill(application, declared_conflicts="", days_per_week=None)
    assert FilledForm.current(application.pk).missing_before_asking == (
        "Conflicts of interest to declare",
        "Days a week with the host",
    )


# --- F4a: only they can confirm ----------------------------------------------------------------


@pytest.mark.parametrize("member", [lead_of, editor_of])
def test_the_link_is_refused_in_a_browser_signed_in_as_a_colleague(application, member):
    token, person = asked(application), member(application.organisation)
    client = Client()
    client.force_login(person)
    page = client.get(reverse("candidate", args=[token]))
    assert (page.status_code, "This link is for Sana Secondee" in page.text) == (403, True)
    shown = FilledForm.current(application.pk).candidate_digest
    answer = client.post(reverse("candidate", args=[token]), {"answer": "confirm", "shown": shown})
    assert (answer.status_code, candidate_of(application).status) == (403, CandidateStatus.ASKED)
    line = trail.history(application).get(event=TrailEvent.CANDIDATE_LINK_REFUSED)
    assert line.by == person
    for name in ("candidate_cv", "candidate_statement", "candidate_upload", "candidate_correct"):
        assert client.get(reverse(name, args=[token])).status_code == 403


def test_the_link_works_in_a_browser_signed_in_with_the_proved_address_it_was_sent_to(application):
    token = asked(application)
    person = editor_of(application.organisation)
    person.emailaddress_set.create(email=candidate_of(application).email, verified=True)
    client = Client()
    client.force_login(person)
    assert client.get(reverse("candidate", args=[token])).status_code == 200
    person.emailaddress_set.update(verified=False)
    assert client.get(reverse("candidate", args=[token])).status_code == 403


def test_the_link_works_for_somebody_who_is_signed_in_elsewhere(application):
    client = Client()
    client.force_login(UserFactory())
    assert client.get(reverse("candidate", args=[asked(application)])).status_code == 200


def name(application, email, person="Nadia New"):
    by = lead(application.organisation)
    return candidates.name(application, name=person, email=email, job_title="Adviser", by=by, at=WRITING)


@pytest.mark.parametrize("change", ["{0}+nadia@{1}", "{0[0]}.{0[1]}{2}@{1}", "{3}@{1}"])
@pytest.mark.parametrize("colleague", ["the writer", "another"])
def test_an_address_that_a_colleague_reads_is_refused(application, change, colleague):
    writer = lead(application.organisation)
    person = writer if colleague == "the writer" else editor_of(application.organisation)
    local, domain = person.email.split("@")
    address = change.format(local, domain, local[2:], local.upper())
    with pytest.raises(Refused) as refused:
        name(application, address)
    assert refused.value.field == "email"


def test_a_colleague_who_is_the_proposed_secondee_is_named_with_their_own_address(application):
    person = editor_of(application.organisation)
    with pytest.raises(Refused):
        name(application, person.email)
    assert name(application, person.email, person=person.name.upper()).email == person.email


def test_the_office_sees_that_secondee_and_lead_answered_in_one_browser(application):
    token, by = asked(application), lead(application.organisation)
    shown = FilledForm.current(application.pk).candidate_digest
    browser = Client()
    browser.post(reverse("candidate", args=[token]), {"answer": "confirm", "shown": shown})
    browser.post(reverse("account_login"), {"login": by.email, "password": "correct horse battery"})
    browser.post(reverse("application_submit", args=[application.shown_reference]), {"declaration": "on"})
    submitted = fresh(application)
    assert submitted.submitted_at
    the_office_declares(submitted)
    assert trail.history(submitted).filter(event=TrailEvent.CANDIDATE_SAME_BROWSER, by=by).exists()
    client = Client()
    client.force_login(officer())
    page = client.get(reverse("admin:applications_application_change", args=[submitted.pk])).text
    assert ("One browser" in page, candidate_of(submitted).email in page) == (True, True)


def test_two_browsers_leave_no_such_line(application):
    token, by = asked(application), lead(application.organisation)
    shown = FilledForm.current(application.pk).candidate_digest
    Client().post(reverse("candidate", args=[token]), {"answer": "confirm", "shown": shown})
    other = Client()
    other.force_login(by)
    other.post(reverse("application_submit", args=[application.shown_reference]), {"declaration": "on"})
    assert fresh(application).submitted_at
    assert not trail.history(application).filter(event=TrailEvent.CANDIDATE_SAME_BROWSER).exists()

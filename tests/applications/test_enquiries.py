"""A question about a call: sent from its page by anybody, answered by the office for everybody or by email."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.actions import calls, enquiries
from applications.models import Call, Enquiry
from applications.periods import ENQUIRY
from applications.retention import TABLE
from applications.work_queue import for_the_office
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from core.retention.rules import Rule
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import CLOSES, WRITING, lead, officer, published_call

pytestmark = pytest.mark.django_db
ASKS = "asks@example.org"


@pytest.fixture
def call(time_machine) -> Call:
    time_machine.move_to(WRITING, tick=False)
    officer()
    return published_call()


@pytest.fixture
def asked(call) -> Enquiry:
    return enquiries.ask(call, text="May it be two people?", email=ASKS, at=WRITING)


def letters_to(address: str) -> list[str]:
    return [letter.body for letter in Letter.objects.filter(to_email=address).order_by("pk")]


def waiting(person) -> list[str]:
    return [item.sentence for item in for_the_office(person, WRITING) if "a question" in item.sentence]


def test_a_stranger_asks_from_the_page_and_the_office_reads_it(client, call):
    address = reverse("call_ask", args=[call.slug])
    assert address in client.get(call.get_absolute_url()).text
    answer = client.post(address, {"text": "May it be two people?", "email": ASKS}, follow=True)
    assert "We have your question." in answer.text
    (letter,) = letters_to(officer().email)
    assert "May it be two people?" in letter
    assert reverse("admin:applications_call_step", args=[call.pk, "answer"]) in letter
    assert ASKS not in letter
    assert waiting(officer()) == ["1 call with a question to answer"]


def test_the_address_of_who_is_signed_in_is_filled_in(client, call):
    person = lead(OrganisationFactory())
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    assert f'value="{person.email}"' in client.get(reverse("call_ask", args=[call.slug])).text


def test_a_published_answer_goes_to_who_asked_too(asked, call):
    calls.clarify(call, question="Two?", answer="No, one.", enquiry=asked, by=officer(), at=WRITING)
    (letter,) = letters_to(ASKS)
    assert "No, one." in letter
    assert "Everyone can read it" in letter
    assert waiting(officer()) == []


def test_a_reply_goes_to_who_asked_and_on_no_page(client, asked, call):
    enquiries.reply(call, enquiry=asked, answer="Ring us.", by=officer(), at=WRITING)
    (letter,) = letters_to(ASKS)
    assert "Ring us." in letter
    assert "Everyone can read it" not in letter
    assert "Ring us." not in client.get(call.get_absolute_url()).text
    assert waiting(officer()) == []


def test_a_question_is_set_aside_without_a_word(asked, call):
    enquiries.reply(call, enquiry=asked, answer=" ", by=officer(), at=WRITING)
    assert (letters_to(ASKS), waiting(officer())) == ([], [])
    assert trail.history(call).last().event == "question set aside"


def test_a_question_is_answered_once(asked, call):
    enquiries.reply(call, enquiry=asked, answer="Ring us.", by=officer(), at=WRITING)
    with pytest.raises(Refused) as refusal:
        calls.clarify(call, question="Two?", answer="No.", enquiry=asked, by=officer(), at=WRITING)
    assert refusal.value.field == "enquiry"
    assert not call.clarifications.exists()


def test_after_the_close_the_page_leads_back_to_the_call_and_what_was_typed_is_shown_again(client, call, time_machine):
    time_machine.move_to(CLOSES.replace(month=4), tick=False)
    address = reverse("call_ask", args=[call.slug])
    assert client.get(address).headers["Location"] == call.get_absolute_url()
    answer = client.post(address, {"text": "Are we late?", "email": ASKS})
    assert "This call takes no more questions." in answer.text
    assert "Are we late?" in answer.text
    assert not Enquiry.objects.exists()


def test_many_questions_from_one_place_wait(client, call, settings):
    address = reverse("call_ask", args=[call.slug])
    for number in range(10):
        client.post(address, {"text": f"Question {number}?", "email": ASKS})
    assert "Wait five minutes" in client.post(address, {"text": "One more?", "email": ASKS}).text
    assert Enquiry.objects.count() == 10


def test_the_office_answers_in_the_admin(client, asked, call):
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    address = reverse("admin:applications_call_step", args=[call.pk, "reply"])
    assert "May it be two people?" in client.get(address).text
    client.post(address, {"enquiry": asked.pk, "answer": "Ring us."})
    assert Enquiry.objects.get().handled_at == WRITING


def test_questions_are_deleted_in_time(asked):
    (rule,) = [one for one in TABLE if one.what.startswith("Questions about a call")]
    assert isinstance(rule, Rule)
    month = WRITING + timedelta(days=31)
    assert [list(rule.due(ENQUIRY.before(at))) for at in (month, month + timedelta(days=160))] == [[], [asked]]

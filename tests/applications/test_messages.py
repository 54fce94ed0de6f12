"""A message from the case goes as an email to leads or proposed secondee, who answer it once; the office deals with it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications.actions import applications, assessments, messages
from applications.models import CaseMessage
from applications.models.message import MessageEvent
from applications.work_queue.messages import items
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import editor_of
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, lead, officer
from tests.applications.panel import committee, complete
from tests.client import Client
from tests.grants.factories import director

pytestmark = pytest.mark.django_db
LATER = ASSESSING + timedelta(days=1)
ASKED, REPLY = "When does your lease end?", "It ends in May."


@pytest.fixture
def application():
    return application_at("shortlisted")


def send(application, *to, by=None, at=ASSESSING, **words):
    words = {"subject": "Your lease", "text": ASKED, **words}
    return messages.send(application, to=to or ["organisation"], by=by or officer(), at=at, **words)


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return refused.value


def letters(template):
    return Letter.objects.filter(template=f"applications.{template}")


def sentences(person, at=LATER):
    return [item.url for item in items(type(person).objects.get(pk=person.pk), at)]


def test_a_message_to_the_organisation_is_emailed_to_its_leads_and_read_on_the_page_of_the_application(application):
    own = lead(application.organisation)
    (message,) = send(application)
    letter = letters("case_message").get()
    assert (letter.to_email, letter.subject, ASKED in letter.body) == (own.email, "Your lease", True)
    page = text_of(as_(own).get(application.get_absolute_url()))
    assert message.get_absolute_url() in page
    assert ASKED in text_of(as_(own).get(message.get_absolute_url()))
    assert sentences(own) == [message.get_absolute_url()]


def test_the_answer_comes_to_the_office_and_is_marked_as_dealt_with(application):
    own = lead(application.organisation)
    (message,) = send(application)
    answer = as_(own).post(message.get_absolute_url(), {"text": REPLY}, follow=True)
    assert REPLY in text_of(answer)
    assert sentences(own) == []
    assert letters("case_message_answered").get().to_email == officer().email
    assert REPLY not in letters("case_message_answered").get().body
    assert len(sentences(officer())) == 1
    assert REPLY in text_of(as_(officer()).get(url("application", "change", application.pk)))
    answer = as_(officer()).post(step("casemessage", message.pk, "settle"), follow=True)
    assert len(said(answer)) == 1
    assert sentences(officer()) == []
    message.refresh_from_db()
    assert (message.state, message.answered_by, message.dealt_with_by) == ("dealt with", own, officer())
    lines = [entry.event for entry in trail.history(application) if entry.event in MessageEvent.values]
    assert lines == [MessageEvent.SENT, MessageEvent.ANSWERED, MessageEvent.DEALT_WITH]


def test_a_proposed_secondee_reads_and_answers_their_own_by_its_link_alone(application):
    send(application, "secondee", "organisation", text=ASKED)
    letter = letters("case_message_candidate").get()
    (token,) = re.findall(reverse("case_message", args=["x"])[:-2] + r"([^/\s]+)/", letter.text)
    address = reverse("case_message", args=[token])
    assert ASKED in text_of(Client().get(address))
    assert as_(lead(application.organisation)).get(address).status_code == 403
    Client().post(address, {"text": REPLY})
    own = CaseMessage.objects.get(party="secondee")
    assert (own.answer, own.answered_by, own.answered_at is None) == (REPLY, None, False)
    assert REPLY in text_of(Client().get(address))
    page = text_of(as_(lead(application.organisation)).get(application.get_absolute_url()))
    assert page.count(own.subject) == 1
    assert Client().get(reverse("case_message", args=["guessed"])).status_code == 404


def test_an_answer_is_given_once_and_only_by_a_lead(application):
    own, colleague = lead(application.organisation), editor_of(application.organisation)
    (message,) = send(application)
    assert ASKED in text_of(as_(colleague).get(message.get_absolute_url()))
    assert refusal(messages.answer, message, text=REPLY, by=colleague, at=LATER).code == (
        "applications.answer_casemessage"
    )
    assert refusal(messages.answer, message, text=" ", by=own, at=LATER).field == "text"
    messages.answer(message, text=REPLY, by=own, at=LATER)
    message.refresh_from_db()
    assert refusal(messages.answer, message, text="Or June.", by=own, at=LATER).code == "changed_meanwhile"
    assert CaseMessage.objects.get().answer == REPLY


def test_nobody_else_reads_a_message_and_who_has_a_conflict_of_interest_neither_reads_nor_writes_one(application):
    assessor = complete(application).assessor
    (message,) = send(application)
    for person in (assessor, committee()):
        assert not visible(CaseMessage, person).exists()
        assert ASKED not in text_of(as_(person).get(url("application", "change", application.pk)))
    assessments.declare_conflict(application, explanation="I am a trustee.", by=director(), at=ASSESSING)
    aside = type(officer()).objects.get(pk=director().pk)
    assert not visible(CaseMessage, aside).exists()
    assert as_(aside).get(url("casemessage", "change", message.pk)).status_code != 200
    assert refusal(send, application, by=aside).code == "applications.add_casemessage"


def test_the_answer_goes_to_the_others_where_who_wrote_has_a_conflict_since(application):
    (message,) = send(application, by=director())
    assessments.declare_conflict(application, explanation="I am a trustee.", by=director(), at=ASSESSING)
    messages.answer(message, text=REPLY, by=lead(application.organisation), at=LATER)
    assert list(letters("case_message_answered").values_list("to_email", flat=True)) == [officer().email]


def test_what_has_ended_is_neither_written_to_nor_waited_for(application):
    own = lead(application.organisation)
    (message,) = send(application)
    Letter.objects.update(status="queued", sent_at=None)
    applications.withdraw(application, reason="Not now.", by=own, at=LATER)
    assert letters("case_message").get().status == "withdrawn"
    assert refusal(send, application, at=LATER).code == "wrong_state"
    message.refresh_from_db()
    assert refusal(messages.answer, message, text=REPLY, by=own, at=LATER).code == "wrong_state"
    assert sentences(own) == sentences(officer()) == []


def test_a_message_has_a_recipient_a_subject_and_words(application):
    assert refusal(messages.send, application, to=[], subject="x", text="x", by=officer(), at=LATER).field == "to"
    assert refusal(send, application, subject=" ").field == "subject"
    assert refusal(send, application, subject="x" * 151).field == "subject"
    assert refusal(send, application, text=" ").field == "text"
    application.organisation.memberships.all().delete()
    assert refusal(send, application).field == "to"
    assert not CaseMessage.objects.exists()


def test_the_office_writes_from_the_page_of_the_case(application):
    client = as_(officer())
    address = step("application", application.pk, "message")
    assert client.post(address, {"subject": "", "text": ""}).status_code == 200
    client.post(address, {"to": ["organisation", "secondee"], "subject": "Your lease", "text": ASKED})
    assert CaseMessage.objects.count() == 2
    assert ASKED in text_of(client.get(url("application", "change", application.pk)))
    assert "Your lease" in text_of(client.get(url("casemessage", "changelist")))

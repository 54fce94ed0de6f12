"""Equality monitoring: asked once by a letter of its own, counted once, and kept as numbers only."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.apps import apps
from django.core import mail

from applications.actions import applications, calls, equality
from applications.lifecycle import Status
from applications.models import EqualityLink, EqualityTally
from applications.models.equality import PREFER_NOT_TO_SAY
from applications.tasks import end_old_links
from core.accounts.links import digest
from core.audit.models import Entry
from core.letters.delivery import drain
from core.letters.models import Letter
from core.lifecycle import Refused
from core.logs import mask_tokens
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    SUBMITTING,
    application_at,
    equality_questions,
    lead,
    officer,
    programme,
    published_call,
)
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
LETTER = "applications.equality"


@pytest.fixture
def asked(time_machine):
    """Somebody was asked: the application, and the token of the link."""
    time_machine.move_to(SUBMITTING, tick=False)
    equality_questions()
    application = application_at(Status.SUBMITTED)
    return application, token_of(application)


def token_of(application):
    body = Letter.objects.get(template=LETTER, key=f"equality:{application.pk}").text
    return re.search(r"/equality/([\w-]+)/", body)[1]


def link_for(call, name="a-link"):
    return EqualityLink.objects.create(call=call, token_digest=digest(name))


def counts(call):
    found = EqualityTally.objects.filter(call=call, count__gt=0)
    return {(tally.question.label, tally.answer): tally.count for tally in found}


def rows():
    """How many rows each table of the database has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


# --- Asking ---


def test_the_proposed_secondee_is_asked_by_a_letter_of_its_own_after_the_first_submission_only(asked):
    application, token = asked
    letter = Letter.objects.get(template=LETTER)
    assert letter.to_email == application.candidates.get().email
    assert letter.is_secret
    assert token not in letter.subject
    assert EqualityLink.objects.get().token_digest == digest(token)
    applications.reopen(application, by=lead(application.organisation), at=SUBMITTING)
    application.refresh_from_db()
    applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    assert (Letter.objects.filter(template=LETTER).count(), EqualityLink.objects.count()) == (1, 1)


def test_the_link_is_out_of_our_hands_once_the_letter_is_sent(asked):
    _, token = asked
    while drain(SUBMITTING):
        pass
    assert any(token in message.body for message in mail.outbox)
    assert Letter.objects.get(template=LETTER).body == ""


def test_nothing_is_asked_where_the_programme_has_no_questions_or_there_is_no_address():
    application = application_at(Status.SUBMITTED)
    equality_questions()
    equality.ask(application, name="Sana", email="", at=SUBMITTING)
    assert not Letter.objects.filter(template=LETTER).exists()
    assert not EqualityLink.objects.exists()


def test_the_standard_questions_are_put_in_once_and_prefer_not_to_say_is_always_offered():
    questions = equality_questions()
    assert len(questions) == 6
    assert all(question.choices[-1] == PREFER_NOT_TO_SAY for question in questions)
    with pytest.raises(Refused, match=SAID.has_equality_questions_already):
        equality.put_in_standard(programme(), by=officer(), at=SUBMITTING)


def test_a_link_names_a_call_and_nothing_else():
    assert {field.name for field in EqualityLink._meta.get_fields()} == {"id", "call", "token_digest"}
    kept = {"id", "call", "half_year", "question", "answer", "count"}
    assert {field.name for field in EqualityTally._meta.get_fields()} == kept


# --- Answering ---


def test_each_answer_adds_one_and_the_link_is_gone_and_no_other_row_in_the_database_changes(asked):
    application, token = asked
    first, second, *_ = equality_questions()
    before, lines = rows(), list(Entry.objects.values())
    client = Client()
    response = client.post(
        f"/equality/{token}/", {f"question_{first.pk}": first.choices[1], f"question_{second.pk}": PREFER_NOT_TO_SAY}
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/equality/thanks/")
    assert counts(application.call) == {
        (first.label, first.choices[1]): 1,
        (second.label, PREFER_NOT_TO_SAY): 1,
    }
    after = rows()
    changed = {label: after[label] - before[label] for label in after if after[label] != before[label]}
    every_answer = sum(len(question.choices) for question in equality_questions())
    assert changed == {"applications.EqualityLink": -1, "applications.EqualityTally": every_answer}
    assert list(Entry.objects.values()) == lines
    assert "sessionid" not in client.cookies
    assert client.get("/equality/thanks/").status_code == 200


def test_the_order_of_the_rows_does_not_tell_what_the_first_person_answered(asked):
    application, _ = asked
    questions = equality_questions()
    given = {question.pk: question.choices[2] for question in questions[:3]}
    equality.answer(EqualityLink.objects.get(), given, at=SUBMITTING)
    kept = EqualityTally.objects.filter(call=application.call).order_by("pk").values_list("question", "answer")
    assert list(kept) == [(question.pk, choice) for question in questions for choice in question.choices]


def test_every_question_may_be_skipped(asked):
    application, token = asked
    assert Client().post(f"/equality/{token}/", {}).status_code == 302
    assert counts(application.call) == {}
    assert not EqualityLink.objects.exists()


def test_a_second_answer_is_not_counted_and_is_told_that_the_first_was(asked):
    application, token = asked
    question = equality_questions()[0]
    sent = {f"question_{question.pk}": question.choices[0]}
    Client().post(f"/equality/{token}/", sent)
    again = Client().post(f"/equality/{token}/", sent)
    assert again.status_code == 404
    assert SAID.they_were_counted_once in again.text
    assert counts(application.call) == {(question.label, question.choices[0]): 1}


def test_of_two_who_found_the_same_link_one_counts(asked):
    """Both pages were open when the first answer came: the deleted row decides, in the database."""
    application, token = asked
    question = equality_questions()[0]
    one, two = equality.find(token, SUBMITTING), equality.find(token, SUBMITTING)
    assert [equality.answer(link, {question.pk: question.choices[0]}, at=SUBMITTING) for link in (one, two)] == [
        True,
        False,
    ]
    assert counts(application.call) == {(question.label, question.choices[0]): 1}


def test_an_answer_that_was_not_offered_is_sent_back_with_a_sentence_and_the_link_works_on(asked):
    application, token = asked
    question = equality_questions()[0]
    page = Client().post(f"/equality/{token}/", {f"question_{question.pk}": "Ninety"})
    assert SAID.choose_one_of_the_answers in page.text
    assert EqualityLink.objects.exists()
    equality.answer(EqualityLink.objects.get(), {question.pk: "Ninety"}, at=SUBMITTING)
    assert counts(application.call) == {}


def test_answers_of_many_add_up():
    call, question = published_call(), equality_questions()[0]
    for number in range(3):
        equality.answer(link_for(call, f"link-{number}"), {question.pk: question.choices[0]}, at=SUBMITTING)
    assert counts(call) == {(question.label, question.choices[0]): 3}


def test_the_token_stands_in_no_log():
    said = mask_tokens(None, "info", {"event": "Not Found: /equality/9f-secret_token/", "path": "/equality/9f-x/"})
    assert said == {"event": "Not Found: /equality/…/", "path": "/equality/…/"}


# --- The end of a link ---


def test_a_link_ends_thirty_days_after_the_close_and_is_deleted(time_machine):
    call = published_call()
    link_for(call)
    last = CLOSES + timedelta(days=30)
    assert equality.find("a-link", last - timedelta(seconds=1)) is not None
    assert equality.find("a-link", last) is None
    time_machine.move_to(last - timedelta(seconds=1), tick=False)
    assert end_old_links() == 0
    time_machine.move_to(last, tick=False)
    assert end_old_links() == 1
    assert not EqualityLink.objects.exists()


def test_a_link_of_a_rolling_call_works_on_and_that_of_a_cancelled_one_does_not():
    rolling, other = published_call(kind="rolling", closes_at=None), published_call()
    link_for(rolling, "rolling")
    link_for(other, "other")
    calls.cancel(other, reason="No funds.", by=officer(), at=SUBMITTING)
    assert equality.find("rolling", CLOSES + timedelta(days=900)) is not None
    assert equality.find("other", SUBMITTING) is None


@pytest.mark.parametrize("end", [calls.decide, partial(calls.cancel, reason="No funds.")])
def test_links_are_deleted_with_the_decision_and_with_a_cancellation(end):
    call = published_call()
    link_for(call)
    found = equality.find("a-link", ASSESSING)
    end(call, by=officer(), at=ASSESSING)
    assert not EqualityLink.objects.exists()
    assert not equality.answer(found, {}, at=ASSESSING)


def test_whoever_is_admitted_so_late_that_the_link_would_not_work_is_not_asked():
    application = application_at(Status.SUBMITTED)
    equality_questions()
    facts = {"name": "Sana", "email": "sana@example.org"}
    equality.ask(application, **facts, at=CLOSES + timedelta(days=30))
    assert not EqualityLink.objects.exists()
    equality.ask(application, **facts, at=CLOSES + timedelta(days=30) - timedelta(seconds=1))
    assert EqualityLink.objects.exists()

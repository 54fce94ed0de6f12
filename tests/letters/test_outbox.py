"""The outbox promises: a letter stands and falls with its change, and exists once per reason and person."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from core.letters import delivery, outbox
from core.letters.models import Letter, Status


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_after_the_commit_when_there_is_no_broker(hello, now):
    with transaction.atomic():
        letter = hello(key="received:1")
        assert mail.outbox == []
    letter.refresh_from_db()
    assert (letter.status, len(mail.outbox)) == (Status.SENT, 1)
    assert timedelta(0) <= letter.sent_at - now < timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_a_change_that_was_rolled_back_is_never_sent(hello):
    with transaction.atomic():
        hello(key="received:1")
        transaction.set_rollback(True)
    assert (Letter.objects.count(), mail.outbox) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_with_a_broker_the_request_sends_nothing_and_the_row_waits(hello, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    letter = hello(key="received:1")
    letter.refresh_from_db()
    assert (letter.status, mail.outbox) == (Status.QUEUED, [])


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_leaves_the_letter_waiting_and_the_change_done(hello, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.Away"
    letter = hello(key="received:1")
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (Status.QUEUED, 0)


def test_the_same_key_twice_is_one_letter_and_spoils_no_transaction(queued, ada):
    with transaction.atomic():
        first = queued("received:1")
        second = queued("received:1", words="Something else.")
        Letter.objects.filter(key="received:1").update(problem="the transaction still works")
    kept = Letter.objects.get()
    assert (second, kept.pk, kept.problem) == (None, first.pk, "the transaction still works")
    assert "Your application is in." in kept.body


def test_only_the_key_makes_a_letter_a_double_other_breaches_are_errors(queued, db, settings):
    first = queued("received:1")
    Letter.objects.filter(pk=first.pk).update(key="another")  # its Message-ID is still that of the first key
    with pytest.raises(IntegrityError), transaction.atomic():
        queued("received:1")


def test_a_letter_is_worded_when_it_is_posted(queued, ada):
    letter = queued("received:1", to=ada)
    assert (letter.subject, letter.to_email, letter.to_user) == ("Hello Ada", "ada@example.org", ada)
    assert letter.body == (
        "Dear Ada,\n\nYour application is in.\n\n- one\n- two\n\n"
        "Read it here:\nhttp://localhost:8000/applications/CII-2019-014/\n\nSecondment Fund\n"
    )


def test_plain_text_is_not_escaped_and_a_subject_is_one_line(queued, db):
    letter = queued("received:1", name="O'Brien & <Co>\r\nBcc: all@example.org", words="Fish & chips")
    assert letter.subject == "Hello O'Brien & <Co>"
    assert "Fish & chips" in letter.body


def test_the_message_id_follows_from_the_key_and_the_site(settings):
    settings.SITE_URL = "https://grants.example.org"
    first, again, other = outbox.message_id("a"), outbox.message_id("a"), outbox.message_id("b")
    assert (first == again, first == other, first.endswith("@grants.example.org>")) == (True, False, True)


def test_attachments_are_kept_by_name_and_must_be_plain(queued, db):
    letter = queued("received:1", attachments=[("tests.letters.papers.receipt", 14)])
    assert letter.attachments == [["tests.letters.papers.receipt", 14]]
    with pytest.raises(TypeError):
        queued("received:2", attachments=[("tests.letters.papers.receipt", object())])


def test_posting_takes_three_queries(queued, ada, django_assert_num_queries):
    with django_assert_num_queries(4):
        queued("received:1", to=ada)


@pytest.fixture
def about(queued, ada):
    """Return two waiting letters: one about Ada's row, and one about nothing."""
    return queued("of ada", about=ada), queued("of nobody")


def statuses():
    return dict(Letter.objects.values_list("key", "status"))


def test_f22_a_reminder_about_what_has_ended_is_withdrawn_and_never_sent(about, ada, now):
    assert outbox.withdraw([ada]) == 1
    assert delivery.drain(now) == 1
    assert statuses() == {"of ada": Status.WITHDRAWN, "of nobody": Status.SENT}
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_a_withdrawn_reminder_is_not_written_again(about, ada, queued):
    outbox.withdraw([ada])
    assert queued("of ada", about=ada) is None


def test_a_withdrawn_secret_is_blanked(queued, ada):
    queued("a link", about=ada, secret=True)
    outbox.withdraw([ada])
    assert Letter.objects.get().body == ""


def test_what_was_withdrawn_while_it_was_being_sent_is_sent_or_ends(about, ada, now):
    mine, other = about
    for letter in about:
        delivery.claim(letter, now)
    outbox.withdraw([ada])
    delivery.fail(mine, OSError("no answer"), now)
    assert statuses()["of ada"] == Status.WITHDRAWN
    delivery.finish(mine, status=Status.SENT, sent_at=now)
    assert statuses() == {"of ada": Status.SENT, "of nobody": Status.SENDING}
    assert other.about == ""


def test_f21_what_waits_for_an_old_address_goes_to_the_new_one_but_no_secret(queued, ada):
    queued("hello"), queued("code", secret=True), queued("other", to="bob@example.org")
    before, ada.email = ada.email, "ada@new.example"
    assert outbox.forward(before, ada) == 1
    addresses = dict(Letter.objects.values_list("key", "to_email"))
    assert addresses == {"hello": "ada@new.example", "code": "ada@example.org", "other": "bob@example.org"}

"""Delivery promises: each letter once, none lost, one bad letter in nobody's way, and secrets gone when sent."""

import email
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import policy
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from core.accounts.roles import Role
from core.letters import actions, delivery
from core.letters.models import Letter, Status
from core.lifecycle import Refused
from tests.accounts.factories import person_with
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def addresses():
    return sorted(message.to[0] for message in mail.outbox)


def test_what_is_due_is_sent_and_what_is_not_waits(queued, now):
    queued("a", to="a@example.org")
    queued("b", to="b@example.org", at=now + timedelta(seconds=1))
    assert (delivery.drain(now), addresses()) == (1, ["a@example.org"])
    assert (delivery.drain(now), delivery.drain(now + timedelta(seconds=1))) == (0, 1)
    assert addresses() == ["a@example.org", "b@example.org"]


def test_the_oldest_go_first_and_a_batch_has_a_limit(queued, now):
    for minute in (3, 1, 2):
        queued(str(minute), to=f"{minute}@example.org", at=now - timedelta(minutes=minute))
    assert delivery.drain(now, limit=2) == 2
    assert [message.to[0] for message in mail.outbox] == ["3@example.org", "2@example.org"]


def test_a_letter_has_text_and_html_and_says_it_is_automatic(queued, now):
    queued("a")
    delivery.drain(now)
    [message] = mail.outbox
    parsed = email.message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert (parsed["Auto-Submitted"], parsed["Message-ID"]) == ("auto-generated", Letter.objects.get().message_id)
    assert parsed["Reply-To"] == "help@example.org"


def test_an_invitation_is_understood_by_calendars_and_so_is_calling_it_off(queued, now):
    asked = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    queued("a", calendar=asked.encode())
    queued("b", calendar=asked.replace("REQUEST", "CANCEL"))
    delivery.drain(now)
    parts = [
        list(email.message_from_bytes(message.message().as_bytes(), policy=policy.default).iter_parts())[-1]
        for message in mail.outbox
    ]
    assert [(part.get_content_type(), part["Content-Type"].params["method"]) for part in parts] == [
        ("text/calendar", "REQUEST"),
        ("text/calendar", "CANCEL"),
    ]
    assert parts[0].get_content().split() == asked.split()


def test_attachments_are_made_when_the_letter_is_sent(queued, now):
    queued("a", attachments=[("tests.letters.papers.receipt", 14)])
    delivery.drain(now)
    assert mail.outbox[0].attachments == [("receipt-14.pdf", b"%PDF-1.7 made now", "application/pdf")]


def test_a_secret_is_sent_and_then_blanked(queued, now):
    queued("a", secret=True, words="Your code is 123456.")
    queued("b", words="Nothing secret.")
    delivery.drain(now)
    assert "123456" in mail.outbox[0].body
    kept = dict(Letter.objects.values_list("key", "body"))
    assert (kept["a"], "Nothing secret." in kept["b"]) == ("", True)


def test_a_refused_letter_backs_off_and_is_given_up_where_staff_can_see_it(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.Refuses"
    letter = queued("a")
    waits = []
    while letter.status == Status.QUEUED:
        tried_at = letter.next_try_at
        assert delivery.drain(tried_at - timedelta(seconds=1)) == 0
        assert delivery.drain(tried_at) == 0
        letter.refresh_from_db()
        waits.append(round((letter.next_try_at - tried_at).total_seconds() / 60))
    assert waits == [1, 5, 15, 60, 240, 480, 720, 0]
    assert (letter.status, letter.attempts) == (Status.DEAD, 8)
    assert letter.problem == "SMTPRecipientsRefused: (an address) (451, b'try again later')}"
    assert (delivery.drain(now + timedelta(days=365)), mail.outbox) == (0, [])


def test_f17_an_address_that_does_not_exist_is_given_up_at_once(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.RefusesForGood"
    letter = queued("a")
    assert delivery.drain(now) == 0
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (Status.DEAD, 1)
    assert letter.problem == "SMTPRecipientsRefused: (an address) (550, b'no such mailbox')}"


@pytest.mark.parametrize(
    ("problem", "is_final"),
    [
        (SMTPRecipientsRefused({"a@example.org": (550, b"no such mailbox")}), True),
        (SMTPRecipientsRefused({"a@example.org": (450, b"later")}), False),
        (SMTPDataError(554, b"refused"), True),
        (SMTPDataError(452, b"full"), False),
        (SMTPRecipientsRefused({"a@example.org": (554, b"5.7.1 <a@example.org>: Relay access denied")}), False),
        (SMTPDataError(550, b"5.7.26 Unauthenticated email"), False),
        (SMTPAuthenticationError(535, b"our password is wrong"), False),
        (SMTPSenderRefused(550, b"our sender", "us@example.org"), False),
        (ConnectionResetError(), False),
    ],
)
def test_f17_what_is_final_is_the_servers_word_about_this_email_and_not_about_us(problem, is_final):
    assert delivery.is_for_good(problem) is is_final


def test_f4_a_secret_is_unreadable_in_the_database_until_it_is_sent(queued, now):
    letter = queued("a", secret=True, words="Your code is 123456.")
    stored = Letter.objects.filter(pk=letter.pk).values_list("body", flat=True).get()
    assert ("123456" in stored, "123456" in letter.text) == (False, True)
    assert not Letter.objects.filter(body__contains="code").exists()
    delivery.drain(now)
    assert "123456" in mail.outbox[0].body


def test_f4_a_secret_is_gone_when_the_email_is_given_up_and_cannot_be_sent_again(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.RefusesForGood"
    letter = queued("a", secret=True, words="Your code is 123456.")
    delivery.drain(now)
    letter.refresh_from_db()
    assert (letter.status, letter.body) == (Status.DEAD, "")
    with pytest.raises(Refused) as refusal:
        actions.send_again(letter, by=person_with(Role.ADMINISTRATOR), at=now)
    assert refusal.value.sentence == SAID.the_secret_of_this_email_is_gone


def test_the_control_an_email_without_a_secret_keeps_its_words_when_given_up(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.RefusesForGood"
    letter = queued("a", words="Nothing secret.")
    delivery.drain(now)
    letter.refresh_from_db()
    assert "Nothing secret." in letter.body


def test_a_secret_written_before_there_was_encryption_is_still_sent(queued, now):
    letter = queued("a", secret=True, words="Your code is 123456.")
    Letter.objects.filter(pk=letter.pk).update(body="Your code is 654321.")
    delivery.drain(now)
    assert "654321" in mail.outbox[0].body


def test_a_bad_letter_does_not_hold_up_the_others(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.RefusesBob"
    queued("a", to="bob@example.org")
    queued("b", attachments=[("tests.letters.papers.broken",)])
    queued("c", to="cleo@example.org")
    assert (delivery.drain(now), addresses()) == (1, ["cleo@example.org"])
    problems = dict(Letter.objects.exclude(problem="").values_list("key", "problem"))
    assert problems["b"] == "LookupError: nothing for (an address) any more"
    assert sorted(problems) == ["a", "b"]


def test_a_mail_server_that_is_away_costs_no_attempt_and_is_tried_again_within_a_minute(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.Away"
    letter, other = queued("a"), queued("b")
    for tick in range(30):
        assert delivery.drain(now + timedelta(seconds=60 * tick)) == 0
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (Status.QUEUED, 0)
    assert letter.problem.startswith("The mail server cannot be reached. ConnectionRefusedError")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert delivery.drain(now + timedelta(minutes=30)) == 2
    other.refresh_from_db()
    assert (other.status, other.problem) == (Status.SENT, "")


def test_a_letter_claimed_by_a_worker_that_died_is_sent_after_ten_minutes_with_the_same_message_id(queued, now):
    letter = queued("a")
    assert delivery.claim(letter, now)  # and here the worker dies
    assert delivery.drain(now + timedelta(minutes=9, seconds=59)) == 0
    assert delivery.drain(now + timedelta(minutes=10)) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == letter.message_id


def test_a_worker_that_lost_its_claim_changes_nothing(queued, now):
    slow = queued("a")
    assert delivery.claim(slow, now)
    assert delivery.drain(now + timedelta(minutes=10)) == 1
    delivery.fail(slow, RuntimeError("too late"), now + timedelta(minutes=11))
    slow.refresh_from_db()
    assert (slow.status, slow.attempts, slow.problem) == (Status.SENT, 0, "")


def test_a_letter_read_before_somebody_else_sent_it_cannot_be_claimed(queued, now):
    stale = queued("a")
    delivery.drain(now)
    assert delivery.claim(stale, now) is False
    assert delivery.claim(Letter.objects.get(), now) is False


def test_a_drain_takes_one_query_and_two_for_each_letter(queued, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert delivery.drain(now) == 0
    queued("a")
    with django_assert_num_queries(4):
        assert delivery.drain(now) == 1
    for key in "bcd":
        queued(key)
    with django_assert_num_queries(8):
        assert delivery.drain(now) == 3


def test_a_mail_server_that_is_set_wrongly_costs_no_attempt(queued, now, settings):
    settings.EMAIL_BACKEND = "nowhere.Backend"
    letter = queued("a")
    assert delivery.drain(now) == 0
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (Status.QUEUED, 0)


def test_a_server_that_hangs_up_badly_undoes_nothing(queued, now, settings):
    settings.EMAIL_BACKEND = "tests.letters.backends.Rude"
    queued("a")
    assert (delivery.drain(now), Letter.objects.get().status) == (1, Status.SENT)


def test_a_batch_that_takes_too_long_leaves_the_rest_unclaimed(queued, now, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", timedelta(0))
    letter = queued("a")
    assert delivery.drain(now) == 0
    letter.refresh_from_db()
    assert (letter.status, letter.claimed_at) == (Status.QUEUED, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoWorkersAtOnce:
    """Forty letters, two workers that begin together."""

    def race(self, queued, work):
        for number in range(40):
            queued(f"race:{number}", to=f"{number}@example.org")
        start = Barrier(2)

        def worker():
            try:
                return work(start)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            return [future.result() for future in [pool.submit(worker), pool.submit(worker)]]

    def test_each_letter_goes_once(self, queued, now):
        def work(start):
            start.wait()
            return delivery.drain(now)

        sent = self.race(queued, work)
        assert (sum(sent), addresses()) == (40, sorted(f"{number}@example.org" for number in range(40)))

    def test_control_without_the_claim_the_same_race_sends_each_twice(self, queued, now):
        def work(start):
            letters = list(Letter.objects.filter(delivery.due(now)))
            start.wait()
            with delivery.Connection() as open_connection:
                for letter in letters:
                    open_connection.send(letter)

        self.race(queued, work)
        assert len(mail.outbox) == 80

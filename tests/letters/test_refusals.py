"""A real conversation with a mail server: what it refuses for good is given up at once, shown, and sent elsewhere."""

import socket
from contextlib import contextmanager

import pytest
import time_machine
from django.urls import reverse

from applications.lifecycle import Status as APPLIED
from core.accounts.actions import correct_address, invite_person
from core.accounts.links import welcomed
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters import actions, delivery
from core.letters.models import Letter, Status
from core.letters.outbox import post
from core.lifecycle import Refused
from tests.accounts.factories import UserFactory, person_with
from tests.applications.factories import application_at
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


class Mailboxes:
    """Refuses the recipients that it has an answer for, and keeps what it takes."""

    def __init__(self, answers):
        self.answers = answers
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += envelope.rcpt_tos
        return "554 5.6.0 not this text" if b"refuse this" in envelope.content else "250 OK"


@contextmanager
def mail_server(settings, **answers):
    """Run a mail server whose mailboxes at example.org give these answers."""
    controller = pytest.importorskip("aiosmtpd.controller")
    boxes = Mailboxes({f"{name}@example.org": answer for name, answer in answers.items()})
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = controller.Controller(boxes, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield boxes
    finally:
        server.stop()


def test_a_mailbox_that_does_not_exist_costs_one_attempt_and_the_others_get_theirs(queued, now, settings):
    for name in ("gone", "full", "policy", "ada"):
        queued(name, to=f"{name}@example.org")
    queued("text", to="ada@example.org", words="refuse this")
    answers = {"gone": "550 5.1.1 no such user", "full": "452 4.2.2 full", "policy": "554 5.7.1 Relay access denied"}
    with mail_server(settings, **answers) as boxes:
        assert delivery.drain(now) == 1
    found = {letter.key: (letter.status, letter.attempts) for letter in Letter.objects.all()}
    assert found == {
        "gone": (Status.DEAD, 1),
        "text": (Status.DEAD, 1),
        "full": (Status.QUEUED, 1),
        "policy": (Status.QUEUED, 1),
        "ada": (Status.SENT, 0),
    }
    assert boxes.taken == ["ada@example.org", "ada@example.org"]
    problem = Letter.objects.get(key="gone").problem
    assert ("550" in problem, "no such user" in problem, "gone@" in problem) == (True, True, False)


@pytest.fixture
def refused(now, settings):
    """Return an application whose email to a colleague was refused for good."""
    application = application_at(APPLIED.SUBMITTED)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # the worker sends, not this process
    words = {"words": "It is in.", "name": "Ada", "reference": application.reference}
    post("testing.hello", to="gone@example.org", key="x", at=now, about=application, application=application, **words)
    settings.REDIS_URL = ""
    with mail_server(settings, gone="550 5.1.1 no such user"):
        delivery.deliver(Letter.objects.filter(key="x"), now)
    return application


def test_the_officer_sees_it_on_the_case_and_among_the_tasks_and_the_committee_does_not(refused, now, client):
    address = reverse("admin:applications_application_change", args=[refused.pk])
    officer = person_with(Role.OFFICER)
    client.force_login(officer, backend="core.accounts.sign_in.SignIn")
    page = client.get(address).text
    assert ("Emails that did not arrive" in page, "gone@example.org" in page, "no such user" in page) == (True,) * 3
    with time_machine.travel(now, tick=False):
        client.force_login(officer, backend="core.accounts.sign_in.SignIn")
        tasks = client.get(reverse("admin:index")).text
    assert f"1 email {SAID.emails_could_not_be_delivered}" in tasks
    client.force_login(person_with(Role.COMMITTEE), backend="core.accounts.sign_in.SignIn")
    assert "gone@example.org" not in client.get(address).text


def test_the_officer_sends_it_to_the_right_address_once_and_a_line_of_the_trail_says_so(refused, now, settings, client):
    letter, officer = Letter.objects.get(key="x"), person_with(Role.OFFICER)
    client.force_login(officer, backend="core.accounts.sign_in.SignIn")
    step = reverse("admin:letters_letter_step", args=[letter.pk, "send-elsewhere"])
    assert "gone@example.org" in client.get(step).text
    assert client.post(step, {"email": "gone@example.org"}).status_code == 200  # the form again, with the reason
    assert client.post(step, {"email": "Ada@Example.org "}).status_code == 302
    with mail_server(settings) as boxes:
        assert delivery.deliver(Letter.objects.filter(key="x"), now) == 1
    letter.refresh_from_db()
    assert (boxes.taken, letter.status, letter.to_email) == (["ada@example.org"], Status.SENT, "ada@example.org")
    assert Entry.objects.filter(event="email sent to another address").count() == 1


def test_a_code_or_link_is_not_sent_to_another_address(queued, now, settings):
    letter = queued("a", to="gone@example.org", secret=True)
    with mail_server(settings, gone="550 no"):
        delivery.drain(now)
    letter.refresh_from_db()
    with pytest.raises(Refused):
        actions.send_elsewhere(letter, email="ada@example.org", by=person_with(Role.ADMINISTRATOR), at=now)


def invited(now, settings):
    administrator = person_with(Role.ADMINISTRATOR)
    with mail_server(settings, wrong="550 5.1.1 no such user"):
        person = invite_person(email="wrong@example.org", name="Sana", by=administrator, at=now)
        delivery.drain(now)
    return administrator, person


def test_the_administrator_corrects_the_address_of_somebody_who_was_invited(now, settings, client):
    administrator, person = invited(now, settings)
    client.force_login(administrator, backend="core.accounts.sign_in.SignIn")
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk])).text
    assert ("Emails that did not arrive" in page, "Correct the address" in page) == (True, True)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.post(reverse("admin:accounts_user_step", args=[person.pk, "correct-address"]), {"email": "Sana@example.org"})
    person.refresh_from_db()
    letter = Letter.objects.get(status=Status.QUEUED)
    assert (person.email, letter.to_email, letter.template) == (
        "sana@example.org",
        "sana@example.org",
        "accounts.welcome",
    )


def test_the_link_sent_to_the_wrong_address_stops_working(now, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    administrator = person_with(Role.ADMINISTRATOR)
    person = invite_person(email="wrong@example.org", name="Sana", by=administrator, at=now)
    uid, token = Letter.objects.get().text.split("/welcome/")[1].split("/")[0].split("-", 1)
    assert welcomed(uid, token) == person
    correct_address(person, email="sana@example.org", by=administrator, at=now)
    assert welcomed(uid, token) is None


def test_who_has_signed_in_changes_the_address_alone_and_an_address_in_use_is_refused(now):
    administrator, known = person_with(Role.ADMINISTRATOR), UserFactory()
    with pytest.raises(Refused):
        correct_address(known, email="new@example.org", by=administrator, at=now)
    person = invite_person(email="wrong@example.org", name="Sana", by=administrator, at=now)
    with pytest.raises(Refused) as refusal:
        correct_address(person, email=known.email.upper(), by=administrator, at=now)
    assert refusal.value.field == "email"
    with pytest.raises(Refused) as refusal:
        correct_address(person, email="new@example.org", by=person_with(Role.OFFICER), at=now)
    assert refusal.value.code == "accounts.change_user"

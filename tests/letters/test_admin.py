"""The outbox in the admin promises: read by few, secrets by nobody, and a given-up letter can be sent again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from core.accounts.models import User
from core.accounts.roles import OPENS_ADMIN, Role
from core.audit import trail
from core.letters import actions, delivery, work_queue
from core.letters.models import Letter, Status
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import hold, programme
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

LIST = "admin:letters_letter_changelist"


def person(role):
    someone = User.objects.create_user(
        f"{role.name.lower()}@example.org", name=role.label, is_staff=role in OPENS_ADMIN
    )
    hold(someone, role)
    return someone


@pytest.fixture
def dead(queued):
    letter = queued("dead", programme=programme())
    Letter.objects.filter(pk=letter.pk).update(status=Status.DEAD, attempts=8, problem="SMTPException: no")
    letter.refresh_from_db()
    return letter


def page_of(letter):
    return reverse("admin:letters_letter_change", args=[letter.pk])


@pytest.mark.parametrize("role", Role)
def test_a_letter_is_listed_if_and_only_if_it_may_be_read(role, queued):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    queued("ours", programme=programme())
    queued("other's", programme=other)
    queued("installation's")
    queued("account's", programme=other)
    Letter.objects.filter(key="account's").update(template="accounts.welcome")
    someone = person(role)
    listed = {letter.key for letter in visible(Letter, someone)}
    viewable = {letter.key for letter in Letter.objects.all() if someone.has_perm("letters.view_letter", letter)}
    expected = {
        Role.OFFICER: {"ours"},
        Role.DIRECTOR: {"ours"},
        Role.ADMINISTRATOR: {"installation's", "account's"},
    }.get(role, set())
    assert (listed, viewable) == (expected, expected)
    assert someone.has_perm("letters.view_letter") is bool(expected)


def test_somebody_who_may_no_longer_sign_in_reads_nothing(queued):
    letter, someone = queued("a", programme=programme()), person(Role.OFFICER)
    someone.is_active = False
    assert someone.has_perm("letters.view_letter", letter) is False


def test_the_list_is_found_by_status_and_words(client, queued, dead):
    queued("waiting", programme=programme())
    client.force_login(person(Role.OFFICER))
    counts = [
        client.get(reverse(LIST), asked).context["cl"].result_count
        for asked in ({}, {"status__exact": "dead"}, {"q": "Hello Ada"}, {"q": "nobody"})
    ]
    assert counts == [2, 1, 2, 0]


def test_a_letter_s_page_shows_what_it_said_but_no_secret(client, queued):
    open_letter, secret = (
        queued("a", words="It is in.", programme=programme()),
        queued("b", words="Your code is 123456.", secret=True, programme=programme()),
    )
    client.force_login(person(Role.OFFICER))
    shown = client.get(page_of(open_letter)).content.decode(), client.get(page_of(secret)).content.decode()
    assert ("It is in." in shown[0], "123456" in shown[1], SAID.do_not_show_it in shown[1]) == (True, False, True)
    client.force_login(User.objects.create_superuser("root@example.org", name="Root"))
    assert "123456" not in client.get(page_of(secret)).content.decode()


def test_nothing_can_be_changed_added_or_deleted(client, queued):
    letter = queued("a", programme=programme())
    client.force_login(person(Role.OFFICER))
    answers = [
        client.post(page_of(letter), {"subject": "another"}).status_code,
        client.post(reverse("admin:letters_letter_add"), {"subject": "another"}).status_code,
        client.post(reverse("admin:letters_letter_delete", args=[letter.pk]), {"post": "yes"}).status_code,
    ]
    assert (answers, Letter.objects.get().subject) == ([403, 403, 403], "Hello Ada")


def test_a_given_up_letter_is_sent_again_from_its_page_and_the_trail_says_so(client, dead):
    officer = person(Role.OFFICER)
    client.force_login(officer)
    client.post(reverse("admin:letters_letter_step", args=[dead.pk, "send_again"]))
    dead.refresh_from_db()
    line = trail.history(dead).get()
    assert (dead.status, dead.attempts) == (Status.QUEUED, 0)
    assert (line.event, line.by, line.detail) == ("email sent again", officer, {"problem": "SMTPException: no"})
    assert (delivery.drain(dead.next_try_at), len(mail.outbox)) == (1, 1)


def test_the_list_sends_again_what_was_given_up_and_refuses_the_rest(client, dead, queued):
    waiting = queued("waiting", programme=programme())
    client.force_login(person(Role.OFFICER))
    chosen = {"action": "send_chosen_again", "_selected_action": [dead.pk, waiting.pk]}
    response = client.post(reverse(LIST), chosen, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert said == [
        SAID.reload_the_page_to_see.format(SAID.this_is_so_is_not.format("email", "waiting", "send again")),
        SAID.we_will_send_1_email,
    ]
    Letter.objects.update(status=Status.DEAD)
    response = client.post(reverse(LIST), chosen, follow=True)
    assert [str(message) for message in response.context["messages"]] == [SAID.we_will_send_emails_again.format("2")]


def test_who_may_not_read_a_letter_cannot_send_it_again(client, dead):
    client.force_login(person(Role.ADMINISTRATOR))
    client.post(reverse(LIST), {"action": "send_chosen_again", "_selected_action": [dead.pk]})
    client.post(reverse("admin:letters_letter_step", args=[dead.pk, "send_again"]))
    client.force_login(person(Role.FINANCE))
    assert client.post(reverse(LIST), {"action": "send_chosen_again", "_selected_action": [dead.pk]}).status_code == 403
    dead.refresh_from_db()
    assert dead.status == Status.DEAD


def test_the_office_of_another_programme_neither_reads_nor_sends_again(client, dead, now):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    stranger = User.objects.create_user("officer@example.org", name="Olive", is_staff=True)
    hold(stranger, Role.OFFICER, within=other)
    client.force_login(stranger)
    assert "Hello Ada" not in client.get(reverse(LIST)).text
    assert client.get(page_of(dead)).status_code == 302
    client.post(reverse(LIST), {"action": "send_chosen_again", "_selected_action": [dead.pk]})
    client.post(reverse("admin:letters_letter_step", args=[dead.pk, "send_again"]))
    with pytest.raises(Refused) as refusal:
        actions.send_again(dead, by=stranger, at=now)
    dead.refresh_from_db()
    assert (dead.status, refusal.value.code) == (Status.DEAD, "letters.send_again_letter")


def test_a_letter_that_was_sent_is_not_sent_again(queued, now):
    letter = queued("a", programme=programme())
    delivery.drain(now)
    letter.refresh_from_db()
    with pytest.raises(Refused):
        actions.send_again(letter, by=person(Role.OFFICER), at=now)
    assert list(trail.history(letter)) == []


def test_a_letter_calls_itself_by_its_subject(queued):
    assert str(queued("a")) == "Hello Ada"


def test_f17_what_could_not_be_delivered_waits_for_those_who_may_send_it_again(dead, now):
    office, host = person(Role.OFFICER), person(Role.HOST_ASSESSOR)
    assert [item.sentence for item in work_queue.items(office, now)] == [
        f"1 email {SAID.emails_could_not_be_delivered}"
    ]
    assert list(work_queue.items(host, now)) == []
    assert list(work_queue.items(office, now + timedelta(days=15))) == []

"""Where people are signed in: seen and ended by themselves and by an administrator; over when idle or too old."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse

from core.accounts import kept_requests, sessions
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters.models import Letter
from core.retention import rules
from tests.accounts.factories import PASSWORD, UserFactory, person_with
from tests.client import Client

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOON = datetime(2019, 3, 13, 12, tzinfo=UTC)


def signed_in(person: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.url == reverse("home")
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account_you")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/141 Safari/537.36", "Chrome on Chromebook"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141 Safari/537.36 Edg/141", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) CriOS/141 Mobile Safari/604", "Chrome on iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) SamsungBrowser/28 Chrome/130",
            "Samsung Internet on Android",
        ),
        ("Opera/9.80", "Opera"),
        ("curl/8", "An unknown device"),
        ("", "An unknown device"),
    ],
)
def test_a_device_is_told_in_words_and_words_stay_as_they_are(agent, words):
    assert (sessions.device(agent), sessions.device(words)) == (words, words)


def test_what_is_kept_of_a_sign_in_is_the_device_in_words_and_no_address():
    signed_in(UserFactory())
    assert UserSession.objects.values_list("user_agent", "ip").get() == ("Firefox on Windows", sessions.NO_PLACE)


def test_the_page_lists_each_device_and_marks_this_one():
    person = UserFactory()
    signed_in(person, "Mozilla/5.0 (iPhone) Safari/604")
    page = signed_in(person).get(reverse("account_sessions")).text
    assert ("Firefox on Windows (this device)" in page, "Safari on iPhone" in page) == (True, True)
    assert "Safari on iPhone (this device)" not in page


def test_one_device_is_signed_out_and_the_others_stay():
    person = UserFactory()
    here, lost, other = signed_in(person), signed_in(person), signed_in(person)
    row = UserSession.objects.get(session_key=lost.session.session_key)
    here.post(reverse("account_session_end", args=(row.pk,)))
    assert [is_signed_in(client) for client in (here, lost, other)] == [True, False, True]


def test_every_other_device_is_signed_out():
    person = UserFactory()
    here, lost, other = signed_in(person), signed_in(person), signed_in(person)
    here.post(reverse("account_sessions_end_others"))
    assert [is_signed_in(client) for client in (here, lost, other)] == [True, False, False]


def test_somebody_elses_session_is_not_ended():
    theirs, mine = signed_in(UserFactory()), signed_in(UserFactory())
    row = UserSession.objects.get(session_key=theirs.session.session_key)
    mine.post(reverse("account_session_end", args=(row.pk,)))
    mine.post(reverse("account_sessions_end_others"))
    assert is_signed_in(theirs)


def test_an_administrator_signs_somebody_out_everywhere_and_they_are_told():
    person, administrator = UserFactory(), person_with(Role.ADMINISTRATOR)
    lost, office = signed_in(person), Client()
    office.force_login(administrator)
    page = reverse("admin:accounts_user_change", args=(person.pk,))
    assert "Firefox on Windows, last used" in office.get(page).text
    office.post(reverse("admin:accounts_user_step", args=(person.pk, "sign-out")))
    assert not is_signed_in(lost)
    line = Entry.objects.get(event="signed out everywhere")
    assert (line.by, line.thing_id) == (administrator, str(person.pk))
    assert Letter.objects.filter(template="accounts.sessions_ended", to_user=person).count() == 1
    assert is_signed_in(office)


def test_signing_out_leaves_no_row():
    client = signed_in(UserFactory())
    client.post(reverse("account_logout"))
    assert UserSession.objects.count() == 0


def test_retention_deletes_the_rows_of_sessions_that_are_over():
    client = signed_in(UserFactory())
    rule = next(rule for rule in rules.rules() if rule.what.startswith("The device"))
    ends = Session.objects.get().expire_date
    assert [rule.things(ends - timedelta(seconds=1)).count(), rule.things(ends).count()] == [0, 1]
    assert is_signed_in(client)


@pytest.mark.parametrize(("minutes", "stays"), [(59, True), (60, False)])
def test_somebody_with_a_role_is_signed_out_when_idle(minutes, stays):
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(person_with(Role.OFFICER))
        client.get(reverse("account_you"))
        clock.shift(timedelta(minutes=minutes))
        assert is_signed_in(client) == stays


def test_each_use_counts_and_somebody_without_a_role_is_not_signed_out():
    officer, applicant = Client(), Client()
    with time_machine.travel(NOON, tick=False) as clock:
        officer.force_login(person_with(Role.OFFICER))
        applicant.force_login(UserFactory())
        for _ in range(3):
            clock.shift(timedelta(minutes=50))
            assert is_signed_in(officer)
        assert is_signed_in(applicant)


def test_the_idle_limit_is_a_setting(settings):
    settings.STAFF_IDLE_MINUTES = 0
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(person_with(Role.OFFICER))
        clock.shift(timedelta(hours=5))
        assert is_signed_in(client)


def test_a_sign_in_ends_after_twelve_hours_however_much_it_is_used():
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(UserFactory())
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            session = client.session
            session["used"] = True
            session.save()
            assert is_signed_in(client)
        clock.shift(timedelta(hours=1))
        assert not is_signed_in(client)


def test_what_an_idle_person_sent_is_kept_and_sent_after_signing_in_again():
    person = person_with(Role.ADMINISTRATOR)
    other = UserFactory(name="Before")
    page = reverse("admin:accounts_user_change", args=(other.pk,))
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(person)
        client.get(page)
        clock.shift(timedelta(minutes=61))
        answer = client.post(page, {"name": "After “all”", "works_for": ""})
        assert answer.url == f"{reverse('account_login')}?next={reverse('account_continue')}"
        assert User.objects.get(pk=other.pk).name == "Before"
        assert "you did nothing here for a while" in client.get(answer.url).text
        answer = client.post(
            reverse("account_login"),
            {"login": person.email, "password": PASSWORD, "next": reverse("account_continue")},
        )
        assert answer.url == reverse("account_continue")
        shown = client.get(answer.url).text
        assert 'name="name" value="After “all”"' in shown
        assert f'action="{page}"' in shown
        client.post(page, {"name": "After “all”", "works_for": ""})
        assert User.objects.get(pk=other.pk).name == "After “all”"
        assert kept_requests.SESSION_KEY not in client.session


def test_what_was_kept_is_shown_to_nobody_else_and_not_after_an_hour():
    writer, other = UserFactory(), UserFactory()
    kept = {"person": writer.pk, "path": "/x/", "words": "a=b", "label": "", "had_files": False}
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        for person, minutes, status in [(other, 0, 302), (writer, 0, 200), (writer, 61, 302)]:
            client.force_login(person)
            session = client.session
            session[kept_requests.SESSION_KEY] = kept | {"at": NOON.isoformat()}
            session.save()
            clock.move_to(NOON + timedelta(minutes=minutes))
            assert client.get(reverse("account_continue")).status_code == status


def test_passwords_and_codes_are_not_kept():
    client = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(person_with(Role.OFFICER))
        clock.shift(timedelta(minutes=61))
        client.post(reverse("account_name"), {"name": "N", "password": "p", "code": "1", "csrfmiddlewaretoken": "x"})
        assert client.session[kept_requests.SESSION_KEY]["words"] == "name=N"


def test_after_a_second_factor_came_or_went_other_sign_ins_are_pointed_at():
    person, phone = person_with(Role.OFFICER), "Mozilla/5.0 (iPhone) CriOS/141"
    client = signed_in(person)
    TOTP.activate(person, generate_totp_secret())
    client.post(reverse("mfa_deactivate_totp"))
    assert sessions.ELSEWHERE not in client.get(reverse("account_you")).text
    signed_in(person, phone)
    TOTP.activate(person, generate_totp_secret())
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person).exists()
    assert sessions.ELSEWHERE in client.get(reverse("account_you")).text

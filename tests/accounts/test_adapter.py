"""Registering, signing in and new passwords, as people and strangers meet them."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.urls import reverse

from core.accounts.adapter import LETTERS, is_ours
from core.accounts.models import User
from core.letters.models import Letter
from tests.accounts.factories import PASSWORD, UserFactory
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

NEW = {"name": "Nadia New", "email": "nadia@example.org", "password1": "three unlike words"}
TOO_MANY = SAID.too_many_attempts_try_again
NOT_REACHED = {
    "account/email/email_confirm",  # by link; ours goes by code
    "account/email/email_deleted",  # one address per person, changed and never removed
    "account/email/login_code",  # not switched on
    "account/email/password_reset_key",  # by link; ours goes by code
}


def code_in(letter):
    """Read the code out of a letter."""
    return re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter.body, re.MULTILINE)[1]


def sign_in(client, email, password=PASSWORD, *, wanted="", **extra):
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": email, "password": password, "next": wanted}, **extra)


def without_tokens(page):
    """Return the page without what differs between any two visits."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


class CountingHasher(MD5PasswordHasher):
    """A quick hasher that counts how often it is asked to hash."""

    count = 0

    def encode(self, password, salt):
        type(self).count += 1
        return super().encode(password, salt)


def test_every_message_of_allauth_has_a_letter_of_ours_or_is_not_reached():
    folder = Path(allauth.__file__).parent / "templates"
    theirs = {
        str(path.relative_to(folder)).removesuffix("_subject.txt") for path in folder.glob("*/email/*_subject.txt")
    }
    theirs = {name for name in theirs if name.startswith(("account/", "mfa/"))}
    assert theirs == LETTERS.keys() | NOT_REACHED


def test_registering_goes_by_a_code_in_a_letter_and_leads_to_naming_an_organisation(client, letters):
    with letters() as sent:
        response = client.post(reverse("account_signup"), NEW)
    assert response.url == reverse("account_email_verification_sent")
    assert (sent[0].to, sent[0].subject) == (["nadia@example.org"], SAID.your_code_to_finish_registering)
    response = client.post(response.url, {"code": code_in(sent[0])})
    assert response.url == reverse("organisation")
    person = User.objects.get()
    assert (person.name, person.email, person.is_staff) == ("Nadia New", "nadia@example.org", False)
    assert EmailAddress.objects.get(user=person).verified
    assert "Name your organisation" in client.get(response.url).text


def test_registering_on_the_way_somewhere_leads_back_there(client, letters):
    page = reverse("organisation_join", args=["some-token"])
    with letters() as sent:
        response = client.post(reverse("account_signup"), NEW | {"next": page})
    assert client.post(response.url, {"code": code_in(sent[0])}).url == page


def test_an_unproved_address_is_asked_for_a_code_at_sign_in(client, letters, time_machine_at):
    with letters():
        client.post(reverse("account_signup"), NEW)
    client.cookies.clear()
    time_machine_at.shift(60)
    with letters() as sent:
        response = sign_in(client, NEW["email"], NEW["password1"])
    assert response.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    client.post(response.url, {"code": code_in(sent[0])})
    assert "_auth_user_id" in client.session


def test_a_wrong_code_is_refused_and_after_three_it_is_void(client, letters):
    with letters() as sent:
        response = client.post(reverse("account_signup"), NEW)
    for _ in range(3):
        client.post(response.url, {"code": "WRONG1"})
    client.post(response.url, {"code": code_in(sent[0])})
    assert not EmailAddress.objects.get().verified


def test_registering_says_the_same_whether_an_account_exists_or_not(client, letters):
    UserFactory(email="nadia@example.org")
    with letters() as sent:
        taken = client.post(reverse("account_signup"), NEW | {"email": "Nadia@Example.org"})
    page_when_taken = client.get(taken.url).text.replace("nadia@example.org", "X")
    client.cookies.clear()
    with letters():
        fresh = client.post(reverse("account_signup"), NEW | {"email": "other@example.org"})
    page_when_fresh = client.get(fresh.url).text.replace("other@example.org", "X")
    assert (taken.status_code, taken.url) == (fresh.status_code, fresh.url)
    assert without_tokens(page_when_taken) == without_tokens(page_when_fresh)
    assert [letter.subject for letter in sent] == [SAID.you_already_have_an_account]
    assert "http://localhost:8000/accounts/password/reset/" in sent[0].body
    assert User.objects.get(email="nadia@example.org").check_password(PASSWORD)


def test_registering_hashes_a_password_whether_an_account_exists_or_not(client, letters, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    UserFactory(email="nadia@example.org")
    counts = []
    for email in ("nadia@example.org", "other@example.org"):
        CountingHasher.count = 0
        client.cookies.clear()
        with letters():
            client.post(reverse("account_signup"), NEW | {"email": email})
        counts.append(CountingHasher.count)
    assert counts == [1, 1]


def test_asking_for_a_new_password_says_the_same_whether_an_account_exists_or_not(client, letters):
    UserFactory(email="here@example.org")
    pages = []
    subjects = []
    for email in ("here@example.org", "nobody@example.org"):
        client.cookies.clear()
        with letters() as sent:
            response = client.post(reverse("account_reset_password"), {"email": email})
        pages.append(
            (response.status_code, response.url, without_tokens(client.get(response.url).text.replace(email, "X")))
        )
        subjects += [letter.subject for letter in sent]
    assert pages[0] == pages[1]
    assert subjects == [SAID.your_code_to_choose_a, SAID.there_is_no_account_with]


def test_a_new_password_is_chosen_by_a_code(client, letters):
    person = UserFactory(email="here@example.org")
    with letters() as sent:
        response = client.post(reverse("account_reset_password"), {"email": "Here@Example.org"})
    response = client.post(response.url, {"code": code_in(sent[0])})
    with letters() as sent:
        client.post(response.url, {"password1": "another three words", "password2": "another three words"})
    person.refresh_from_db()
    assert person.check_password("another three words")
    assert [letter.subject for letter in sent] == [SAID.your_password_was_changed]


def test_a_changed_password_is_told_by_letter(client, letters):
    person = UserFactory()
    sign_in(client, person.email)
    with letters() as sent:
        response = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "another three words", "password2": "another three words"},
        )
    assert response.url == reverse("account_you")
    assert [(letter.to, letter.subject) for letter in sent] == [([person.email], SAID.your_password_was_changed)]


def test_an_address_is_changed_only_by_a_code_sent_to_the_new_one(client, letters):
    person = UserFactory(email="old@example.org")
    sign_in(client, person.email)
    with letters() as sent:
        client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    assert (sent[0].to, sent[0].subject) == (["new@example.org"], SAID.your_code_to_confirm_your)
    person.refresh_from_db()
    assert person.email == "old@example.org"
    with letters() as told:
        client.post(reverse("account_email_verification_sent"), {"code": code_in(sent[0])})
    person.refresh_from_db()
    assert person.email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=person).values_list("email", flat=True)) == ["new@example.org"]
    assert [(letter.to, letter.subject) for letter in told] == [
        (["old@example.org"], SAID.your_email_address_was_changed)
    ]


def test_letters_with_codes_are_secret_and_blanked_once_sent(client, letters):
    with letters() as sent:
        client.post(reverse("account_signup"), NEW)
    letter = Letter.objects.get()
    assert (letter.is_secret, letter.body, letter.status) == (True, "", "sent")
    assert code_in(sent[0]) not in letter.subject


def test_links_come_from_the_setting_and_never_from_the_request(client, letters, settings):
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory(email="nadia@example.org")
    with letters() as sent:
        client.post(reverse("account_signup"), NEW, headers={"host": "evil.example"})
        client.post(reverse("account_reset_password"), {"email": "none@example.org"}, headers={"host": "evil.example"})
    assert [("evil" in letter.body, "http://localhost:8000/" in letter.body) for letter in sent] == [(False, True)] * 2


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/organisation/new/", "/organisation/new/"),
        ("/organisation/?tab=people#top", "/organisation/?tab=people#top"),
        ("/no-such-page/", "/home/"),
        ("https://evil.example/home/", "/home/"),
        ("http://testserver/home/x", "/home/"),
        ("//evil.example/home/", "/home/"),
        ("/\\evil.example", "/home/"),
        ("javascript:alert(1)", "/home/"),
        ("home/", "/home/"),
        ("", "/home/"),
    ],
)
def test_next_goes_only_home(client, wanted, where):
    assert sign_in(client, UserFactory().email, wanted=wanted).url == where


def test_the_front_page_and_signed_in_pages_are_ours():
    assert is_ours("/home/")
    assert not is_ours("///evil.example")


def test_ten_wrong_guesses_lock_an_account_however_the_name_is_typed(client):
    person = UserFactory(email="locked@example.org")
    typed = ["locked@example.org", " LOCKED@example.org", "Locked@Example.ORG "]
    for number in range(10):
        response = sign_in(client, typed[number % 3], "wrong", REMOTE_ADDR=f"10.0.0.{number}")
        assert TOO_MANY not in response.text
    response = sign_in(client, person.email, REMOTE_ADDR="10.0.1.1")
    assert TOO_MANY in response.text
    assert "_auth_user_id" not in client.session


def test_asking_by_another_host_name_gives_no_more_guesses(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    person = UserFactory()
    for number in range(10):
        sign_in(client, person.email, "wrong", REMOTE_ADDR=f"10.0.0.{number}", headers={"host": f"h{number}.example"})
    response = sign_in(client, person.email, REMOTE_ADDR="10.0.1.1")
    assert TOO_MANY in response.text


def test_ten_wrong_guesses_lock_an_address_whomever_they_are_about(client):
    for _ in range(10):
        assert TOO_MANY not in sign_in(client, UserFactory().email, "wrong").text
    assert TOO_MANY in sign_in(client, UserFactory().email).text
    assert sign_in(client, UserFactory().email, REMOTE_ADDR="10.9.9.9").url == reverse("home")


def test_nine_wrong_guesses_lock_nobody_out(client):
    person = UserFactory()
    for _ in range(9):
        sign_in(client, person.email, "wrong")
    assert sign_in(client, person.email).url == reverse("home")


def test_after_five_minutes_the_lock_opens(client, time_machine_at):
    person = UserFactory()
    for _ in range(10):
        sign_in(client, person.email, "wrong")
    assert TOO_MANY in sign_in(client, person.email).text
    time_machine_at.shift(5 * 60 + 1)
    assert sign_in(client, person.email).url == reverse("home")


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(client):
    person = UserFactory()
    pages = [
        without_tokens(sign_in(client, email, "wrong").text.replace(email, "X"))
        for email in (person.email, "no@example.org")
    ]
    assert pages[0] == pages[1]


def test_guesses_stay_counted_when_many_names_are_tried():
    for number in range(400):
        cache.set(f"guess-{number}", number)
    assert cache.get_many([f"guess-{number}" for number in range(400)]) == {f"guess-{n}": n for n in range(400)}


def test_a_person_whose_account_is_closed_is_told_so_only_with_the_password(client):
    person = UserFactory(is_active=False)
    assert sign_in(client, person.email, "wrong").status_code == 200
    assert sign_in(client, person.email).url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_a_page_used_too_often_says_so_in_our_own_look(client):
    """Allauth's own answer is a bare page that does not say what to do."""
    for _ in range(20):
        assert client.post(reverse("account_signup"), {}).status_code == 200
    response = client.post(reverse("account_signup"), {})
    assert response.status_code == 429
    assert SAID.try_again_in_1_minute in response.text
    assert 'class="govuk-template"' in response.text

"""Pages of one's own account, and the link that opens one."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from core.accounts import actions, links
from core.accounts.models import User
from core.accounts.roles import Role
from tests.accounts.factories import PASSWORD, OrganisationFactory, UserFactory, person_with, programme
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(now):
    """Somebody who has been invited and has not come yet."""
    return actions.invite_person(
        email="ivy@example.org",
        name="I Vy",
        roles=[Role.COMMITTEE],
        programme=programme(),
        by=person_with(Role.ADMINISTRATOR),
        at=now,
    )


def test_the_account_page_shows_name_address_roles_and_second_factor(client):
    person = person_with(
        Role.OFFICER, Role.COMMITTEE, name="Olive Officer", works_for=OrganisationFactory(name="The Trust")
    )
    client.force_login(person)
    page = client.get(reverse("account_you")).text
    for text in ("Olive Officer", person.email, "Committee member<br>Grants officer", "The Trust", "Not set up"):
        assert text in page


def test_one_changes_ones_name(client):
    person = UserFactory(name="Before")
    client.force_login(person)
    assert client.post(reverse("account_name"), {"name": " After "}).url == reverse("account_you")
    person.refresh_from_db()
    assert person.name == "After"


def test_a_name_left_out_gets_a_sentence_at_the_field(client):
    client.force_login(UserFactory(name="Before"))
    page = client.post(reverse("account_name"), {"name": " "}).text
    assert SAID.enter_your_full_name in page
    assert "<title>Error:" in page


@pytest.mark.parametrize("name", ["account_you", "account_name"])
def test_ones_account_is_for_the_signed_in(client, name):
    assert client.get(reverse(name)).url == f"{reverse('account_login')}?next={reverse(name)}"


def test_an_invited_person_follows_the_link_chooses_a_password_and_is_in(client, invited):
    link = links.welcome(invited).removeprefix("http://localhost:8000")
    page = client.get(link)
    assert "You will sign in with <strong>ivy@example.org</strong>" in page.text
    response = client.post(link, {"name": "Ivy Vine", "password": "three unlike words"})
    assert response.url == reverse("home")
    invited.refresh_from_db()
    assert (invited.name, invited.check_password("three unlike words")) == ("Ivy Vine", True)
    assert EmailAddress.objects.get(user=invited).verified
    assert client.session["_auth_user_id"] == str(invited.pk)


def test_the_link_works_once(client, invited):
    link = links.welcome(invited).removeprefix("http://localhost:8000")
    client.post(link, {"name": "Ivy", "password": "three unlike words"})
    client.post(reverse("account_logout"))
    assert client.get(link).status_code == 410
    response = client.post(link, {"name": "Eve", "password": "three other words"})
    assert (response.status_code, SAID.this_link_no_longer_works in response.text) == (410, True)
    invited.refresh_from_db()
    assert invited.check_password("three unlike words")


def test_the_link_works_for_seven_days(client, invited, time_machine_at):
    link = links.welcome(invited).removeprefix("http://localhost:8000")
    time_machine_at.shift(timedelta(days=7))
    assert client.get(link).status_code == 200
    time_machine_at.shift(timedelta(seconds=2))
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("uid", ["MQ", "x", "____", "MTIzNDU2"])
def test_a_made_up_link_opens_nothing(client, uid):
    assert client.get(reverse("account_welcome", args=[uid, "c8abcd-0123456789abcdef"])).status_code == 410


def test_one_persons_token_does_not_open_another_account(client, invited):
    other = User.objects.create_user("other@example.org", name="Other")
    token = links.tokens.make_token(other)
    uid = links.welcome(invited).split("/welcome/")[1].split("-")[0]
    assert client.get(reverse("account_welcome", args=[uid, token])).status_code == 410


def test_a_closed_account_is_not_opened_by_its_link(client, invited):
    link = links.welcome(invited)
    User.objects.filter(pk=invited.pk).update(is_active=False)
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("password", ["sh0rt", "password123", "ivy@example.org"])
def test_a_weak_password_gets_a_sentence_and_the_name_is_kept(client, invited, password):
    page = client.post(links.welcome(invited), {"name": "Ivy Vine", "password": password}).text
    assert "<title>Error:" in page
    assert 'value="Ivy Vine"' in page
    assert password not in page.replace("ivy@example.org</strong>", "")
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_an_invited_person_whose_link_is_over_comes_in_by_a_code(client, invited, letters):
    with letters() as sent:
        client.post(reverse("account_reset_password"), {"email": invited.email})
    assert [letter.subject for letter in sent] == [SAID.your_code_to_choose_a]


def test_the_password_is_asked_again_before_what_is_sensitive_unless_one_has_just_signed_in(client, time_machine_at):
    client.post(reverse("account_login"), {"login": UserFactory().email, "password": PASSWORD})
    time_machine_at.shift(899)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    time_machine_at.shift(2)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))

"""Pages of one's own organisation, walked as its people would."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.accounts.models import Invitation, Membership, Organisation
from core.accounts.roles import Role
from tests.accounts.factories import (
    PASSWORD,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    editor_of,
    lead_of,
    person_with,
    taking_part,
)
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

DETAILS = {
    "name": "New Start",
    "aliases": "",
    "legal_form": "charity",
    "charity_number": "123456",
    "company_number": "",
    "address": "",
    "website": "",
}
INVITE = {"email": "colleague@example.org", "standing": "editor", "is_signatory": "on"}


@pytest.fixture
def organisation():
    """An organisation."""
    return OrganisationFactory(name="Harbour Advice")


def own_pages(organisation, membership):
    """Return every page about an organisation and one of its people."""
    return [
        reverse("organisation_edit", args=[organisation.pk]),
        reverse("organisation_invite", args=[organisation.pk]),
        reverse("organisation_signatory", args=[organisation.pk, membership.pk]),
        reverse("organisation_person_remove", args=[organisation.pk, membership.pk]),
    ]


def test_without_an_organisation_one_is_asked_to_name_it(client):
    client.force_login(UserFactory())
    assert "Name your organisation" in client.get(reverse("organisation")).text


def test_naming_an_organisation_makes_one_its_lead(client):
    person = UserFactory()
    client.force_login(person)
    assert client.post(reverse("organisation_new"), DETAILS).url == reverse("organisation")
    membership = Membership.objects.get(person=person)
    assert (membership.organisation.name, membership.standing) == ("New Start", "lead")
    assert "New Start" in client.get(reverse("organisation")).text


@pytest.mark.parametrize(
    ("wanted", "landing"),
    [
        ("/calls/welcome/apply/", "/calls/welcome/apply/"),
        ("https://elsewhere.example/calls/", "/organisation/"),
        ("//elsewhere.example/calls/", "/organisation/"),
        ("/\\elsewhere.example/", "/organisation/"),
        ("javascript:alert(1)", "/organisation/"),
        ("/no/such/page/", "/organisation/"),
        ("", "/organisation/"),
    ],
)
@pytest.mark.parametrize("name", ["organisation", "organisation_new"])
def test_after_naming_it_one_goes_on_to_the_call_one_came_from_and_to_no_other_site(client, name, wanted, landing):
    client.force_login(UserFactory(), backend="core.accounts.sign_in.SignIn")
    assert client.post(reverse(name, query={"next": wanted}), DETAILS).url == landing


def test_a_likely_double_is_warned_about_nothing_typed_is_lost_and_one_may_carry_on(client):
    OrganisationFactory(name="The New Start Ltd")
    person = UserFactory()
    client.force_login(person)
    page = client.post(reverse("organisation_new"), DETAILS | {"aliases": "NS"}).text
    assert SAID.an_organisation_called_is_already.format("The New Start Ltd") in page
    assert SAID.ask_its_lead_to_invite in page
    assert ('value="New Start"' in page, ">\nNS</textarea>" in page, 'value="123456"' in page) == (True, True, True)
    assert 'type="checkbox" name="carry_on"' in page
    assert (person.memberships.count(), Organisation.objects.count()) == (0, 1)
    client.post(reverse("organisation_new"), DETAILS | {"carry_on": "on"})
    assert (person.memberships.count(), Organisation.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", SAID.enter_the_name_of_the),
        ("charity_number", "12", SAID.enter_the_charity_number_as),
        ("company_number", "ni1", SAID.enter_the_company_number_as),
        ("website", "not a site", SAID.enter_the_website_as_a),
    ],
)
def test_what_is_typed_wrong_gets_a_sentence_at_its_field_and_is_kept(client, field, value, sentence):
    client.force_login(UserFactory())
    page = client.post(reverse("organisation_new"), DETAILS | {field: value, "address": "1 Quay Street"}).text
    assert f'href="#id_{field}">{sentence}' in page
    assert "1 Quay Street" in page


def test_a_website_may_be_typed_without_https(client):
    person = UserFactory()
    client.force_login(person)
    client.post(reverse("organisation_new"), DETAILS | {"website": "example.org"})
    assert Organisation.objects.get().website == "https://example.org"


def test_a_lead_changes_the_details_and_a_mistake_shows_the_name_as_it_was(client, organisation):
    client.force_login(lead_of(organisation))
    page = reverse("organisation_edit", args=[organisation.pk])
    assert "Details of Harbour Advice" in client.post(page, DETAILS | {"name": ""}).text
    assert client.post(page, DETAILS).url == reverse("organisation")
    organisation.refresh_from_db()
    assert (organisation.name, organisation.charity_number) == ("New Start", "123456")


def test_a_stranger_finds_none_of_its_pages(client, organisation):
    membership = MembershipFactory(organisation=organisation)
    client.force_login(lead_of(OrganisationFactory()))
    for page in own_pages(organisation, membership):
        assert (client.get(page).status_code, client.post(page).status_code) == (404, 404)


def test_an_editor_reads_and_changes_nothing(client, organisation):
    membership = MembershipFactory(organisation=organisation)
    client.force_login(editor_of(organisation))
    assert "Invite a colleague" not in client.get(reverse("organisation")).text
    for page in own_pages(organisation, membership):
        assert (client.get(page).status_code, client.post(page).status_code) == (403, 403)


def test_an_officer_keeps_details_and_does_not_invite_for_others(client, organisation):
    client.force_login(person_with(Role.OFFICER))
    assert client.get(reverse("organisation_edit", args=[organisation.pk])).status_code == 404
    taking_part(organisation)
    assert client.get(reverse("organisation_edit", args=[organisation.pk])).status_code == 200
    assert client.get(reverse("organisation_invite", args=[organisation.pk])).status_code == 403


def test_the_signed_out_are_asked_to_sign_in(client, organisation):
    membership = MembershipFactory(organisation=organisation)
    for page in [reverse("organisation"), reverse("organisation_new"), *own_pages(organisation, membership)]:
        assert client.get(page).url == f"{reverse('account_login')}?next={page}"


def test_another_organisations_person_is_not_reached_through_ones_own(client, organisation):
    client.force_login(lead_of(organisation))
    theirs = MembershipFactory()
    page = reverse("organisation_person_remove", args=[organisation.pk, theirs.pk])
    assert client.post(page).status_code == 404
    assert Membership.objects.filter(pk=theirs.pk).exists()


def test_a_lead_ticks_a_signatory_and_makes_another_lead(client, organisation):
    client.force_login(lead_of(organisation))
    membership = editor_of(organisation).memberships.get()
    page = reverse("organisation_signatory", args=[organisation.pk, membership.pk])
    assert "for Harbour Advice" in client.get(page).text
    assert client.post(page, {"standing": "lead", "is_signatory": "on"}).url == reverse("organisation")
    membership.refresh_from_db()
    assert (membership.standing, membership.is_signatory) == ("lead", True)
    client.post(page, {"standing": "lead"})
    membership.refresh_from_db()
    assert not membership.is_signatory


def test_the_last_lead_gets_a_sentence_and_stays(client, organisation):
    lead = lead_of(organisation)
    client.force_login(lead)
    membership = lead.memberships.get()
    for name, sent in (
        ("organisation_signatory", {"standing": "editor"}),
        ("organisation_person_remove", {"send": "y"}),
    ):
        page = client.post(reverse(name, args=[organisation.pk, membership.pk]), sent).text
        assert SAID.first_make_someone_else_a.format("is the only lead of Harbour Advice.") in page
    assert Membership.objects.get(pk=membership.pk).standing == "lead"


def test_a_lead_removes_a_person_once_asked(client, organisation):
    client.force_login(lead_of(organisation))
    membership = editor_of(organisation).memberships.get()
    page = reverse("organisation_person_remove", args=[organisation.pk, membership.pk])
    assert SAID.they_will_no_longer_see in client.get(page).text
    assert Membership.objects.filter(pk=membership.pk).exists()
    assert client.post(page, {"send": "y"}).url == reverse("organisation")
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_an_invited_colleague_registers_and_joins(client, organisation, letters):
    client.force_login(lead_of(organisation))
    with letters() as sent:
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    assert "colleague@example.org" in client.get(reverse("organisation")).text
    link = "/organisation/join/" + sent[0].body.split("/organisation/join/")[1].split()[0]
    client.logout()
    page = client.get(link).text
    assert f"{reverse('account_signup')}?next={link}" in page
    assert "Join this organisation" not in page
    registration = {"name": "Cole", "email": INVITE["email"], "password1": "three unlike words", "next": link}
    with letters() as sent:
        response = client.post(reverse("account_signup"), registration)
    code = next(
        line.strip() for line in sent[0].body.splitlines() if line.strip().replace("-", "").isalnum() and line.isupper()
    )
    assert client.post(response.url, {"code": code}).url == link
    assert "invites you to Harbour Advice as editor and authorised signatory" in client.get(link).text
    assert client.post(link, {"send": "y"}).url == reverse("organisation")
    assert Membership.objects.filter(person__email=INVITE["email"]).values_list("standing", "is_signatory").get() == (
        "editor",
        True,
    )
    assert client.get(link).status_code == 410


def test_an_invitation_does_not_let_another_person_in(client, organisation, letters):
    client.force_login(lead_of(organisation))
    with letters() as sent:
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    link = "/organisation/join/" + sent[0].body.split("/organisation/join/")[1].split()[0]
    stranger = UserFactory()
    client.logout()
    client.force_login(stranger)
    page = client.post(link, {"send": "y"}).text
    assert SAID.we_sent_this_invitation_to in page
    assert INVITE["email"] not in page
    assert not stranger.memberships.exists()


def test_what_an_organisation_does_not_have_makes_no_row(client, organisation):
    organisation.company_number, organisation.website = "01234567", ""
    organisation.save()
    client.force_login(lead_of(organisation))
    page = client.get(reverse("organisation")).text
    shown = [name in page for name in ("Company number", "01234567", "Society number", "Website", "Other names")]
    assert shown == [True, True, False, False, False]


def test_another_person_is_told_before_pressing_and_can_sign_out_there(client, organisation, letters):
    client.force_login(lead_of(organisation))
    with letters() as sent:
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    address = "/organisation/join/" + sent[0].body.split("/organisation/join/")[1].split()[0]
    client.force_login(UserFactory(email="else@example.org"))
    page = client.get(address).text
    assert SAID.this_invitation_is_for_another in page
    assert ("else@example.org" in page, "Join this organisation" in page) == (True, False)


def test_nobody_joins_signed_out_or_by_only_looking(client, organisation, letters):
    client.force_login(lead_of(organisation))
    with letters() as sent:
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    link = "/organisation/join/" + sent[0].body.split("/organisation/join/")[1].split()[0]
    client.logout()
    client.post(link, {"send": "y"})
    client.force_login(UserFactory(email=INVITE["email"]))
    client.get(link)
    assert Membership.objects.filter(organisation=organisation).count() == 1


def test_an_invitation_out_of_time_is_told_so(client, organisation, letters, time_machine_at):
    client.post(reverse("account_login"), {"login": lead_of(organisation).email, "password": PASSWORD})
    with letters() as sent:
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    link = "/organisation/join/" + sent[0].body.split("/organisation/join/")[1].split()[0]
    time_machine_at.shift(timedelta(days=14))
    response = client.get(link)
    assert (response.status_code, SAID.this_invitation_no_longer_works in response.text) == (410, True)


def test_a_made_up_invitation_is_not_found(client):
    assert client.get(reverse("organisation_join", args=["made-up"])).status_code == 404


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("", "Enter your colleague&#x27;s email address"), ("nobody", SAID.enter_an_email_address_like)],
)
def test_an_address_typed_wrong_gets_a_sentence(client, organisation, email, sentence):
    client.force_login(lead_of(organisation))
    page = client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE | {"email": email}).text
    assert sentence in page


def test_inviting_somebody_who_is_here_gets_a_sentence(client, organisation):
    client.force_login(lead_of(organisation))
    colleague = editor_of(organisation)
    page = client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE | {"email": colleague.email}).text
    assert f"{colleague.email} is already a member of Harbour Advice." in page


def test_a_lead_withdraws_an_invitation(client, organisation, letters):
    client.force_login(lead_of(organisation))
    with letters():
        client.post(reverse("organisation_invite", args=[organisation.pk]), INVITE)
    page = reverse("organisation_uninvite", args=[organisation.pk, Invitation.objects.get().pk])
    assert client.get(page).status_code == 200
    assert client.post(page).url == reverse("organisation")
    shown = client.get(reverse("organisation")).text
    assert SAID.invited_not_joined_yet not in shown
    assert client.post(page).status_code == 409


def test_somebody_in_two_organisations_sees_both(client, organisation):
    person = lead_of(organisation)
    MembershipFactory(person=person, organisation__name="Quay House")
    client.force_login(person)
    page = client.get(reverse("organisation")).text
    assert ("Harbour Advice" in page, "Quay House" in page, page.count("<h1")) == (True, True, 1)


def test_the_page_asks_the_same_of_the_database_for_one_and_for_three(client, organisation, django_assert_num_queries):
    person = lead_of(organisation)
    client.force_login(person)
    client.get(reverse("organisation"))
    with django_assert_num_queries(7):
        client.get(reverse("organisation"))
    for _ in range(2):
        MembershipFactory(person=person)
        editor_of(organisation)
        Invitation.objects.create(
            organisation=organisation,
            email="x@example.org",
            token_digest=str(_),
            invited_by=person,
            invited_at="2020-01-01T00:00Z",
            expires_at="2099-01-01T00:00Z",
        )
    with django_assert_num_queries(7):
        client.get(reverse("organisation"))

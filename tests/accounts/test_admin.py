"""People and organisations in the admin."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse

from core.accounts.models import Membership, Organisation, Programme, User
from core.accounts.roles import Role
from core.audit import trail
from tests.accounts.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    hold,
    lead_of,
    person_with,
    programme,
    taking_part,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/accounts/user/"
ORGANISATIONS = "/admin/accounts/organisation/"


@pytest.fixture
def administrator(client):
    """An administrator, signed in."""
    person = person_with(Role.ADMINISTRATOR, name="Ada Minns")
    client.force_login(person)
    return person


def test_people_are_found_by_role(client, administrator):
    person_with(Role.OFFICER, name="Olive Officer")
    page = client.get(PEOPLE, {"role": "Grants officer"}).text
    assert ("Olive Officer" in page, ">Ada Minns</a>" in page) == (True, False)


def test_the_list_asks_the_same_of_the_database_for_one_and_for_three(client, administrator, django_assert_num_queries):
    person_with(Role.COMMITTEE)
    client.get(PEOPLE)
    with django_assert_num_queries(10):
        client.get(PEOPLE)
    for role in (Role.OFFICER, Role.FINANCE):
        person_with(role, Role.COMMITTEE, works_for=OrganisationFactory())
    with django_assert_num_queries(10):
        client.get(PEOPLE)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_see_people(client, role):
    client.force_login(person_with(role))
    assert client.get(PEOPLE).status_code in {302, 403}
    assert client.get(f"{PEOPLE}add/").status_code in {302, 403}


def test_roles_are_given_by_ticks(client, administrator):
    person = person_with(Role.OFFICER)
    page = f"{PEOPLE}{person.pk}/steps/roles/"
    shown = client.get(page).text
    assert shown.count("checked") == 1
    place = programme().pk
    client.post(page, {"assignments": [f"Funder assessor|{place}", f"Host line manager|{place}"]})
    person = User.objects.get(pk=person.pk)
    assert (person.roles, person.is_staff) == ({"Funder assessor", "Host line manager"}, True)


def test_an_administrator_who_would_lock_themselves_out_gets_a_sentence(client, administrator):
    page = client.post(f"{PEOPLE}{administrator.pk}/steps/roles/", {"assignments": []}).text
    assert SAID.you_cannot_remove_your_own in page
    assert User.objects.get(pk=administrator.pk).roles == {"Administrator"}


def test_somebody_new_is_invited_with_roles(client, administrator, letters):
    trust = OrganisationFactory()
    sent_form = {"name": "Nia", "email": "Nia@example.org", "works_for": trust.pk}
    sent_form["roles"] = [f"Funder assessor|{programme().pk}"]
    with letters() as sent:
        response = client.post(f"{PEOPLE}add/", sent_form)
    person = User.objects.get(email="nia@example.org")
    assert response.status_code == 302
    assert (person.name, person.works_for, person.roles, person.is_staff) == ("Nia", trust, {"Funder assessor"}, True)
    assert not person.has_usable_password()
    assert [letter.to for letter in sent] == [["nia@example.org"]] * 2  # the link, and the roles
    assert {line.by for line in trail.history(person)} == {administrator}


def test_an_address_that_has_an_account_gets_a_sentence(client, administrator):
    UserFactory(email="here@example.org")
    page = client.post(f"{PEOPLE}add/", {"name": "X", "email": "HERE@example.org"}).text
    assert SAID.there_is_already_an_account in page


def test_the_invitation_is_sent_again_to_whoever_never_came(client, administrator, letters):
    invited = User.objects.create_user("late@example.org", name="Late")
    came = UserFactory()
    with letters() as sent:
        client.post(f"{PEOPLE}{invited.pk}/steps/invite/")
        client.post(f"{PEOPLE}{came.pk}/steps/invite/")
    assert [letter.to for letter in sent] == [["late@example.org"]]


def test_a_lost_second_factor_is_removed_once_asked(client, administrator):
    person = UserFactory(name="Lou")
    TOTP.activate(person, generate_totp_secret())
    page = f"{PEOPLE}{person.pk}/steps/second-factor/"
    assert SAID.when_you_have_checked_by in client.get(page).text
    client.post(page)
    assert not person.authenticator_set.exists()


def test_an_account_is_closed_and_roles_and_addresses_are_not_typed(client, administrator):
    person = person_with(Role.OFFICER, email="same@example.org")
    forged = {"name": "Olive", "email": "other@example.org", "is_staff": "", "is_superuser": "on", "groups": []}
    client.post(f"{PEOPLE}{person.pk}/change/", forged)
    client.post(f"{PEOPLE}{person.pk}/steps/close/")
    person = User.objects.get(pk=person.pk)
    assert (person.name, person.email, person.is_active) == ("Olive", "same@example.org", False)
    assert (person.is_staff, person.is_superuser, person.roles) == (True, False, {"Grants officer"})


def test_nobody_deletes_people(client, administrator):
    person = UserFactory()
    assert client.post(f"{PEOPLE}{person.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=person.pk).exists()


def test_groups_and_what_goes_round_the_actions_are_not_in_the_admin():
    shown = {model._meta.label for model in admin.site._registry}
    assert shown.isdisjoint({Group._meta.label, "account.EmailAddress", "mfa.Authenticator"})


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DIRECTOR, Role.ADMINISTRATOR])
def test_whoever_keeps_organisations_changes_their_details_and_people(client, role):
    client.force_login(person_with(role))
    membership = MembershipFactory()
    organisation = taking_part(membership.organisation)
    lead_of(organisation)
    page = f"{ORGANISATIONS}{organisation.pk}/change/"
    assert client.get(page).status_code == 200
    response = client.post(
        page,
        {
            "name": "Renamed",
            "website": "example.org",
            "memberships-0-id": membership.pk,
            "memberships-0-organisation": organisation.pk,
            "memberships-0-person": membership.person_id,
            "memberships-0-standing": "editor",
            "memberships-0-is_signatory": "on",
            **form_of(organisation.memberships.exclude(pk=membership.pk).get(), 1),
            "memberships-TOTAL_FORMS": 2,
            "memberships-INITIAL_FORMS": 2,
        },
    )
    assert response.status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.website) == ("Renamed", "https://example.org")
    membership.refresh_from_db()
    assert (membership.standing, membership.is_signatory) == ("editor", True)
    assert "standing changed" in {line.event for line in trail.history(organisation)}


def form_of(membership, number):
    """A membership as the page's form sends it."""
    names = {"id": membership.pk, "organisation": membership.organisation_id, "person": membership.person_id}
    facts = names | {"standing": membership.standing, "is_signatory": "on" if membership.is_signatory else ""}
    return {f"memberships-{number}-{name}": value for name, value in facts.items()}


@pytest.mark.parametrize("change", [{"standing": "editor"}, {"DELETE": "on"}])
def test_an_officer_cannot_leave_an_organisation_without_a_lead_either(client, change):
    client.force_login(person_with(Role.OFFICER))
    membership = MembershipFactory(organisation__name="Harbour Advice")
    taking_part(membership.organisation)
    form = {"name": "Harbour Advice", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}
    form |= form_of(membership, 0) | {f"memberships-0-{name}": value for name, value in change.items()}
    page = client.post(f"{ORGANISATIONS}{membership.organisation_id}/change/", form)
    assert "Harbour Advice would have no lead. First make someone else a lead" in page.text
    assert Membership.objects.get().standing == "lead"


def test_an_officer_hands_the_lead_from_one_to_another_in_one_save(client):
    client.force_login(person_with(Role.OFFICER))
    first = MembershipFactory()
    taking_part(first.organisation)
    second = MembershipFactory(organisation=first.organisation, standing="editor")
    form = {"name": "Same", "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 2}
    form |= form_of(first, 0) | form_of(second, 1)
    form |= {"memberships-0-standing": "editor", "memberships-1-standing": "lead"}
    assert client.post(f"{ORGANISATIONS}{first.organisation_id}/change/", form).status_code == 302
    assert dict(Membership.objects.values_list("pk", "standing")) == {first.pk: "editor", second.pk: "lead"}


def test_an_officer_appoints_a_lead_with_a_reason_and_the_others_are_told(client, letters):
    client.force_login(person_with(Role.OFFICER))
    gone = MembershipFactory(person__email="gone@example.org")
    taking_part(gone.organisation)
    heir = MembershipFactory(organisation=gone.organisation, standing="editor", person__email="heir@example.org")
    page = f"{ORGANISATIONS}{gone.organisation_id}/steps/appoint-lead/"
    assert "heir@example.org" in client.get(page).text
    asked = {"member": heir.pk, "email": "", "reason": ""}
    assert SAID.enter_why_the_office_appoints in client.post(page, asked).text
    with letters() as sent:
        client.post(page, asked | {"reason": "The chair wrote that Gone has left."})
    heir.refresh_from_db()
    assert heir.standing == "lead"
    assert sorted((letter.to[0], letter.subject.split(" of ")[0]) for letter in sent) == [
        ("gone@example.org", SAID.has_a_new_lead.format(gone.organisation)),
        ("heir@example.org", SAID.you_are_now_a_lead),
    ]
    line = next(line for line in trail.history(gone.organisation) if line.event == SAID.lead_appointed_by_the_office)
    assert "The chair wrote that Gone has left." in str(line.detail)


def test_an_officer_invites_a_lead_where_nobody_else_is_there(client, letters):
    client.force_login(person_with(Role.OFFICER))
    gone = MembershipFactory(person__email="gone@example.org")
    taking_part(gone.organisation)
    page = f"{ORGANISATIONS}{gone.organisation_id}/steps/appoint-lead/"
    both = {"member": gone.pk, "email": "new@example.org", "reason": "Left."}
    assert SAID.but_not_both in client.post(page, both).text
    with letters() as sent:
        client.post(page, both | {"member": ""})
    assert sorted(letter.to[0] for letter in sent) == ["gone@example.org", "new@example.org"]
    assert gone.organisation.invitations.get().standing == "lead"


def test_finance_reads_organisations_and_changes_nothing(client):
    client.force_login(person_with(Role.FINANCE))
    organisation = taking_part(OrganisationFactory(name="Harbour Advice"))
    assert "Harbour Advice" in client.get(ORGANISATIONS).text
    page = f"{ORGANISATIONS}{organisation.pk}/change/"
    assert (client.get(page).status_code, client.post(page, {"name": "X"}).status_code) == (200, 403)


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.FUNDER_ASSESSOR, Role.HOST_ASSESSOR])
def test_other_staff_do_not_list_organisations(client, role):
    client.force_login(person_with(role))
    assert client.get(ORGANISATIONS).status_code == 403


def test_an_officer_adds_an_organisation(client):
    client.force_login(person_with(Role.OFFICER))
    form = {"name": "The Host", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    address = reverse("admin:accounts_organisation_add")
    assert "Choose programmes." in client.post(address, form).text
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    assert "is not one of the available choices" in client.post(address, form | {"programmes": [other.pk]}).text
    assert client.post(address, form | {"programmes": [programme().pk]}).status_code == 302
    made = Organisation.objects.get(name="The Host")
    assert list(made.programmes.all()) == [programme()]
    assert [line.event for line in trail.history(made)] == ["joined a programme", "organisation added"]


def test_an_administrator_adds_an_organisation_that_takes_part_in_nothing_yet(client, administrator):
    form = {"name": "The Funder", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert client.post(reverse("admin:accounts_organisation_add"), form).status_code == 302
    assert not Organisation.objects.get(name="The Funder").programmes.exists()


def test_the_office_of_a_programme_sees_only_the_organisations_that_take_part_in_it(client):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    ours = taking_part(OrganisationFactory(name="Harbour Advice"))
    elsewhere = taking_part(OrganisationFactory(name="Riverside Welcome"), other)
    newcomer = OrganisationFactory(name="Just Registered")
    for role in (Role.OFFICER, Role.DIRECTOR, Role.FINANCE):
        client.force_login(person_with(role))
        page = client.get(ORGANISATIONS).text
        assert [row.name in page for row in (ours, elsewhere, newcomer)] == [True, False, False]
        for hidden in (elsewhere, newcomer):
            answers = (
                client.get(f"{ORGANISATIONS}{hidden.pk}/change/"),
                client.get(f"{ORGANISATIONS}{hidden.pk}/history/"),
            )
            assert [answer.status_code for answer in answers] == [302, 404]
    client.force_login(person_with(Role.ADMINISTRATOR))
    page = client.get(ORGANISATIONS).text
    assert [row.name in page for row in (ours, elsewhere, newcomer)] == [True, True, True]


def test_an_officer_in_one_programme_who_reads_another_as_finance_keeps_only_the_first(client):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    elsewhere = taking_part(OrganisationFactory(name="Riverside Welcome"), other)
    person = person_with(Role.OFFICER)
    hold(person, Role.FINANCE, within=other)
    client.force_login(person)
    page = f"{ORGANISATIONS}{elsewhere.pk}/change/"
    assert (client.get(page).status_code, client.post(page, {"name": "X"}).status_code) == (200, 403)


def test_an_administrator_sets_up_a_programme_and_its_partners_take_part(client, administrator):
    funder, host = OrganisationFactory(name="The Funder"), OrganisationFactory(name="The Host")
    facts = {"name": "Arts in Office", "slug": "arts", "reference_prefix": "ART", "title_of_director": "Head"}
    facts |= {"fewest_placements": 1, "most_placements": 3, "funder": funder.pk, "host": host.pk, "cover_name": "cover"}
    facts |= {"longest_months": 24, "extension_notice_days": 90, "bank_wait_days": 5}
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    inlines = {
        f"{name}-{key}": value for name in ("goals", "strands", "equality_questions") for key, value in empty.items()
    }
    assert client.post(reverse("admin:accounts_programme_add"), facts | inlines).status_code == 302
    made = Programme.objects.get(slug="arts")
    assert set(made.organisations.all()) == {funder, host}
    assert made.titles == {"Grants director": "Head"}


def test_a_programmes_titles_are_a_box_for_each_role_and_nothing_else(client, administrator):
    ours = programme()
    ours.titles = {"Grants director": "Director of Grants"}
    ours.save()
    page = client.get(reverse("admin:accounts_programme_change", args=[ours.pk])).text
    assert 'value="Director of Grants"' in page
    assert [role for role in Role if f"title_of_{role.name.lower()}" not in page] == []
    assert "{&quot;" not in page
    ours.titles = {"Night watch": "Owl"}
    with pytest.raises(ValidationError) as refused:
        ours.full_clean()
    assert list(refused.value.message_dict) == ["titles"]


def test_an_officer_changes_their_programme_and_neither_another_nor_a_new_one(client):
    client.force_login(person_with(Role.OFFICER))
    other = programme(slug="other", name="Arts in Office", reference_prefix="OTH")
    assert "Arts in Office" not in client.get(reverse("admin:accounts_programme_changelist")).text
    pages = (
        reverse("admin:accounts_programme_change", args=[programme().pk]),
        reverse("admin:accounts_programme_change", args=[other.pk]),
        reverse("admin:accounts_programme_add"),
    )
    assert [client.get(page).status_code for page in pages] == [200, 302, 403]


class TestSuperuser:
    """For repair: sees everything, changes what the rules allow."""

    @pytest.fixture
    def root(self, client):
        person = User.objects.create_superuser("root@example.org", name="Root")
        client.force_login(person)
        return person

    def test_every_list_opens_and_nothing_is_added_changed_or_deleted(self, client, root):
        for model, rows in admin.site._registry.items():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            assert client.get(reverse(f"{name}_changelist")).status_code == 200, name
            assert client.get(reverse(f"{name}_add")).status_code == 403, name
            request = RequestFactory().get("/")
            request.user = root
            may = [
                rows.has_module_permission(request),
                rows.has_view_permission(request),
                rows.has_add_permission(request),
                rows.has_change_permission(request),
                rows.has_delete_permission(request),
            ]
            assert may == [True, True, False, False, False], name

    def test_the_only_button_is_to_give_roles_while_there_are_too_few_administrators(self, client, root):
        person = UserFactory()
        page = reverse("admin:accounts_user_change", args=[person.pk])
        assert "Give roles" in client.get(page).text
        client.post(f"{PEOPLE}{person.pk}/steps/roles/", {"assignments": ["Administrator|"]})
        person_with(Role.ADMINISTRATOR)
        assert User.objects.get(pk=person.pk).roles == {"Administrator"}
        assert "Give roles" not in client.get(page).text
        assert client.post(f"{PEOPLE}{person.pk}/steps/roles/", {"assignments": []}).status_code == 403

    def test_permissions_of_libraries_are_refused_too(self, root):
        asked = ["auth.change_group", "mfa.delete_authenticator", "sessions.add_session", "accounts.no_such_thing"]
        assert [root.has_perm(name) for name in asked] == [False] * 4
        assert (root.has_module_perms("accounts"), root.has_perms(["accounts.view_user"])) == (True, True)
        root.is_active = False
        assert (root.has_perm("accounts.view_user"), root.has_module_perms("accounts")) == (False, False)

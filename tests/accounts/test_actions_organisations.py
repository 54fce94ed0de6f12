"""What is done to organisations and their people."""

from datetime import timedelta

import pytest

from core.accounts import actions
from core.accounts.duplicates import FREE_MAIL
from core.accounts.models import Invitation, Membership, Organisation
from core.audit import trail
from core.lifecycle import Refused
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory, editor_of, lead_of
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
LEAD, EDITOR = Membership.Standing.LEAD, Membership.Standing.EDITOR


def invite(organisation, by, at, *, email="new@example.org", standing=EDITOR, is_signatory=False):
    """Invite somebody."""
    return actions.invite_to_organisation(
        organisation, email=email, standing=standing, is_signatory=is_signatory, by=by, at=at
    )


def test_whoever_names_an_organisation_leads_it_and_signs_nothing_yet(now):
    person = UserFactory()
    organisation = actions.name_organisation(by=person, at=now, name="New Start", charity_number="123456")
    assert person.standings == {organisation.pk: (LEAD, False)}
    assert [line.event for line in trail.history(organisation)] == ["organisation named"]


def test_naming_an_organisation_that_is_here_warns_and_joins_nothing(now):
    OrganisationFactory(name="New Start Ltd")
    person = UserFactory()
    with pytest.raises(actions.LikelyDouble, match="An organisation called New Start Ltd is already registered"):
        actions.name_organisation(by=person, at=now, name="The New Start")
    assert (Organisation.objects.count(), person.memberships.count()) == (1, 0)


def test_carrying_on_makes_another_organisation_and_the_trail_says_of_what_it_may_be_a_double(now):
    first = OrganisationFactory(name="New Start")
    person = UserFactory()
    second = actions.name_organisation(by=person, at=now, name="New Start", carry_on=True)
    assert second != first
    assert list(person.organisation_ids) == [second.pk]
    assert [line.detail for line in trail.history(second)] == [{"likely_double": "New Start"}]


def test_naming_it_twice_makes_one_organisation(now):
    person = UserFactory()
    first = actions.name_organisation(by=person, at=now, name="New Start")
    assert actions.name_organisation(by=person, at=now, name="New Start") == first
    assert Organisation.objects.count() == 1


def test_the_trail_says_which_details_were_changed(now):
    organisation = OrganisationFactory(name="Before", address="")
    lead = lead_of(organisation)
    actions.change_organisation(organisation, by=lead, at=now, name="After", address="", website="https://example.org")
    actions.change_organisation(organisation, by=lead, at=now, name="After")
    organisation.refresh_from_db()
    assert (organisation.name, organisation.website) == ("After", "https://example.org")
    assert [line.detail for line in trail.history(organisation)] == [{"fields": ["name", "website"]}]


def test_an_invitation_goes_by_letter_and_only_a_digest_of_its_token_is_kept(letters, now):
    organisation = OrganisationFactory(name="New Start")
    with letters() as sent:
        invitation = invite(organisation, lead_of(organisation), now, email="New@Example.org")
    (letter,) = sent
    token = letter.body.split("/organisation/join/")[1].split("/")[0]
    assert letter.to == ["new@example.org"]
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values().get())
    assert invitation.expires_at == now + timedelta(days=14)


def test_a_colleague_who_is_here_already_is_not_invited(now):
    organisation = OrganisationFactory(name="New Start")
    editor = editor_of(organisation)
    with pytest.raises(Refused, match="is already a member of New Start") as refusal:
        invite(organisation, lead_of(organisation), now, email=editor.email.upper())
    assert refusal.value.field == "email"


def test_a_second_invitation_ends_the_first(now):
    organisation = OrganisationFactory()
    lead = lead_of(organisation)
    first, second = invite(organisation, lead, now), invite(organisation, lead, now + timedelta(hours=1))
    first.refresh_from_db()
    assert not first.is_open(now + timedelta(hours=1))
    assert second.is_open(now + timedelta(hours=1))


def test_an_invitation_is_accepted_once_by_the_person_it_was_sent_to(now):
    organisation = OrganisationFactory()
    invitation = invite(organisation, lead_of(organisation), now, email="new@example.org", is_signatory=True)
    with pytest.raises(Refused, match=SAID.to_another_email_address):
        actions.accept_invitation(invitation, by=UserFactory(), at=now)
    person = UserFactory(email="new@example.org")
    actions.accept_invitation(invitation, by=person, at=now)
    assert person.standings == {organisation.pk: (EDITOR, True)}
    with pytest.raises(Refused, match=SAID.has_been_used_or_has):
        actions.accept_invitation(invitation, by=person, at=now)
    assert person.memberships.count() == 1


def test_an_invitation_ends_at_its_instant(now):
    organisation = OrganisationFactory()
    invitation = invite(organisation, lead_of(organisation), now, email="new@example.org")
    person = UserFactory(email="new@example.org")
    with pytest.raises(Refused, match="has expired"):
        actions.accept_invitation(invitation, by=person, at=invitation.expires_at)
    actions.accept_invitation(invitation, by=person, at=invitation.expires_at - timedelta(microseconds=1))
    assert list(person.organisation_ids) == [organisation.pk]


def test_accepting_never_lowers_the_standing_somebody_has(now):
    organisation = OrganisationFactory()
    invitation = invite(organisation, lead_of(organisation), now, email="new@example.org")
    person = MembershipFactory(organisation=organisation, person__email="new@example.org").person
    assert actions.accept_invitation(invitation, by=person, at=now).standing == LEAD


def test_a_withdrawn_invitation_cannot_be_used_or_withdrawn_again(now):
    organisation = OrganisationFactory()
    lead = lead_of(organisation)
    invitation = invite(organisation, lead, now, email="new@example.org")
    actions.withdraw_invitation(invitation, by=lead, at=now)
    with pytest.raises(Refused, match="has expired"):
        actions.accept_invitation(invitation, by=UserFactory(email="new@example.org"), at=now)
    with pytest.raises(Refused, match="so you cannot withdraw it"):
        actions.withdraw_invitation(invitation, by=lead, at=now)


def test_the_last_lead_is_neither_removed_nor_made_an_editor(now):
    organisation = OrganisationFactory(name="New Start")
    lead = lead_of(organisation)
    editor_of(organisation)
    MembershipFactory(organisation=organisation, person__is_active=False)
    membership = lead.memberships.get()
    sentence = f"{lead} is the only lead of New Start. First make someone else a lead."
    with pytest.raises(Refused, match=sentence):
        actions.remove_person(membership, by=lead, at=now)
    with pytest.raises(Refused, match=sentence) as refusal:
        actions.change_standing(membership, standing=EDITOR, is_signatory=False, by=lead, at=now)
    assert refusal.value.field == "standing"
    membership.refresh_from_db()
    assert membership.standing == LEAD


def test_one_of_two_leads_may_go_and_the_trail_remembers(now):
    organisation = OrganisationFactory()
    lead, other = lead_of(organisation), lead_of(organisation)
    membership = other.memberships.get()
    actions.remove_person(membership, by=lead, at=now)
    assert not other.memberships.exists()
    assert [(line.event, line.detail) for line in trail.history(organisation)] == [
        ("person removed", {"person": other.pk})
    ]
    with pytest.raises(Refused, match=SAID.has_just_been_removed):
        actions.remove_person(membership, by=lead, at=now)


def test_a_lead_ticks_and_unticks_a_signatory(now):
    organisation = OrganisationFactory()
    lead, editor = lead_of(organisation), editor_of(organisation)
    for ticked in (True, False):
        actions.change_standing(editor.memberships.get(), standing=EDITOR, is_signatory=ticked, by=lead, at=now)
        assert editor.memberships.get().is_signatory is ticked
    assert [line.detail["is_signatory"] for line in trail.history(organisation)] == [True, False]


@pytest.mark.django_db
def test_a_colleague_at_the_same_domain_has_likely_named_the_organisation(now):
    marigold = OrganisationFactory(name="Marigold Advice Centre")
    MembershipFactory(organisation=marigold, person=UserFactory(email="ada@marigold.org.uk"))
    with pytest.raises(actions.LikelyDouble, match="Marigold Advice Centre"):
        actions.name_organisation(by=UserFactory(email="bo@Marigold.org.uk"), at=now, name="Something Else")


@pytest.mark.django_db
def test_people_with_free_mail_are_not_colleagues(now):
    domain = min(FREE_MAIL)
    MembershipFactory(person=UserFactory(email=f"ada@{domain}"))
    assert actions.name_organisation(by=UserFactory(email=f"bo@{domain}"), at=now, name="Something Else").pk

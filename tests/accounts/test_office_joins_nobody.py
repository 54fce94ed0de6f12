"""People of the funder and the host do not make themselves members of an applicant."""

import pytest
from django.urls import reverse

from core.accounts import actions
from core.accounts.models import Membership
from core.accounts.roles import Role
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.rules import party_of
from tests.accounts.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    editor_of,
    hold,
    lead_of,
    person_with,
    programme,
    taking_part,
)
from tests.client import Client
from tests.grants.factories import grant_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return taking_part(OrganisationFactory(name="Harbour Advice"))


@pytest.fixture
def officer():
    return person_with(Role.OFFICER, name="Olive", works_for=programme().funder)


def code_of(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.code


def test_an_officer_adds_nobody_of_the_funder_or_host_to_an_organisation(organisation, officer, now):
    lead_of(organisation)
    others = [officer, person_with(Role.PROGRAMME_MANAGER, works_for=programme().host), person_with(Role.FINANCE)]
    for person in others:
        facts = {"person": person, "standing": "editor", "is_signatory": True, "by": officer, "at": now}
        assert code_of(actions.add_member, organisation, **facts) == "works_for_the_office"
    assert organisation.memberships.count() == 1


def test_an_officer_who_adds_themselves_in_the_admin_gets_a_page_that_says_why_not(organisation, officer):
    lead = lead_of(organisation).memberships.get()
    client = Client()
    client.force_login(officer)
    rows = {
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "name": organisation.name,
        "memberships-0-id": lead.pk,
        "memberships-0-person": lead.person_id,
        "memberships-0-standing": "lead",
        "memberships-1-person": officer.pk,
        "memberships-1-standing": "editor",
        "memberships-1-is_signatory": "on",
        "memberships-0-organisation": organisation.pk,
        "memberships-1-organisation": organisation.pk,
    }
    response = client.post(reverse("admin:accounts_organisation_change", args=[organisation.pk]), rows)
    assert (response.status_code, "works for a funder or host" in response.text) == (200, True)
    assert not Membership.objects.filter(person=officer).exists()


def test_the_leads_are_told_whom_the_office_adds_and_raises(organisation, officer, now):
    lead, new = lead_of(organisation), UserFactory(name="Nia")
    membership = actions.add_member(organisation, person=new, standing="editor", is_signatory=False, by=officer, at=now)
    letter = Letter.objects.get(template="accounts.member_joined")
    assert (letter.to_user, "Nia" in letter.body, "Olive" in letter.body) == (lead, True, True)
    actions.change_standing(membership, standing="editor", is_signatory=True, by=officer, at=now)
    letter = Letter.objects.get(template="accounts.member_changed")
    assert (letter.to_user, "authorised signatory" in letter.body) == (lead, True)


def test_an_officer_is_not_appointed_or_invited_as_lead_by_the_office(organisation, officer, now):
    facts = {"reason": "She left.", "by": officer, "at": now}
    code = code_of(actions.appoint_lead, organisation, member=None, email=officer.email, **facts)
    assert code == "works_for_the_office"


def test_somebody_of_the_host_joins_when_a_lead_invites_them_and_signs_nothing(organisation, now):
    lead, person = lead_of(organisation), person_with(Role.LINE_MANAGER, works_for=programme().host)
    other_lead = lead_of(organisation)
    facts = {"email": person.email, "standing": "editor", "is_signatory": True}
    invitation = actions.invite_to_organisation(organisation, **facts, by=lead, at=now)
    membership = actions.accept_invitation(invitation, by=person, at=now)
    assert not membership.is_signatory
    told = Letter.objects.filter(template="accounts.member_joined")
    assert {letter.to_user for letter in told} == {lead, other_lead}
    code = code_of(actions.change_standing, membership, standing="editor", is_signatory=True, by=lead, at=now)
    assert code == "works_for_the_office"


def test_an_invitation_of_somebody_who_no_longer_leads_brings_nobody_of_the_office_in(organisation, officer, now):
    lead = lead_of(organisation)
    lead_of(organisation)
    facts = {"email": officer.email, "standing": "editor", "is_signatory": False}
    invitation = actions.invite_to_organisation(organisation, **facts, by=lead, at=now)
    lead.memberships.all().delete()
    lead.forget_answers()
    invitation.refresh_from_db()
    assert code_of(actions.accept_invitation, invitation, by=officer, at=now) == "works_for_the_office"


def test_people_of_the_organisation_itself_are_added_although_they_hold_a_role(now):
    funder, by = programme().funder, person_with(Role.OFFICER)
    person = person_with(Role.FUNDER_ASSESSOR, works_for=funder)
    facts = {"person": person, "standing": "editor", "is_signatory": False, "by": by, "at": now}
    assert actions.add_member(funder, **facts).person == person


def test_nobody_with_a_role_signs_for_an_organisation():
    grant = grant_at("accepted")
    signatory = editor_of(grant.organisation, is_signatory=True)
    assert party_of(signatory, grant) == "organisation"
    hold(signatory, Role.HOST_ASSESSOR)
    assert (party_of(signatory, grant), signatory.has_perm("grants.sign_grant", grant)) == (None, False)
    both = MembershipFactory(organisation=grant.organisation, is_signatory=True).person
    hold(both, Role.DIRECTOR)
    assert party_of(both, grant) is None

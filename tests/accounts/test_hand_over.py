"""Handing an organisation over when somebody leaves, and register numbers however they are typed."""

import pytest
from django.urls import reverse

from core.accounts import actions
from core.accounts.forms import OrganisationForm
from core.accounts.models import Membership
from core.audit import trail
from core.lifecycle import Refused
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory, editor_of, lead_of
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def test_the_only_lead_leaves_and_hands_over_in_one_post(client, letters):
    organisation = OrganisationFactory(name="Harbour Advice")
    lead, heir = lead_of(organisation), editor_of(organisation)
    client.force_login(lead)
    page = reverse("organisation_leave", args=[organisation.pk])
    assert SAID.who_takes_over_as_lead in client.get(page).text
    assert SAID.choose_the_colleague_who_takes in client.post(page, {}).text
    with letters() as sent:
        response = client.post(page, {"successor": heir.memberships.get().pk}, follow=True)
    assert SAID.you_have_left.format("Harbour Advice") in response.text
    assert list(Membership.objects.values_list("person", "standing")) == [(heir.pk, "lead")]
    assert [(letter.to, letter.subject) for letter in sent] == [([heir.email], "You are now a lead of Harbour Advice")]
    assert [line.event for line in trail.history(organisation)] == ["lead handed over", "person left"]


def test_whoever_is_alone_is_asked_to_invite_somebody_first(client):
    organisation = OrganisationFactory()
    lead = lead_of(organisation)
    MembershipFactory(organisation=organisation, person__is_active=False)
    client.force_login(lead)
    page = reverse("organisation_leave", args=[organisation.pk])
    assert SAID.you_are_the_only_member in client.get(page).text
    client.post(page, {})
    assert lead.memberships.exists()


def test_an_editor_and_one_of_two_leads_leave_without_naming_anybody(client):
    organisation = OrganisationFactory()
    stays = lead_of(organisation)
    for person in (lead_of(organisation), editor_of(organisation)):
        client.force_login(person)
        page = reverse("organisation_leave", args=[organisation.pk])
        assert "takes over" not in client.get(page).text
        client.post(page)
    assert [row.person for row in organisation.memberships.all()] == [stays]


def test_nobody_leaves_for_somebody_else_or_to_a_stranger(now):
    organisation = OrganisationFactory()
    lead, colleague = lead_of(organisation), editor_of(organisation)
    elsewhere = MembershipFactory(standing="editor")
    own = lead.memberships.get()
    with pytest.raises(Refused, match=SAID.you_can_only_remove_yourself):
        actions.leave_organisation(own, by=colleague, at=now)
    for successor in (elsewhere, own):
        with pytest.raises(Refused, match=SAID.choose_a_colleague_who_belongs):
            actions.leave_organisation(own, successor=successor, by=lead, at=now)
    with pytest.raises(Refused, match="only lead"):
        actions.leave_organisation(own, by=lead, at=now)
    assert Membership.objects.get(pk=own.pk).standing == "lead"


def test_a_page_to_leave_is_for_members(client):
    client.force_login(UserFactory())
    assert client.get(reverse("organisation_leave", args=[OrganisationFactory().pk])).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("charity_number", " 1 086 516 ", "1086516"),
        ("charity_number", "1086516 - 2", "1086516-2"),
        ("company_number", "oc 301 234", "OC301234"),
        ("company_number", "1234567", "01234567"),
        ("company_number", "0123 4567", "01234567"),
    ],
)
def test_a_register_number_is_taken_however_it_is_typed(field, typed, kept):
    form = OrganisationForm({"name": "New Start", field: typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data[field] == kept


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("charity_number", "SC0123456", SAID.enter_the_charity_number_as),
        ("charity_number", "12345", SAID.enter_the_charity_number_as),
        ("company_number", "123456", SAID.enter_the_company_number_as),
        ("company_number", "ABC12345", SAID.enter_the_company_number_as),
    ],
)
def test_a_number_that_is_none_gets_a_sentence_that_says_its_form(field, typed, sentence):
    form = OrganisationForm({"name": "New Start", field: typed})
    assert form.errors[field] == [sentence]

"""One code pressed at once by several people, on PostgreSQL with connections of their own."""

from __future__ import annotations

import pytest

from applications.actions import applications, invitations
from applications.models import Application, Call, CallInvitation, Post
from core.accounts.models import Organisation, User
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import CLOSES, WRITING, lead, officer, published_call
from tests.races.at_once import all_at_once
from tests.sentences import SAID

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def a_code(**facts):
    call = published_call(kind=Call.Kind.BY_INVITATION)
    sent = {"invited": "Quay", "email": "a@example.org", "expires_at": CLOSES, "most_uses": 1}
    return invitations.issue(call, **sent | facts, by=officer(), at=WRITING)


def test_a_code_for_two_applications_starts_two_however_many_press():
    invitation = a_code(most_uses=2)
    organisation = OrganisationFactory()
    by = lead(organisation)
    invitations.bind(invitation, organisation=organisation, by=by, at=WRITING)
    posts = [
        Post.objects.create(call=invitation.call, job_title=f"Post {number}", grade="7") for number in range(AT_ONCE)
    ]

    def start(post):
        own = Organisation.objects.get(pk=organisation.pk)
        return applications.start(
            Post.objects.select_related("call").get(pk=post.pk),
            organisation=own,
            by=User.objects.get(pk=by.pk),
            at=WRITING,
        )

    answers = all_at_once(*(lambda post=post: start(post) for post in posts))
    assert sum(isinstance(answer, Refused) for answer in answers) == AT_ONCE - 2
    assert Application.objects.count() == 2
    assert CallInvitation.objects.get().uses == 2


def test_of_several_organisations_with_one_code_one_takes_it_up():
    invitation = a_code()
    leads = [lead(OrganisationFactory()) for _ in range(AT_ONCE)]

    def take_up(person):
        own = CallInvitation.objects.get(pk=invitation.pk)
        by = User.objects.get(pk=person.pk)
        invitations.bind(own, organisation=by.memberships.get().organisation, by=by, at=WRITING)

    answers = all_at_once(*(lambda person=person: take_up(person) for person in leads))
    assert sorted(str(answer) for answer in answers if answer) == [invitations.ANOTHERS] * (AT_ONCE - 1)
    assert CallInvitation.objects.get().organisation is not None


def test_of_two_codes_taken_up_at_once_an_organisation_keeps_one():
    first = a_code()
    sent = {"invited": "Quay", "email": "a@example.org", "expires_at": CLOSES, "most_uses": 1}
    second = invitations.issue(first.call, **sent, by=officer(), at=WRITING)
    person = lead(OrganisationFactory(name="Ours"))

    def take_up(invitation):
        own = CallInvitation.objects.get(pk=invitation.pk)
        by = User.objects.get(pk=person.pk)
        invitations.bind(own, organisation=by.memberships.get().organisation, by=by, at=WRITING)

    answers = all_at_once(lambda: take_up(first), lambda: take_up(second))
    assert [str(answer) for answer in answers if answer] == [SAID.has_a_code_for_this.format("Ours")]
    assert CallInvitation.objects.filter(organisation__isnull=False).count() == 1

"""Who gets a role has the conflicts that are known; who loses one is expected nowhere as an assessor."""

import pytest

from applications.models import Application, Assessment, Attendee, Interest
from core.accounts import actions
from core.accounts.models import User
from core.accounts.roles import Role
from core.visibility import visible
from tests.accounts.factories import person_with, programme
from tests.applications.factories import ASSESSING, application_at, lead
from tests.applications.panel import assigned, complete, funder_assessor, visit

pytestmark = pytest.mark.django_db


def give(person, *roles):
    ada = person_with(Role.ADMINISTRATOR)
    person_with(Role.ADMINISTRATOR)
    actions.give_roles(person, roles, programme=programme(), by=ada, at=ASSESSING)
    return User.objects.get(pk=person.pk)


def test_a_lead_who_assesses_from_now_on_sees_nothing_of_their_own_application_in_the_office():
    application = application_at("shortlisted")
    complete(application)
    own = give(lead(application.organisation), Role.FUNDER_ASSESSOR)
    assert Interest.objects.get(person=own).source == Interest.Source.MEMBER
    assert not visible(Assessment, own).exists()


def test_who_gets_a_role_has_no_conflict_with_what_is_decided_already():
    application = application_at("unsuccessful")
    own = give(lead(application.organisation), Role.FUNDER_ASSESSOR)
    assert not Interest.objects.filter(person=own).exists()


def test_who_assesses_no_longer_is_expected_at_no_visit():
    application = application_at("shortlisted")
    fay = funder_assessor()
    assigned(application, assessor=fay)
    visit(application)
    Attendee.objects.filter(capacity="funder").update(email=fay.email)
    give(fay)
    assert Assessment.objects.get(assessor=fay).status == "closed"
    assert not Attendee.objects.filter(email__iexact=fay.email).exists()
    assert not visible(Application, User.objects.get(pk=fay.pk)).exists()

"""An officer who was asked to assess an application reads what is decided of it once their own scores are in."""

import pytest
from django.urls import reverse

from applications.actions import assessments
from applications.lifecycle import Status
from core.accounts.models import User
from core.accounts.roles import Role
from core.lifecycle import Refused
from core.visibility import visible
from grants.actions import decisions
from grants.models import Decision
from grants.visibility import decisions_to_confirm, decisions_to_release, who_may_confirm
from tests.accounts.factories import hold
from tests.applications.desk import as_, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, programme
from tests.applications.panel import assigned, finish
from tests.grants.factories import RECORDING, RELEASING, recorded, second_officer

pytestmark = pytest.mark.django_db
ACTS = ("view_decision", "view_decision_history", "confirm_decision", "drop_decision")


@pytest.fixture
def own():
    """What a second officer was asked to assess and has begun; another person has recorded the decision meanwhile."""
    person = second_officer()
    person.works_for = programme().funder
    person.save()
    hold(person, Role.FUNDER_ASSESSOR)
    found = assigned(application_at(Status.SHORTLISTED), assessor=User.objects.get(pk=person.pk))
    assessments.declare(found, has_conflict=False, explanation="", by=found.assessor, at=ASSESSING)
    return found


@pytest.fixture
def decision(own):
    return recorded(own.application)


def afresh(own):
    return User.objects.get(pk=own.assessor_id)


def test_a_decision_is_neither_listed_nor_read_nor_confirmed_before_ones_own_scores(own, decision):
    person = afresh(own)
    assert list(visible(Decision, person)) == list(decisions_to_confirm(person)) == who_may_confirm(decision) == []
    assert [act for act in ACTS if person.has_perm(f"grants.{act}", decision)] == []
    with pytest.raises(Refused):
        decisions.confirm(decision, by=person, at=RECORDING)
    assert as_(person).get(reverse("admin:grants_decision_change", args=[decision.pk])).status_code == 404
    assert "Strong on every criterion" not in text_of(as_(person).get(url("application", "change", own.application_id)))


def test_once_their_own_scores_are_in_they_read_and_confirm_it(own, decision):
    finish(own)
    person = afresh(own)
    assert list(visible(Decision, person)) == list(decisions_to_confirm(person)) == [decision]
    assert [act for act in ACTS if person.has_perm(f"grants.{act}", decision)] == list(ACTS)
    decisions.confirm(decision, by=person, at=RECORDING)
    assert list(decisions_to_release(person)) == [decision]


def test_what_was_released_is_read_by_all_of_the_office(own, decision):
    third = User.objects.get(pk=officer().pk)
    Decision.objects.filter(pk=decision.pk).update(recorded_by=own.assessor)
    decision.refresh_from_db()
    decisions.confirm(decision, by=third, at=RECORDING)
    assert list(decisions_to_release(afresh(own))) == []
    decisions.release(decision, by=third, at=RELEASING)
    assert list(visible(Decision, afresh(own))) == [decision]
    assert afresh(own).has_perm("grants.view_decision", decision)

"""Search among applications: in references, organisations, people and answers; what cannot be read cannot be found."""

import pytest
from django.urls import reverse

from applications.actions import assessments
from applications.models import Answer
from core.accounts.models import User
from core.audit.immutability import bypass_triggers
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, begun, committee, host_assessor, says_none
from tests.client import Client

pytestmark = pytest.mark.django_db
LISTED = reverse("admin:applications_application_changelist")


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


@pytest.fixture
def told():
    """An application whose answers speak of a Résumé café; a second one's do not."""
    application, other = application_at("shortlisted"), application_at("shortlisted")
    answer = application.answers.exclude(text="").first()
    with bypass_triggers():
        Answer.objects.filter(pk=answer.pk).update(text=f"{answer.text} We run the Zürich café for newcomers.")
    return application, other


def found_by(person, typed):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="core.accounts.sign_in.SignIn")
    return {row.pk for row in client.get(LISTED, {"q": typed}).context["cl"].queryset}


def test_words_are_found_in_answers_whatever_their_accents(told):
    application, other = told
    office = officer()
    assert found_by(office, "zurich cafe") == {application.pk}
    assert found_by(office, '"cafe for newcomers"') == {application.pk}
    assert found_by(office, f"{application.reference} zurich") == {application.pk}
    assert found_by(office, f"{other.reference} zurich") == set()
    assert found_by(office, application.candidates.first().name) >= {application.pk}


def test_an_assessor_finds_by_answers_only_after_declaring(told):
    application, _ = told
    assigned(application, party="host")
    assert found_by(host_assessor(), application.reference) == {application.pk}
    assert found_by(host_assessor(), "zurich") == set()


def test_an_assessor_who_has_declared_finds_by_answers(told):
    application, _ = told
    begun(application, party="host")
    assert found_by(host_assessor(), "zurich") == {application.pk}


def test_the_committee_and_who_stood_aside_find_nothing_by_answers(told):
    application, _ = told
    says_none(committee())
    assert found_by(committee(), application.reference) == {application.pk}
    assert found_by(committee(), "zurich") == set()
    assessments.declare_conflict(application, by=officer(), at=ASSESSING, explanation="My sister works there.")
    assert found_by(officer(), "zurich") == set()
    assert found_by(officer(), application.reference) == set()


def test_a_search_costs_the_same_however_many_are_found(told, django_assert_num_queries):
    client = Client()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    client.get(LISTED)
    with django_assert_num_queries(10):
        client.get(LISTED, {"q": "zurich"})

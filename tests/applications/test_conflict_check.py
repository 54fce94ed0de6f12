"""Other money and declared conflicts feed the conflict check: shown before anybody reads, and deciding nothing."""

import pytest
from django.urls import reverse

from applications.actions import applications, assessments
from applications.admin.conflicts import declared
from core.accounts.models import Organisation
from tests.accounts.factories import OrganisationFactory
from tests.applications import factories
from tests.applications.factories import (
    ASSESSING,
    SUBMITTING,
    lead,
    officer,
    programme,
    ready_application,
    the_office_declares,
)
from tests.applications.panel import assigned, committee, funder_assessor, host_assessor, says_none
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
FUNDING = "A grant from the TRUST FOR LONDON until March."


@pytest.fixture(autouse=True)
def _after_the_close(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def handed_in(**facts):
    """Return a submitted application of an organisation with another name."""
    organisation = OrganisationFactory(name="Harbour Advice", aliases="HA\nHarbour")
    given = {"other_funding": FUNDING, "declared_conflicts": "Our chair advises the host.", **facts}
    application = ready_application(organisation=organisation, **given)
    application = applications.submit(application, by=lead(organisation), at=SUBMITTING)
    officer()
    the_office_declares(application)
    return application


def page_as(client, person, name, *args):
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client.get(reverse(f"admin:applications_{name}", args=args)).text


def test_who_assigns_sees_what_was_declared_and_who_is_named(client):
    application = handed_in()
    shown = page_as(client, officer(), "application_step", application.pk, "assign")
    for words in ("Harbour Advice, also known as HA, Harbour", FUNDING, "Our chair advises the host."):
        assert words in shown, words
    assert SAID.is_named_here.format("Trust for London") in shown
    assert SAID.is_named_here.format("Greater London Authority") not in shown


def test_an_assessor_sees_it_before_declaring_and_neither_answers_nor_salary(client):
    application = handed_in()
    assessment = assigned(application)
    shown = page_as(client, funder_assessor(), "assessment_change", assessment.pk)
    assert FUNDING in shown
    assert SAID.is_named_here.format("Trust for London") in shown
    assert "About: " not in shown
    assert "32,000" not in shown


def test_a_committee_member_sees_it_when_declaring(client):
    application = handed_in()
    shown = page_as(client, says_none(committee()), "application_step", application.pk, "declare")
    assert "Our chair advises the host." in shown
    assert "32,000" not in shown


def test_whoever_an_assessor_works_for_is_looked_for_by_every_name():
    body = OrganisationFactory(name="Paul Hamlyn Foundation", aliases="PHF")
    application = handed_in(other_funding="£5,000 of PHF.", declared_conflicts="None")
    assert declared(application, body)["named"] == [body]
    assert declared(application)["named"] == []


def test_a_part_of_a_word_is_no_name():
    Organisation.objects.filter(pk=programme().funder_id).update(aliases="Art")
    application = handed_in(other_funding="We start a partnership.", declared_conflicts="None")
    assert declared(application)["named"] == []


def test_other_money_never_stands_in_the_way():
    application = handed_in()
    factories.shortlist(application, by=officer(), at=ASSESSING)
    for assessor, party in ((funder_assessor(), "funder"), (host_assessor(), "host")):
        assessments.assign(application, assessor=assessor, party=party, by=officer(), at=ASSESSING)
    assert application.assessments.count() == 2

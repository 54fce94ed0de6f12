"""Sentences name an organisation as people say it: “the Greater London Authority”, where its article says so."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags

from applications.completeness import FilledForm
from applications.documents import who_decides
from cii.demonstration import history
from cii.demonstration import people as people_of_the_demonstration
from core.accounts.models import Organisation
from core.letters.models import Letter
from core.letters.page_texts import values_of
from core.lifecycle import Refused
from grants.documents import agreement_html
from grants.models import Grant
from secondments.actions import people
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import OrganisationFactory, UserFactory, person_with, programme
from tests.applications.factories import WRITING, an_application, fill, officer, published_call
from tests.grants.factories import RELEASING, grant_at
from tests.secondments.factories import placement_at
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALONE = {  # a name that stands by itself: a cell of a table, a hint under a name
    "grants/grant.html",
    "applications/call_blank.html",
    "secondments/placement.html",
}


@pytest.fixture
def host():
    body = programme().host
    Organisation.objects.filter(pk=body.pk).update(article="the")
    body.refresh_from_db()
    return body


def without_article(words, host):
    """The places where the name is not as people say it."""
    plain = re.sub(r"\s+", " ", strip_tags(words))
    return [
        plain[max(0, found.start() - 40) : found.end()]
        for found in re.finditer(re.escape(host.name), plain)
        if plain[: found.start()][-4:] not in {"the ", "The "}
    ]


def test_an_organisation_without_an_article_is_named_as_it_is():
    assert (OrganisationFactory.build(name="City Hall").in_sentence, programme().host.article) == ("City Hall", "")


def test_templates_name_a_host_as_people_say_it():
    bare = re.compile(r"programme\.host \}\}|\{\{ host \}\}")
    found = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*") if bare.search(path.read_text())}
    assert found - ALONE - {"grants/agreement.pdf.html"} == set()
    assert (TEMPLATES / "grants/agreement.pdf.html").read_text().count("{{ host }}") == 1  # in the table of parties


@pytest.mark.parametrize("page", ["front", "programme", "programme_openness", "privacy", "call"])
def test_pages_put_the_article_before_the_name(client, time_machine, host, page):
    time_machine.move_to(WRITING, tick=False)
    call = published_call()
    addresses = {"call": call.get_absolute_url(), "programme": programme().get_absolute_url()}
    slugs = [programme().slug] if page == "programme_openness" else []
    shown = client.get(addresses.get(page) or reverse(page, args=slugs)).text
    assert host.name in shown
    assert without_article(shown, host) == []


def test_emails_and_refusals_about_a_placement_put_it_before_the_name(host):
    placement = placement_at(PlacementStatus.ENDED)
    letters = Letter.objects.filter(template__startswith="secondments.", body__contains=host.name)
    assert {letter.template for letter in letters} >= {"secondments.opened", "secondments.ended"}
    assert [said for letter in letters for said in without_article(letter.body, host)] == []
    with pytest.raises(Refused) as refused:
        people.check_line_manager(UserFactory(name="Ella Elsewhere"), placement.grant)
    who = "the Greater London Authority. Choose someone who is"
    assert refused.value.sentence == SAID.is_not_a_line_manager.format("Ella Elsewhere", who)


def test_the_agreement_the_open_data_and_who_decides_put_it_before_the_name(host):
    grant = grant_at("accepted")
    agreement = agreement_html(grant, prepared_at=RELEASING)
    assert "to be seconded to the Greater London Authority; the organisation" in re.sub(r"\s+", " ", agreement)
    assert "is seconded to the Greater London Authority as" in Grant.objects.get(pk=grant.pk).description
    decides = dict(who_decides(programme()))
    assert decides["The work"] == "Directed by the Greater London Authority. You stay the employer"
    assert values_of(programme())["host"] == "the Greater London Authority"


def test_an_article_that_is_put_in_later_asks_no_secondee_again():
    application = an_application()
    fill(application)
    before = FilledForm.current(application.pk)
    Organisation.objects.filter(pk=programme().host.pk).update(article="the")
    after = FilledForm.current(application.pk)
    assert "A line manager at the Greater London Authority" in str(after.agreed_by_candidate)
    assert "A line manager at the Greater London Authority" not in str(before.agreed_by_candidate)
    assert before.candidate_digest == after.candidate_digest


def test_the_office_sets_the_article_and_an_organisation_is_not_asked(client, time_machine, host):
    time_machine.move_to(WRITING + timedelta(days=1), tick=False)
    client.force_login(officer())
    address = reverse("admin:accounts_organisation_change", args=[host.pk])
    assert 'name="article" value="the"' in client.get(address).text
    lead = person_with(name="Lea Lead")
    host.memberships.create(person=lead, standing="lead")
    client.force_login(lead)
    assert 'name="article"' not in client.get(reverse("organisation_edit", args=[host.pk])).text


def test_the_demonstration_sets_it_for_its_host_whoever_is_made_first():
    cast = people_of_the_demonstration.build(WRITING)
    assert cast["line_manager"].works_for.in_sentence == "the Greater London Authority"
    assert history.programme().host == cast["line_manager"].works_for

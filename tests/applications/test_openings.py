"""Every opening of a CV is recorded, and its organisation and the proposed secondee can read by whom."""

from __future__ import annotations

import pytest
import time_machine

from applications import documents
from applications.actions import assessments, candidates
from applications.lifecycle import Status
from core.accounts.roles import Role
from core.audit.models import Entry
from tests.accounts.factories import person_with
from tests.applications.factories import (
    ASSESSING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    fill,
    lead,
    officer,
    programme,
)
from tests.client import Client
from tests.documents import content_of, fetched
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened():
    """A shortlisted application whose CV a lead, an officer and both kinds of assessor have opened."""
    application = application_at(Status.SHORTLISTED)
    address = f"/applications/{application.reference}/documents/{application.documents.get(kind='cv').pk}/"
    readers = [lead(application.organisation), officer()]
    for party, role in (("funder", Role.FUNDER_ASSESSOR), ("host", Role.HOST_ASSESSOR)):
        works_for = getattr(programme(), party)
        person = person_with(role, works_for=works_for, name=f"Secret {party}")
        assessments.assign(application, assessor=person, party=party, by=officer(), at=ASSESSING)
        own = application.assessments.get(assessor=person)
        assessments.declare(own, has_conflict=False, explanation="", by=person, at=ASSESSING)
        readers.append(person)
    with time_machine.travel(ASSESSING, tick=False):
        for person in readers:
            client = Client()
            client.force_login(person)
            assert client.get(address).status_code == 200
    return application


def test_each_is_told_by_their_part_and_only_colleagues_by_name(opened):
    assert {opening.reader for opening in documents.openings(opened)} == {
        str(lead(opened.organisation)),
        "The grants office",
        SAID.an_assessor_of_the_funder,
        SAID.an_assessor_of_the_host,
    }


def test_the_organisation_reads_it_on_the_application_and_others_do_not(opened):
    with time_machine.travel(ASSESSING, tick=False):
        client = Client()
        client.force_login(lead(opened.organisation))
        text = client.get(opened.get_absolute_url()).text
        assert (SAID.who_has_opened_the_cv in text, SAID.an_assessor_of_the_host in text) == (True, True)
        assert "Secret" not in text
        client.force_login(officer())
        assert SAID.who_has_opened_the_cv not in client.get(opened.get_absolute_url()).text


def test_the_proposed_secondee_reads_it_on_their_page(opened):
    from core.accounts.links import digest

    opened.candidates.update(token_digest=digest("mine"))
    with time_machine.travel(ASSESSING, tick=False):
        text = Client().get("/candidate/mine/").text
    assert (SAID.an_assessor_of_the_funder in text, "Secret" in text) == (True, False)


def test_their_own_opening_counts_and_asking_whether_it_is_there_does_not():
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    with time_machine.travel(WRITING, tick=False):
        candidate, client = Client(), Client()
        assert candidate.head(f"/candidate/{token}/cv/").status_code == 200
        client.force_login(lead(application.organisation))
        cv = application.documents.get(kind="cv")
        assert client.head(f"/applications/{application.draft_reference}/documents/{cv.pk}/").status_code == 200
        assert not Entry.objects.filter(event="CV opened").exists()
        candidate.get(f"/candidate/{token}/cv/")
    assert [opening.reader for opening in documents.openings(application)] == ["The proposed secondee"]


def test_the_copy_and_the_pages_of_the_office_hold_nothing_of_the_cv(opened):
    before = Entry.objects.filter(event="CV opened").count()
    person = officer()
    with time_machine.travel(ASSESSING, tick=False):
        client = Client()
        client.force_login(person)
        paper = content_of(fetched(client, f"{opened.get_absolute_url()}application.pdf"))
        page = client.get(f"/admin/applications/application/{opened.pk}/change/").content
    assert (b"Curriculum vitae" in paper, b"Curriculum vitae" in page) == (False, False)
    assert Entry.objects.filter(event="CV opened").count() == before


def test_a_long_list_is_cut_and_costs_one_query(opened, django_assert_num_queries):
    Entry.objects.bulk_create(
        Entry(at=ASSESSING, event="CV opened", thing_type="applications.application", thing_id=str(opened.pk))
        for _ in range(100)
    )
    with django_assert_num_queries(1):
        assert len(documents.openings(opened)) == documents.MOST_OPENINGS

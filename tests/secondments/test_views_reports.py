"""Evaluation reports as the host reads them, beside the placement."""

import pytest
from django.urls import reverse

from grants.actions import reports
from secondments.lifecycle import PlacementStatus
from tests.applications.factories import lead, officer
from tests.grants.factories import REPORTING, WORDS
from tests.secondments.factories import line_manager, placement_at, programme_manager
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def placement():
    return placement_at(PlacementStatus.ACTIVE)


@pytest.fixture
def shown(client, placement):
    def show(person):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client.get(reverse("placement_reports", args=[placement.reference])).content.decode()

    return show


def test_the_managers_read_what_was_handed_in_and_neither_sums_nor_the_funders_remarks(placement, shown):
    report = placement.grant.reports.earliest("number")
    writer = lead(placement.grant.organisation)
    reports.submit(report, words=WORDS, by=writer, at=REPORTING)
    for person in (line_manager(), programme_manager()):
        page = shown(person)
        assert all(words in page for words in WORDS.values())
        assert "£" not in page
    reports.give_back(report, reason="Say more about the boroughs.", by=officer(), at=REPORTING)
    page = shown(line_manager())
    assert SAID.no_reports_yet in page
    assert "boroughs" not in page
    reports.submit(report, words=WORDS, by=writer, at=REPORTING)
    reports.accept(report, by=officer(), at=REPORTING)
    assert WORDS["learning"] in shown(line_manager())


def test_while_it_is_written_nobody_at_the_host_reads_it(placement, shown):
    report = placement.grant.reports.earliest("number")
    reports.save(report, words=WORDS, by=lead(placement.grant.organisation), at=REPORTING)
    assert WORDS["progress"] not in shown(line_manager())


def test_the_placements_page_leads_there_for_its_managers_only(client, placement):
    link = f'href="{reverse("placement_reports", args=[placement.reference])}"'
    for person, is_shown in ((line_manager(), True), (programme_manager(), True), (placement.secondee, False)):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        assert (link in client.get(placement.get_absolute_url()).content.decode()) is is_shown

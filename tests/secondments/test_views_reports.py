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


def test_the_managers_read_the_summary_for_the_host_once_accepted_and_never_the_charitys_report(placement, shown):
    report = placement.grant.reports.earliest("number")
    writer = lead(placement.grant.organisation)
    summary = WORDS["host_summary"]
    own = [words for name, words in WORDS.items() if name != "host_summary"]
    for step in ("submitted", "returned", "accepted"):
        if step == "returned":
            reports.give_back(report, reason="Say more about the boroughs.", by=officer(), at=REPORTING)
        else:
            reports.submit(report, words=WORDS, by=writer, at=REPORTING)
        if step == "accepted":
            reports.accept(report, by=officer(), at=REPORTING)
        for person in (line_manager(), programme_manager()):
            page = shown(person)
            assert [words for words in own if words in page] == [], step
            assert ("£" in page, "boroughs" in page, summary in page) == (False, False, step == "accepted"), step
    assert SAID.no_reports_yet not in shown(line_manager())


def test_whoever_writes_the_report_is_told_first_who_reads_what(client, placement):
    report = placement.grant.reports.earliest("number")
    client.force_login(lead(placement.grant.organisation), backend="core.accounts.sign_in.SignIn")
    page = " ".join(client.get(reverse("grant_report", args=[placement.grant.reference, report.number])).text.split())
    assert page.index("Who reads what") < page.index('name="progress"')
    assert f"The managers of the secondment at {placement.programme.host} read the summary for the host" in page


def test_while_it_is_written_nobody_at_the_host_reads_it(placement, shown):
    report = placement.grant.reports.earliest("number")
    reports.save(report, words=WORDS, by=lead(placement.grant.organisation), at=REPORTING)
    assert WORDS["progress"] not in shown(line_manager())


def test_the_placements_page_leads_there_for_its_managers_only(client, placement):
    link = f'href="{reverse("placement_reports", args=[placement.reference])}"'
    for person, is_shown in ((line_manager(), True), (programme_manager(), True), (placement.secondee, False)):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        assert (link in client.get(placement.get_absolute_url()).content.decode()) is is_shown

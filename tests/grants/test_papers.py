"""The papers of a meeting: one PDF a reader, with scores, views and visit, and without what that reader must not see."""

from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import joint_views
from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.documents import store
from core.documents.models import GeneratedDocument
from core.governance.models import Meeting
from core.retention import run
from grants.admin.papers import papers_context
from grants.periods import COMMITTEE_PAPERS
from tests.accounts.factories import person_with
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, complete, funder_assessor, host_assessor
from tests.documents import content_of, fetched
from tests.grants import factories
from tests.grants.factories import RECORDING, committee_member, finance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RECORDING, tick=False):
        yield


def words(person):
    """What the papers of this person say."""
    request = SimpleNamespace(user=User.objects.get(pk=person.pk), arrived_at=RECORDING)
    return render_to_string("grants/papers.pdf.html", papers_context(factories.meeting(), request))


def address():
    return reverse("admin:grants_decision_papers", args=[factories.meeting().pk])


def test_the_papers_have_scores_views_and_the_total_but_no_salary():
    application = application_at(Status.SHORTLISTED)
    complete(application)
    said = words(committee_member())
    assert str(application) in said
    assert "Finished scores, of 16 in total" in said
    assert "£29,700.60" in said
    assert "32,000" not in said


def test_a_members_papers_are_without_the_application_that_they_stepped_out_of():
    kept, left = application_at(Status.SHORTLISTED), application_at(Status.SHORTLISTED)
    member = committee_member()
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}
    Interest.objects.update_or_create(application=left, person=member, defaults=facts)
    said = words(member)
    assert str(kept) in said
    assert str(left) not in said
    assert left.organisation.name not in said
    assert str(left) in words(officer())


def with_views(application, funder, host):
    """Both sides finished their assessments and recorded these recommendations; None: not yet."""
    for side, person, recommendation in (("funder", funder_assessor, funder), ("host", host_assessor, host)):
        complete(application, party=side)
        if recommendation:
            facts = {"recommendation": recommendation, "reasons": f"The {side} says so.", "at": ASSESSING}
            joint_views.record(application, by=person(), **facts)


def test_a_sealed_view_is_in_no_papers_and_two_opened_ones_are():
    sealed, opened = application_at(Status.SHORTLISTED), application_at(Status.SHORTLISTED)
    with_views(sealed, "recommend", None)
    assert "The funder says so." not in words(committee_member())
    with_views(opened, "recommend", "recommend")
    said = words(committee_member())
    assert "What funder and host recommend" in said
    assert said.count("The funder says so.") == 1


def test_who_has_yet_to_assess_an_application_is_not_told_that_the_two_sides_differ():
    application = application_at(Status.SHORTLISTED)
    with_views(application, "recommend", "decline")
    both = person_with(Role.OFFICER, Role.FUNDER_ASSESSOR, works_for=application.call.programme.funder)
    assert "recommend differently" in words(both)
    assigned(application, assessor=both)
    said = words(both)
    assert "your own assessment" in said
    assert "recommend differently" not in said


def test_an_application_on_which_the_two_sides_differ_waits_until_they_have_resolved_it():
    application = application_at(Status.SHORTLISTED)
    with_views(application, "recommend", "decline")
    said = words(committee_member())
    assert "Not in these papers" in said
    assert "The host says so." not in said
    joint_views.resolve(
        application,
        recommendation="conditions",
        account="We agreed on a condition.",
        talked_on=ASSESSING.date(),
        for_funder=funder_assessor(),
        for_host=host_assessor(),
        by=officer(),
        at=ASSESSING,
    )
    said = words(committee_member())
    assert "Not in these papers" not in said
    assert "We agreed on a condition." in said


def test_the_papers_cost_the_same_queries_however_many_applications():
    complete(application_at(Status.SHORTLISTED))
    meeting = Meeting.objects.select_related("body__programme").get(pk=factories.meeting().pk)

    def queries():
        request = SimpleNamespace(user=committee_member(), arrived_at=RECORDING)
        with CaptureQueriesContext(connection) as caught:
            render_to_string("grants/papers.pdf.html", papers_context(meeting, request))
        return len(caught)

    one = queries()
    first = application_at(Status.SHORTLISTED)
    complete(first)
    complete(application_at(Status.SHORTLISTED, call=first.call))
    assert queries() == one


def test_a_reader_gets_the_pdf_and_opening_it_stands_on_the_trail(client):
    application_at(Status.SHORTLISTED)
    client.force_login(committee_member())
    answer = fetched(client, address())
    assert answer["Content-Type"] == "application/pdf"
    assert len(content_of(answer)) > 1000
    client.get(address())
    assert "papers opened" in [line.event for line in trail.history(factories.meeting())]


def test_who_does_not_sit_on_the_committee_gets_no_papers(client):
    factories.meeting()
    client.force_login(finance())
    assert client.get(address()).status_code == 404


def test_papers_are_deleted_after_three_months():
    meeting = factories.meeting()
    made = store.request(meeting, "papers 1", "<html></html>", name="Papers.pdf", at=RECORDING)
    later = RECORDING.replace(year=2020)
    assert COMMITTEE_PAPERS.before(later) > RECORDING
    run.run(later)
    assert not GeneratedDocument.objects.filter(pk=made.pk).exists()

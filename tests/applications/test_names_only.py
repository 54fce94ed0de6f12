"""Whoever was asked to assess an application and has not declared meets names only, though they are an officer too."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import work_queue
from applications.actions import assessments, dealing_out, visits
from applications.models import Application, AssessmentVisit, VisitSlot
from core.accounts.models import User
from core.accounts.roles import Role
from core.visibility import visible
from tests.accounts.factories import hold
from tests.accounts.factories import programme as a_programme
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, turn_down, yet_to_declare
from tests.applications.panel import VISITING, assigned, offer, visit
from tests.grants.factories import second_officer

pytestmark = pytest.mark.django_db
LIST, FILE = url("application", "changelist"), url("application", "export", "csv")


def afresh(person):
    return User.objects.get(pk=person.pk)


def answered(person, where):
    response = as_(afresh(person)).get(where)
    return b"".join(response.streaming_content).decode() if response.streaming else response.text


def declare(own):
    assessments.declare(own, has_conflict=False, explanation="", by=own.assessor, at=ASSESSING)


def officer_who_assesses():
    person = second_officer()
    person.works_for = a_programme().funder
    person.save()
    hold(person, Role.FUNDER_ASSESSOR)
    return yet_to_declare(person)


@pytest.fixture(params=["assessor", "officer and assessor"])
def own(request):
    """What this person was asked to assess, beside an assessor of the other side."""
    application = application_at("shortlisted")
    assigned(application, party="host")
    return assigned(application, assessor=None if request.param == "assessor" else officer_who_assesses())


def test_they_see_no_visit_before_they_have_declared(own):
    arranged = visit(own.application)
    person = afresh(own.assessor)
    assert list(visible(AssessmentVisit, person)) == []
    assert not person.has_perm("applications.view_assessmentvisit", arranged)
    assert as_(person).get(url("assessmentvisit", "change", arranged.pk)).status_code == 404
    assert "12 High Road" not in text_of(as_(person).get(url("application", "change", own.application_id)))
    declare(own)
    assert list(visible(AssessmentVisit, afresh(person))) == [arranged]
    assert afresh(person).has_perm("applications.view_assessmentvisit", arranged)


def test_they_are_not_told_how_many_were_asked_to_assess_it(own):
    assert [where for where in (LIST, FILE) if "0 of 2" in answered(own.assessor, where)] == []
    assert [where for where in (LIST, FILE) if "0 of 2" in answered(officer(), where)] == [LIST, FILE]
    declare(own)
    assert [where for where in (LIST, FILE) if "0 of 2" in answered(own.assessor, where)] == [LIST, FILE]


def test_an_assessment_that_was_closed_before_they_declared_opens_nothing():
    application = application_at("submitted")
    own = assigned(application)
    turn_down(application, by=officer(), at=ASSESSING)
    own.refresh_from_db()
    assert own.status == "closed"
    person = afresh(own.assessor)
    assert application in visible(Application, person)
    assert "0 of" not in answered(person, LIST)


def test_an_officer_who_has_to_declare_neither_arranges_its_visit_nor_is_told_of_the_times_on_offer():
    own = assigned(assessor=officer_who_assesses())
    (slot,) = offer(own.application)
    for is_open in (False, True):
        person = afresh(own.assessor)
        told = [item.sentence for item in work_queue.items(person, ASSESSING)]
        assert ("1 application whose organisation has not chosen a visit time" in told) is is_open
        assert list(visible(VisitSlot, person)) == [slot] * is_open
        assert person.has_perm("applications.view_visitslot", slot) is is_open
        assert person.has_perm("applications.add_assessmentvisit", own.application) is is_open
        if not is_open:
            declare(own)


def test_no_stage_of_the_round_tells_them_what_became_of_it(own):
    visited = visit(own.application, status="confirmed")
    visits.hold(visited, attended=[], absence_reason="Ill.", notes="", by=officer(), at=VISITING + timedelta(days=1))
    stages = [(f"{LIST}?stage={stage}", own.application.reference) for stage in ("shortlisted", "visited")]
    listed = [reference in answered(own.assessor, where) for where, reference in stages]
    assert listed == [True, False]
    declare(own)
    assert [reference in answered(own.assessor, where) for where, reference in stages] == [False, True]


def test_an_officer_who_has_to_declare_does_not_assign_and_so_is_not_told_who_was_asked():
    own = assigned(assessor=officer_who_assesses())
    where = step("application", own.application_id, "assign")
    call = own.application.call
    listed = reverse("admin:applications_call_deal", args=[call.pk])
    for is_open in (False, True):
        person = afresh(own.assessor)
        assert person.has_perm("applications.assign_application", own.application) is is_open
        assert (as_(person).get(where).status_code == 200) is is_open
        assert (own.application in [one.application for one in dealing_out.propose(call, by=person)]) is is_open
        assert (str(own.application) in text_of(as_(person).get(listed))) is is_open
        if not is_open:
            declare(own)

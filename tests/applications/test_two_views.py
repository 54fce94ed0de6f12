"""Funder and host each record a view unseen; both open together; a difference is resolved before anything follows."""

from datetime import date, timedelta

import pytest

from applications import work_queue
from applications.actions import assessments, joint_views
from applications.models import Application, JointView, ViewResolution
from applications.rules.joint_views import settled, why_unsettled
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import person_with
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import committee, complete, funder_assessor, host_assessor, says_none

pytestmark = pytest.mark.django_db
TALKED = ASSESSING.date()
SECRET = "Their release is uncertain"


@pytest.fixture
def application():
    application = application_at("shortlisted")
    for side in ("funder", "host"):
        complete(application, party=side)
    return application


def record(application, by, recommendation="recommend", reasons="They are ready.", **more):
    facts = {"recommendation": recommendation, "reasons": reasons, "at": ASSESSING, **more}
    return joint_views.record(application, by=by, **facts)


def both(application, funder="recommend", host="recommend"):
    record(application, funder_assessor(), funder)
    record(application, host_assessor(), host, at=ASSESSING + timedelta(minutes=1))


def resolve(application, by=None, **more):
    people = {"for_funder": funder_assessor(), "for_host": host_assessor()}
    facts = {"recommendation": "conditions", "account": "We agreed on a condition.", "talked_on": TALKED, **people}
    return joint_views.resolve(application, by=by or officer(), at=ASSESSING + timedelta(hours=1), **facts | more)


def refusal(act, *args, **facts):
    with pytest.raises(Refused) as refused:
        act(*args, **facts)
    return refused.value


def is_settled(application):
    return why_unsettled(application) == "" and application in settled(Application.objects.all())


def test_a_view_is_sealed_from_everybody_but_its_side_until_the_other_is_in(application):
    record(application, funder_assessor(), reasons=SECRET)
    seen_by = {
        person.email: visible(JointView, person).count()
        for person in (funder_assessor(), host_assessor(), officer(), committee())
    }
    assert seen_by == {funder_assessor().email: 1, host_assessor().email: 0, officer().email: 0, committee().email: 0}
    for person in (host_assessor(), officer(), says_none(committee())):
        page = text_of(as_(person).get(url("application", "change", application.pk)))
        assert SECRET not in page
        assert "Funder: recommend" not in page
    record(application, host_assessor(), at=ASSESSING + timedelta(minutes=1))
    for person in (funder_assessor(), host_assessor(), officer(), says_none(committee())):
        assert visible(JointView, person).count() == 2
        assert SECRET in text_of(as_(person).get(url("application", "change", application.pk)))


def test_the_trail_and_letters_do_not_tell_a_sealed_view(application):
    record(application, funder_assessor(), "decline", reasons=SECRET)
    assert not Entry.objects.filter(detail__icontains="decline").exists()
    assert not Letter.objects.filter(body__icontains=SECRET).exists()


def test_views_are_settled_when_both_recommend_the_same(application):
    assert not is_settled(application)
    record(application, funder_assessor())
    assert not is_settled(application)
    assert why_unsettled(application) == "The host has not recorded a view."
    record(application, host_assessor(), at=ASSESSING + timedelta(minutes=1))
    assert is_settled(application)
    assert why_unsettled(application) == ""
    assert list(settled(Application.objects.all())) == [application]


def test_a_difference_has_to_be_resolved_and_both_sides_and_the_office_are_told(application):
    both(application, "recommend", "decline")
    assert not is_settled(application)
    told = Letter.objects.filter(template="applications.views_differ").values_list("to_email", flat=True)
    assert set(told) == {funder_assessor().email, host_assessor().email, officer().email}
    resolution = resolve(application)
    assert (resolution.recommendation, resolution.talked_on, resolution.recorded_by) == (
        "conditions",
        TALKED,
        officer(),
    )
    assert is_settled(application)


def test_a_difference_that_stays_is_resolved_by_saying_so(application):
    both(application, "recommend", "decline")
    resolve(application, recommendation="")
    assert is_settled(application)


def test_no_letter_where_both_recommend_the_same(application):
    both(application)
    assert not Letter.objects.filter(template="applications.views_differ").exists()
    assert refusal(resolve, application).code == "wrong_state"


def test_a_resolution_names_a_day_and_people_of_both_sides(application):
    both(application, "recommend", "decline")
    assert refusal(resolve, application, talked_on=TALKED - timedelta(days=1)).field == "talked_on"
    assert refusal(resolve, application, talked_on=TALKED + timedelta(days=1)).field == "talked_on"
    assert refusal(resolve, application, for_host=funder_assessor()).field == "for_host"
    assert refusal(resolve, application, for_funder=committee()).field == "for_funder"
    assert refusal(resolve, application, account=" ").field == "account"
    assert not ViewResolution.objects.exists()


def test_only_who_has_finished_an_assessment_records_a_view_and_with_reasons(application):
    for person in (officer(), committee(), person_with()):
        assert refusal(record, application, person).code == "applications.record_jointview"
    assert refusal(record, application, funder_assessor(), reasons=" ").field == "reasons"
    assert refusal(record, application, funder_assessor(), "perhaps").field == "recommendation"


def test_a_view_can_be_changed_until_both_are_in_and_never_after(application):
    first = record(application, funder_assessor())
    changed = record(
        application, funder_assessor(), "decline", seen=joint_views.mark_of(first), at=ASSESSING + timedelta(minutes=1)
    )
    assert (changed.pk, changed.recommendation) == (first.pk, "decline")
    record(application, host_assessor(), "decline", at=ASSESSING + timedelta(minutes=2))
    again = refusal(record, application, funder_assessor(), seen=joint_views.mark_of(changed))
    assert again.code == "wrong_state"


def test_a_colleagues_view_is_not_overwritten_unseen(application):
    record(application, funder_assessor(), reasons="First")
    late = refusal(record, application, funder_assessor(), reasons="From another tab", seen="")
    assert late.code == "changed_meanwhile"
    assert JointView.objects.get().reasons == "First"


def test_who_stood_aside_sees_neither_views_nor_resolution(application):
    both(application, "recommend", "decline")
    resolve(application)
    person = says_none(committee())
    assert (visible(JointView, person).count(), visible(ViewResolution, person).count()) == (2, 1)
    assessments.declare_conflict(application, explanation="A friend.", by=person, at=ASSESSING)
    assert (visible(JointView, person).count(), visible(ViewResolution, person).count()) == (0, 0)


def test_views_to_record_and_to_resolve_wait_in_the_queue(application):
    assert list(work_queue.views_to_record(host_assessor(), ASSESSING)) == [application]
    both(application, "recommend", "decline")
    assert not work_queue.views_to_record(host_assessor(), ASSESSING).exists()
    assert list(work_queue.views_apart(officer(), ASSESSING)) == [application]
    resolve(application)
    assert not work_queue.views_apart(officer(), ASSESSING).exists()


def test_the_pages_record_and_resolve(application, settings):
    page = as_(funder_assessor()).post(
        step("application", application.pk, "view"), {"recommendation": "recommend", "reasons": "Ready.", "seen": ""}
    )
    assert page.status_code == 302
    as_(host_assessor()).post(
        step("application", application.pk, "view"), {"recommendation": "decline", "reasons": SECRET, "seen": ""}
    )
    client = as_(officer())
    form = client.get(step("application", application.pk, "resolve"))
    assert SECRET in text_of(form)
    today = date.today()
    day = {"talked_on_0": today.day, "talked_on_1": today.month, "talked_on_2": today.year}
    typed = {
        "recommendation": "apart",
        "account": "We could not agree.",
        "talked_on": today.strftime("%d %m %Y"),
        "for_funder": funder_assessor().pk,
        "for_host": host_assessor().pk,
        **day,
    }
    assert client.post(step("application", application.pk, "resolve"), typed).status_code == 302
    assert is_settled(application)
    assert "they still differ" in text_of(client.get(url("application", "change", application.pk)))

"""Many visits confirmed or cancelled at once, with a preview of which do not change and why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import assessments
from applications.models import AssessmentVisit, SlotOffer
from core.audit import trail
from core.letters.models import Letter
from tests.accounts.factories import OrganisationFactory
from tests.applications.desk import as_, said, text_of, url
from tests.applications.factories import ASSESSING, application_at, officer, published_call
from tests.applications.panel import FOUR, funder_assessor, host_assessor, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(ASSESSING, tick=False)


def three():
    """A confirmed visit and two that are proposed, each of another organisation."""
    confirmed = visit(status="confirmed")
    others = [visit(application_at("shortlisted", organisation=OrganisationFactory())) for _ in range(2)]
    return [confirmed, *others]


def previewed(client, step, visits):
    chosen = {"action": f"bulk_{step}", "index": "0", "_selected_action": [one.pk for one in visits]}
    return client.post(url("assessmentvisit", "changelist"), chosen)


def letters(template):
    return Letter.objects.filter(template=f"applications.{template}")


def test_many_visits_are_confirmed_at_once_and_the_preview_says_which_are_not():
    confirmed, *proposed = visits = three()
    client, before = as_(officer()), letters("visit_confirmed").count()
    preview = previewed(client, "confirm", visits)
    assert [line.thing for line in preview.context["ready"]] == proposed
    [line] = preview.context["refused"]
    assert (line.thing, "confirmed" in line.refusal) == (confirmed, True)
    assert letters("visit_confirmed").count() == before
    answer = client.post(url("assessmentvisit", "bulk", "confirm"), {"keys": preview.context["keys"]})
    assert [line.refusal == "" for line in answer.context["lines"]] == [False, True, True]
    assert set(AssessmentVisit.objects.values_list("status", flat=True)) == {"confirmed"}
    assert letters("visit_confirmed").count() == before + 2 * len(FOUR)
    assert trail.history(proposed[0]).last().event == "visit confirmed"


def test_many_visits_are_cancelled_at_once_and_leave_the_calendars():
    visits = three()
    client = as_(officer())
    preview = previewed(client, "cancel", visits)
    assert [line.thing for line in preview.context["ready"]] == visits
    page = url("assessmentvisit", "bulk", "cancel")
    client.post(page, {"keys": preview.context["keys"]})
    assert set(AssessmentVisit.objects.values_list("status", flat=True)) == {"cancelled"}
    assert letters("visit_cancelled").count() == 3 * len(FOUR)
    again = client.post(page, {"keys": preview.context["keys"]})
    assert all(line.refusal for line in again.context["lines"])
    assert letters("visit_cancelled").count() == 3 * len(FOUR)


def test_an_assessor_confirms_and_cancels_no_visits_at_once():
    arranged = visit()
    for step in ("confirm", "cancel"):
        answer = as_(host_assessor()).post(url("assessmentvisit", "bulk", step), {"keys": str(arranged.pk)})
        assert answer.status_code == 404
    arranged.refresh_from_db()
    assert arranged.status == "proposed"


def test_of_many_visits_an_officer_with_a_conflict_of_interest_meets_no_trace_of_that_case():
    own, other = three()[1:]
    assessments.declare_conflict(own.application, explanation="I was their trustee.", by=officer(), at=ASSESSING)
    page = url("assessmentvisit", "bulk", "confirm")
    answer = as_(officer()).post(page, {"keys": f"{own.pk},{other.pk}"})
    assert [line.thing for line in answer.context["lines"]] == [other]
    assert str(own.application) not in text_of(answer)
    own.refresh_from_db()
    assert own.status == "proposed"


@pytest.mark.parametrize("step", ["confirm", "cancel"])
def test_a_preview_of_three_visits_asks_no_more_than_of_one(step, django_assert_max_num_queries):
    visits, client = three(), as_(officer())
    with CaptureQueriesContext(connection) as of_one:
        previewed(client, step, visits[1:2])
    with django_assert_max_num_queries(len(of_one)):
        previewed(client, step, visits)


def test_a_time_that_one_of_two_cannot_be_offered_is_named_and_nothing_typed_is_lost():
    first = application_at("shortlisted")
    other = application_at("shortlisted", organisation=OrganisationFactory(), call=published_call(slug="second"))
    typed = {
        "keys": f"{first.pk},{other.pk}",
        "time_1": "2019-03-21T14:00",
        "time_2": "2019-03-22T10:00",
        "minutes": "60",
        "place": "12 High Road",
        "funder_visitor": funder_assessor().pk,
        "host_visitor": host_assessor().pk,
    }
    page = url("application", "bulk", "offer-times")
    answer = as_(officer()).post(page, typed)
    assert [line.thing for line in answer.context["ready"]] == [other]
    assert said(answer) == ["1 application offered times. We are emailing the organisations, which choose."]
    [error] = answer.context["form"].errors["time_1"]
    assert error.startswith(f"{other}, {other.organisation}: {funder_assessor()} already keeps a time free")
    assert [when in error for when in ("21 March", "22 March")] == [True, True]
    assert answer.context["form"]["place"].value() == "12 High Road"
    again = typed | {"keys": answer.context["keys"], "time_1": "2019-03-21T16:00", "time_2": ""}
    assert [line.refusal for line in as_(officer()).post(page, again).context["lines"]] == [""]
    assert set(SlotOffer.objects.values_list("application", flat=True)) == {first.pk, other.pk}

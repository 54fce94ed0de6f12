"""A visit time is taken once, however many organisations choose it at the same moment."""

from datetime import timedelta

import pytest

from applications.actions import applications, visit_slots
from applications.models import Application, AssessmentVisit, VisitSlot
from core.lifecycle import Refused
from tests.applications.factories import ASSESSING, application_at, lead, published_call
from tests.applications.panel import VISITING, offer
from tests.races.at_once import all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = [VISITING + timedelta(hours=hours) for hours in (0, 2, 4)]


def offered(count):
    """So many organisations, each offered the same three times, with their leads."""
    call = published_call()
    rows = [application_at("shortlisted", call=call) for _ in range(count)]
    for application in rows:
        offer(application, *TIMES)
    return [(application, lead(application.organisation)) for application in rows]


def choose(application, by, slot):
    fresh = Application.objects.get(pk=application.pk)
    senior = {"senior_name": by.name, "senior_email": by.email}
    return visit_slots.choose(fresh, slot=slot, **senior, by=by, at=ASSESSING)


def test_of_four_organisations_that_choose_the_same_time_one_has_it():
    cases = offered(4)
    slot = VisitSlot.objects.get(starts_at=TIMES[0])
    answers = all_at_once(*[lambda one=one: choose(*one, slot) for one in cases])
    assert [isinstance(answer, AssessmentVisit) for answer in answers].count(True) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"gone"}
    assert AssessmentVisit.objects.count() == 1
    assert VisitSlot.objects.filter(status="taken").count() == 1


def test_organisations_that_choose_different_times_do_not_stop_each_other():
    cases = offered(3)
    slots = list(VisitSlot.objects.order_by("starts_at"))
    answers = all_at_once(
        *[lambda one=one, slot=slot: choose(*one, slot) for one, slot in zip(cases, slots, strict=True)]
    )
    assert [type(answer) for answer in answers] == [AssessmentVisit] * 3
    assert VisitSlot.objects.filter(status="taken").count() == 3


def test_one_organisation_that_chooses_two_times_has_one_visit():
    [(application, by)] = offered(1)
    slots = list(VisitSlot.objects.order_by("starts_at"))
    all_at_once(*[lambda slot=slot: choose(application, by, slot) for slot in slots])
    assert AssessmentVisit.objects.count() == 1
    assert sorted(VisitSlot.objects.values_list("status", flat=True)) == ["taken", "withdrawn", "withdrawn"]


def test_what_is_withdrawn_at_the_same_moment_has_no_visit_to_come():
    [(application, by)] = offered(1)
    slot = VisitSlot.objects.first()

    def withdraw():
        fresh = Application.objects.get(pk=application.pk)
        applications.withdraw(fresh, reason="Not now.", by=by, at=ASSESSING)

    all_at_once(withdraw, lambda: choose(application, by, slot))
    assert Application.objects.get(pk=application.pk).status == "withdrawn"
    assert not AssessmentVisit.objects.coming().exists()
    assert not VisitSlot.objects.filter(status="offered").exists()

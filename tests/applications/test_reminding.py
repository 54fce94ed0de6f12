"""Assessors who owe a score are reminded by the office, one by one and many at once, at most once a day."""

from datetime import timedelta

import pytest

from applications.actions import assessments, reminding
from applications.models import Application, Assessment
from core.audit import trail
from core.audit.immutability import bypass_triggers
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.applications.desk import as_, said, step, url
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import assigned, begun, complete, host_assessor, scored

pytestmark = pytest.mark.django_db
LATER = ASSESSING + timedelta(days=2)


@pytest.fixture(autouse=True)
def while_assessing(time_machine):
    time_machine.move_to(LATER, tick=False)


def code_of(assessment, **facts):
    """The code of the refusal to remind."""
    with pytest.raises(Refused) as refusal:
        reminding.remind(assessment, **facts)
    return refusal.value.code


def reminders():
    return Letter.objects.filter(template="applications.assessment_due")


def test_an_assessor_is_reminded_and_again_only_a_day_later():
    assessment = begun()
    reminding.remind(assessment, by=officer(), at=LATER)
    letter = reminders().get()
    assert (letter.to_user, letter.about) == (assessment.assessor, f"applications.assessment:{assessment.pk}")
    assert f"/assessment/{assessment.pk}/" in letter.body
    assert trail.history(assessment).last().event == "assessor reminded"
    too_soon = {"by": officer(), "at": LATER + timedelta(hours=23, minutes=59)}
    assert code_of(Assessment.objects.get(), **too_soon) == "reminded"
    reminding.remind(Assessment.objects.get(), by=officer(), at=LATER + timedelta(hours=24))
    assert reminders().count() == 2


def test_the_second_of_two_who_remind_at_once_is_told():
    assessment = begun()
    other = Assessment.objects.get(pk=assessment.pk)
    reminding.note_reminders([other], LATER)
    reminding.remind(assessment, by=officer(), at=LATER)
    assert code_of(other, by=officer(), at=LATER) == "reminded"
    assert reminders().count() == 1


def test_nobody_is_reminded_of_what_is_finished_or_has_ended():
    finished = complete()
    assert code_of(finished, by=officer(), at=LATER) == "not_open"
    owed = begun()
    with bypass_triggers():
        Application.objects.filter(pk=owed.application_id).update(status="withdrawn", withdrawn_at=LATER)
    owed = Assessment.objects.get(pk=owed.pk)
    assert code_of(owed, by=officer(), at=LATER) == "ended"


def test_what_asked_for_a_score_and_has_not_gone_is_taken_back_when_it_is_in():
    assessment = scored()
    reminding.remind(assessment, by=officer(), at=ASSESSING)
    waiting = Letter.objects.filter(about=f"applications.assessment:{assessment.pk}")
    waiting.update(status="queued")
    finished = {"recommendation": "recommend", "overall_view": "Good on the whole."}
    assessments.complete(assessment, **finished, by=assessment.assessor, at=LATER)
    assert sorted(waiting.values_list("template", "status")) == [
        ("applications.assessment_due", "withdrawn"),
        ("applications.assigned", "withdrawn"),
    ]


def test_an_assessor_reminds_nobody():
    assessment = begun()
    assert code_of(assessment, by=host_assessor(), at=LATER) == "applications.remind_assessment"
    answer = as_(host_assessor()).post(url("assessment", "bulk", "remind"), {"keys": str(assessment.pk)})
    assert answer.status_code == 404


def test_many_are_reminded_at_once_and_the_preview_says_who_is_not():
    application = application_at("shortlisted")
    done, owed = complete(application), assigned(application, party="host")
    client = as_(officer())
    chosen = {"action": "bulk_remind", "index": "0", "_selected_action": [done.pk, owed.pk]}
    preview = client.post(url("assessment", "changelist"), chosen)
    assert [line.thing for line in preview.context["ready"]] == [owed]
    assert [line.thing for line in preview.context["refused"]] == [done]
    assert reminders().count() == 0
    answer = client.post(url("assessment", "bulk", "remind"), {"keys": f"{done.pk},{owed.pk}"})
    assert [line.refusal == "" for line in answer.context["lines"]] == [False, True]
    assert reminders().count() == 1
    again = client.post(step("assessment", owed.pk, "remind"), follow=True)
    assert reminders().count() == 1
    assert said(again)

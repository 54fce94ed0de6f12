"""After the visit scores may be revised once: both values and both reasons stand, and totals count the revised one."""

from datetime import timedelta

import pytest

from applications.actions import revisions, visits
from applications.models import Score
from core.audit.models import Entry
from core.lifecycle import Refused
from tests.applications.desk import as_, step, text_of, url
from tests.applications.factories import application_at, officer
from tests.applications.panel import VISITING, begun, complete, host_assessor, visit

pytestmark = pytest.mark.django_db
AFTER = VISITING + timedelta(days=1)
MARKS = {"a": (2, "The visit showed less"), "b": (3, "")}


def held(application):
    arranged = visit(application, status="confirmed")
    everybody = list(arranged.attendees.values_list("pk", flat=True))
    visits.hold(arranged, attended=everybody, absence_reason="", notes="", by=officer(), at=AFTER)


@pytest.fixture
def own():
    """A complete assessment (4, 3, 2, 1) of an application that was visited."""
    assessment = complete()
    held(assessment.application)
    return assessment


def refusal(assessment, marks=None, by=None, at=AFTER):
    with pytest.raises(Refused) as refused:
        revisions.revise(assessment, marks=marks or MARKS, by=by or assessment.assessor, at=at)
    return refused.value


def test_both_values_stand_and_the_totals_count_the_revised_one(own):
    revisions.revise(own, marks=MARKS, by=own.assessor, at=AFTER)
    score = own.scores.get(criterion__letter="a")
    assert (score.score, score.revised_score, score.current) == (4, 2, 2)
    assert own.scores.filter(revised_at__isnull=False).count() == 1
    desk = as_(officer())
    page = text_of(desk.get(url("assessment", "change", own.pk)))
    for words in ("4 before the visit, 2 since", "The visit showed less", "Because of what they wrote, a"):
        assert words in page
    assert "8</strong> of 16" in text_of(desk.get(url("assessment", "change", own.pk)))
    assert "8 of 16" in text_of(desk.get(url("application", "change", own.application_id)))
    assert "8 of 16" in text_of(desk.get(url("assessment", "changelist")))
    matrix = desk.get(url("call", "matrix", own.application.call_id))
    assert [str(row.total) for row, _ in matrix.context["rows"]] == ["8.0 of 16"]
    assert desk.get(url("application", "changelist")).context["cl"].result_list[0].mean_score == 2
    [line] = Entry.objects.filter(event="scores revised after the visit")
    assert line.detail == {"criteria": ["a"]}


def test_not_before_the_visit_was_held_nor_before_the_assessment_is_complete():
    assessment = complete()
    assert refusal(assessment).code == "wrong_state"
    other = begun(application_at("shortlisted", call=assessment.application.call))
    held(other.application)
    assert refusal(other).code == "wrong_state"
    assert not Score.objects.filter(revised_at__isnull=False).exists()


def test_once_only_by_its_assessor_with_a_change_and_a_reason(own):
    assert refusal(own, by=officer()).code == "applications.revise_assessment"
    assert refusal(own, by=host_assessor()).code == "applications.revise_assessment"
    assert refusal(own, {"a": (4, "The same")}).code == ""
    assert refusal(own, {"a": (1, " ")}).field == "reason_a"
    assert refusal(own, {"a": (5, "Too good")}).field == "score_a"
    revisions.revise(own, marks=MARKS, by=own.assessor, at=AFTER)
    assert refusal(own).code == "wrong_state"


def test_the_page_asks_and_keeps(own, at):
    at(AFTER)
    desk = as_(own.assessor)
    address = step("assessment", own.pk, "revise")
    assert "Before the visit you gave 4." in text_of(desk.get(address))
    typed = {f"score_{letter}": score for letter, score in zip("abcd", (0, 3, 2, 1), strict=True)}
    assert "Say what changed your score" in text_of(desk.post(address, typed))
    assert desk.post(address, {**typed, "reason_a": "Less than we thought"}).status_code == 302
    assert own.scores.get(criterion__letter="a").revised_score == 0
    page = desk.get(url("assessment", "change", own.pk))
    assert "revise" not in {item["name"] for item in page.context["step_buttons"]}

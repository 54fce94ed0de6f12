"""The assessors' pages: declaring, scoring, and whose scores and salary they do not tell."""

import re

import pytest
from django.urls import reverse

from applications.actions import assessments
from tests.applications.desk import as_, said, step, text_of, url
from tests.applications.factories import (
    ASSESSING,
    application_at,
    officer,
)
from tests.applications.panel import (
    assigned,
    begun,
    committee,
    complete,
    host_assessor,
    says_none,
    scored,
    visit,
)
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]
# What tells the salary of the factories' proposed secondee, or a sum from which it follows.
TELLS_SALARY = re.compile(r"32,000|32000|19,200|4,500\.60|29,700")


def test_before_declaring_an_assessor_sees_who_applies_and_nothing_of_what_they_say():
    assessment = assigned()
    desk = as_(assessment.assessor)
    pages = [
        text_of(desk.get(url("assessment", "change", assessment.pk))),
        text_of(desk.get(url("application", "change", assessment.application_id))),
    ]
    for page in pages:
        assert str(assessment.application.organisation) in page
        assert "About: Release and backfill." not in page
        assert "cv.pdf" not in page


def test_an_assessor_declares_scores_saves_and_completes():
    assessment = assigned()
    address = url("assessment", "change", assessment.pk)
    desk = as_(assessment.assessor)
    answer = desk.post(address, {"do": "declare"})
    assert SAID.say_whether_you_have_a in text_of(answer)
    desk.post(address, {"do": "declare", "has_conflict": "no"})
    page = text_of(desk.get(address))
    for words in ("About: Release and backfill.", "cv.pdf", SAID.a_workable_plan_with_points):
        assert words in page
    answer = desk.post(address, {"do": "save", "score_a": "3", "reason_a": "Solid"}, HTTP_ACCEPT="application/json")
    assert (answer.json()["saved"], answer.json()["problems"]) == ("Saved at 10am", {})
    typed = {"seen": answer.json()["seen"]}
    typed |= {f"score_{letter}": "2" for letter in "abcd"} | {f"reason_{letter}": "Fair enough" for letter in "abc"}
    typed |= {"recommendation": "conditions", "overall_view": "Good people", "private_notes": "Ask about Fridays"}
    answer = desk.post(address, {"do": "complete", **typed})
    assert SAID.give_a_reason_for_your.format("(d) Collaboration and conflicts of interest") in text_of(answer)
    assert [score.score for score in assessment.scores.all()] == [2, 2, 2, 2]
    typed["seen"] = answer.context["form"]["seen"].value()
    answer = desk.post(address, {"do": "complete", **typed, "reason_d": "Yes"}, follow=True)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.overall_view) == ("complete", "Good people")
    assert (assessment.recommendation, assessment.private_notes) == ("conditions", "Ask about Fridays")
    assert said(answer) == [SAID.your_assessment_of_is_complete.format(assessment.application)]
    late = desk.post(address, {"do": "save", "score_a": "0"}, HTTP_ACCEPT="application/json")
    assert (late.status_code, late.json()) == (409, {"refused": SAID.this_assessment_is_so_nothing.format("complete")})
    assert assessment.scores.first().score == 2


class Tab:
    """The assessor's page as one tab holds it."""

    def __init__(self, assessment):
        self.desk, self.address = as_(assessment.assessor), url("assessment", "change", assessment.pk)
        self.take(self.desk.get(self.address))

    def take(self, page):
        form = page.context["form"]
        values = {name: form[name].value() for name in form.fields}
        self.holds = {name: value for name, value in values.items() if value not in {"", None}}
        self.holds["window"] = form["window"].value()

    def send(self, do="save", *, by_itself=False, **typed):
        self.holds |= typed
        headers = {"HTTP_ACCEPT": "application/json"} if by_itself else {}
        answer = self.desk.post(self.address, {**self.holds, "do": do}, **headers)
        if by_itself and "seen" in answer.json():
            self.holds["seen"] = answer.json()["seen"]
        return answer


def marks_of(assessment):
    return {one.criterion.letter: (one.score, one.reason) for one in assessment.scores.all() if one.score or one.reason}


def test_a3_two_tabs_that_score_different_criteria_lose_nothing():
    assessment = begun()
    first, second = Tab(assessment), Tab(assessment)
    first.send(score_a="4", reason_a="A long reason", by_itself=True)
    assert second.send(score_b="2", by_itself=True).status_code == 200
    second.send(reason_a="", reason_b="Fair", by_itself=True)
    assert marks_of(assessment) == {"a": (4, "A long reason"), "b": (2, "Fair")}
    first.send(overall_view="Good people")
    assert marks_of(assessment) == {"a": (4, "A long reason"), "b": (2, "Fair")}


def test_a3_of_two_tabs_that_change_one_criterion_both_texts_are_shown():
    assessment = begun()
    first, second = Tab(assessment), Tab(assessment)
    first.send(score_a="4", reason_a="On the telephone", by_itself=True)
    answer = second.send(score_a="2", reason_a="On the laptop", by_itself=True)
    assert answer.status_code == 409
    assert SAID.you_changed_this_in_another in answer.json()["refused"]
    page = second.send()
    assert page.status_code == 200
    assert SAID.you_wrote_here_in_another.format("Both texts") in page.text
    assert marks_of(assessment) == {"a": (4, "On the telephone")}
    second.take(page)
    assert second.holds["reason_a"] == "On the telephone\n\nOn the laptop"
    second.send(score_a="3")
    assert marks_of(assessment) == {"a": (3, "On the telephone\n\nOn the laptop")}


def test_a3_a_page_that_is_shown_again_has_what_the_other_tab_saved():
    assessment = begun()
    first, second = Tab(assessment), Tab(assessment)
    first.send(score_a="4", reason_a="In the first tab", by_itself=True)
    page = second.send("complete", reason_a="", reason_b="In the second")
    form = page.context["form"]
    assert (form["score_a"].value(), form["reason_a"].value()) == ("4", "In the first tab")
    assert form["reason_b"].value() == "In the second"
    second.take(page)
    second.send(reason_a="In the first tab, and more")
    assert marks_of(assessment)["a"] == (4, "In the first tab, and more")


def test_a3_the_button_pressed_while_the_page_saves_itself_is_no_conflict_and_what_comes_late_is_not_taken():
    assessment = begun()
    tab = Tab(assessment)
    seen = tab.holds["seen"]
    tab.send(reason_a="Half", edits="4", by_itself=True)
    tab.holds["seen"] = seen  # the answer never came
    assert tab.send(reason_a="Half and half", edits="9").status_code == 302
    tab.send(reason_a="Half an", edits="8", by_itself=True)
    assert marks_of(assessment) == {"a": (None, "Half and half")}


def test_b14_the_page_links_everything_that_is_missing():
    tab = Tab(begun())
    page = tab.send("complete", score_a="3").text
    for target in ("id_reason_a", "id_score_b_0", "id_reason_b", "id_score_d_0", "id_reason_d"):
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page


def test_a_reason_that_is_too_long_is_saved_until_it_is_completed():
    assessment = begun()
    tab = Tab(assessment)
    assert tab.send(score_a="3", reason_a="x" * 6000).status_code == 302
    assert len(marks_of(assessment)["a"][1]) == 6000


@pytest.mark.parametrize("score", ["5", "-1", "good"])
def test_a_score_that_is_none_of_the_five_is_refused(score):
    assessment = begun()
    answer = as_(assessment.assessor).post(
        url("assessment", "change", assessment.pk), {"do": "save", "score_a": score, "reason_a": "My long reason"}
    )
    assert SAID.choose_a_score_from_0 in text_of(answer)
    assert "My long reason" in text_of(answer)


def test_neither_sees_the_others_scores_before_finishing():
    application = application_at("shortlisted")
    theirs = complete(application, scores=(4, 4, 4, 4), reason="Fay thinks so")
    own = scored(application, party="host")
    hal = as_(own.assessor)
    pages = [
        hal.get(url("assessment", "changelist")),
        hal.get(url("assessment", "change", own.pk)),
        hal.get(url("application", "changelist")),
        hal.get(url("application", "change", application.pk)),
        hal.get(url("call", "matrix", application.call_id)),
        hal.get(url("assessmentvisit", "changelist")),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "Fay thinks so" not in text_of(page)
        assert "Fay Funder" not in text_of(page)
    assert hal.get(url("assessment", "change", theirs.pk)).status_code == 404
    row = hal.get(url("application", "changelist")).context["cl"].result_list[0]
    assert row.mean_score is None
    assessments.complete(own, recommendation="recommend", overall_view="", by=own.assessor, at=ASSESSING)
    assert "Fay thinks so" in text_of(hal.get(url("assessment", "change", own.pk)))
    assert "Fay Funder" in text_of(hal.get(url("call", "matrix", application.call_id)))
    row = hal.get(url("application", "changelist")).context["cl"].result_list[0]
    assert row.mean_score == pytest.approx(3.25)


def test_no_page_of_an_assessor_tells_the_salary():
    application = application_at("shortlisted")
    complete(application)
    own = begun(application, party="host")
    visit(application)
    pages = [
        url("application", "changelist"),
        url("application", "change", application.pk),
        url("assessment", "changelist"),
        url("assessment", "change", own.pk),
        step("assessment", own.pk, "recuse"),
        url("assessmentvisit", "changelist"),
        url("assessmentvisit", "change", application.visits.get().pk),
        url("call", "matrix", application.call_id),
        url("call", "change", application.call_id),
        reverse("admin:index"),
    ]
    for address in pages:
        answer = as_(own.assessor).get(address)
        assert answer.status_code == 200, address
        assert not TELLS_SALARY.search(text_of(answer)), address
    assert TELLS_SALARY.search(text_of(as_(officer()).get(url("application", "change", application.pk))))


def test_a_conflicted_assessor_sees_a_stub_only():
    application = application_at("shortlisted")
    complete(application, party="host", reason="Hal thinks so")
    own = assigned(application)
    fay = as_(own.assessor)
    fay.post(url("assessment", "change", own.pk), {"do": "declare", "has_conflict": "yes", "explanation": "Trustee"})
    page = text_of(fay.get(url("assessment", "change", own.pk)))
    assert SAID.stood_aside_from_this_application in page
    for words in ("Hal thinks so", "Sana Secondee", "About:", "cv.pdf"):
        assert words not in page
    assert fay.get(url("application", "change", application.pk)).status_code == 404
    assert str(application) not in text_of(fay.get(url("application", "changelist")))
    assert str(application) not in text_of(fay.get(url("call", "matrix", application.call_id)))
    assert fay.get(url("assessmentvisit", "changelist")).context["cl"].result_count == 0


def test_a_conflict_without_an_explanation_is_asked_again():
    own = assigned()
    answer = as_(own.assessor).post(
        url("assessment", "change", own.pk), {"do": "declare", "has_conflict": "yes", "explanation": ""}
    )
    assert SAID.enter_what_the_conflict_of in text_of(answer)
    own.refresh_from_db()
    assert own.status == "assigned"


def test_nobody_scores_in_anothers_name():
    own = begun()
    address = url("assessment", "change", own.pk)
    assert as_(officer()).post(address, {"do": "save", "score_a": "4"}).status_code == 403
    assert as_(host_assessor()).post(address, {"do": "save", "score_a": "4"}).status_code == 404
    assert own.scores.count() == 0


def test_next_to_score_leads_to_what_waits_longest():
    first = begun()
    second = assigned(application_at("submitted", call=first.application.call))
    page = as_(first.assessor).get(url("assessment", "change", first.pk))
    assert page.context["next_url"] == url("assessment", "change", second.pk)


def test_private_notes_are_read_by_their_assessor_alone():
    own = scored()
    words = {"recommendation": "recommend", "private_notes": "Only for me"}
    assessments.save(own, marks={}, words=words, by=own.assessor, at=ASSESSING)
    assessments.complete(own, by=own.assessor, at=ASSESSING)
    other = complete(own.application, party="host").assessor
    address = url("assessment", "change", own.pk)
    assert "Only for me" in text_of(as_(own.assessor).get(address))
    for person in (officer(), other, says_none(committee())):
        page = text_of(as_(person).get(address))
        assert "Only for me" not in page
        assert "Overall: <strong>recommend</strong>" in page


def test_the_desk_shows_the_person_specification_the_keys_and_the_ways_to_the_others():
    first = begun()
    second = begun(application_at("shortlisted", call=first.application.call))
    page = text_of(as_(first.assessor).get(url("assessment", "change", first.pk)))
    assert "Knows the sector" in page
    assert "<kbd>0</kbd>" in page
    assert f'href="{url("assessment", "change", second.pk)}" rel="next"' in page
    assert f'href="{url("assessment", "change", first.pk)}" rel="prev"' in text_of(
        as_(first.assessor).get(url("assessment", "change", second.pk))
    )

"""Two people at one case at the same moment: what one did stands, the other is told, and nothing hangs in between."""

import pytest

from applications.actions import applications, assessments
from applications.autosave import SaveToken, fingerprint
from applications.models import Application, Assessment
from core.lifecycle import Refused
from grants.actions import decisions
from grants.models import Decision
from tests.applications.factories import application_at, lead
from tests.applications.panel import begun, viewed
from tests.grants.factories import RECORDING, RELEASING, confirmed, director, meeting, recorded, second_officer
from tests.races.at_once import all_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WHY = {"reasons": "Others were stronger.", "outcome": "decline"}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(answers):
    return [answer for answer in answers if isinstance(answer, Refused)]


def withdrawing(application):
    by = lead(application.organisation)
    return lambda: applications.withdraw(fresh(application), reason="Not now.", by=by, at=RECORDING)


def recording(application, by):
    held = meeting()
    return lambda: decisions.record(fresh(application), meeting=held, **WHY, by=by, at=RECORDING)


def test_of_two_tabs_that_save_one_assessment_one_is_kept_and_the_other_is_told():
    assessment = begun()
    by, criterion = assessment.assessor, assessment.application.call.criteria.get(letter="a")

    def tab(number):
        token = SaveToken({"score_a": fingerprint(""), "reason_a": fingerprint("")}, f"tab {number}", 1)
        marks = {criterion: (number, f"Typed in tab {number}")}
        return lambda: assessments.save(
            Assessment.objects.select_related("application__call").get(pk=assessment.pk),
            marks=marks,
            token=token,
            by=by,
            at=RECORDING,
        )

    answers = all_at_once(tab(1), tab(2))
    [kept] = [number for number, answer in enumerate(answers, start=1) if not answer.conflicts]
    [other] = [answer for answer in answers if answer.conflicts]
    assert {one.name: one.saved for one in other.conflicts} == {
        "score_a": str(kept),
        "reason_a": f"Typed in tab {kept}",
    }
    score = assessment.scores.get(criterion=criterion)
    assert (score.score, score.reason) == (kept, f"Typed in tab {kept}")


def test_of_two_who_record_a_decision_on_one_application_one_is_kept_and_the_other_is_told():
    application = viewed(application_at("shortlisted"))
    answers = all_at_once(recording(application, director()), recording(application, second_officer()))
    assert [refusal.code for refusal in told(answers)] == ["decision_pending"]
    assert Decision.objects.filter(application=application).count() == 1


def test_of_two_who_confirm_and_drop_one_decision_one_is_told_which_it_is_now():
    decision = recorded(outcome="decline")
    by, other = second_officer(), director()
    answers = all_at_once(
        lambda: decisions.confirm(fresh(decision), by=by, at=RECORDING),
        lambda: decisions.drop(fresh(decision), reason="A slip of the pen.", by=other, at=RECORDING),
    )
    status = fresh(decision).status
    assert status in {"confirmed", "dropped"}
    assert status == "dropped" or len(told(answers)) == 1


@pytest.mark.parametrize("turn", range(4))
def test_a_decision_recorded_during_a_withdrawal_does_not_wait_on_what_is_withdrawn(turn):
    application, by = viewed(application_at("shortlisted")), director()
    presses = [recording(application, by), withdrawing(application)]
    answers = all_at_once(*(reversed(presses) if turn % 2 else presses))
    assert fresh(application).status == "withdrawn"
    assert set(Decision.objects.filter(application=application).values_list("status", flat=True)) <= {"dropped"}
    assert len(told(answers)) == 1 - Decision.objects.filter(application=application).count()


@pytest.mark.parametrize("turn", range(2))
def test_a_decision_released_during_a_withdrawal_is_either_released_or_dropped_and_one_is_told(turn):
    decision, by = confirmed(outcome="decline"), director()
    application = decision.application
    presses = [lambda: decisions.release(fresh(decision), by=by, at=RELEASING), withdrawing(application)]
    answers = all_at_once(*(reversed(presses) if turn % 2 else presses))
    ends = (Application.objects.get(pk=application.pk).status, fresh(decision).status)
    assert ends in {("withdrawn", "dropped"), ("unsuccessful", "released")}
    assert len(told(answers)) == 1

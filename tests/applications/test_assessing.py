"""Declare, score, complete, recuse; and who sees whose scores."""

import pytest

from applications.actions import assessments
from applications.models import Application, Assessment, AssessmentVisit
from core.accounts.models import User
from core.accounts.roles import Role
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import hold, person_with
from tests.applications.factories import (
    ASSESSING,
    application_at,
    lead,
    officer,
    programme,
    published_call,
)
from tests.applications.panel import (
    assigned,
    begun,
    committee,
    complete,
    funder_assessor,
    host_assessor,
    says_none,
    scored,
    visit,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.sentence


# --- declaring ---


def test_without_a_conflict_the_assessment_begins():
    assessment = begun()
    assert (assessment.status, assessment.begun_at) == ("begun", ASSESSING)
    assert assessment.application.interests.get(person=assessment.assessor).has_conflict is False


def test_with_a_conflict_the_assessor_is_recused_and_the_officer_told():
    assessment = assigned()
    person = assessment.assessor
    assessments.declare(assessment, has_conflict=True, explanation="I was their trustee.", by=person, at=ASSESSING)
    assert (assessment.status, assessment.recused_at) == ("recused", ASSESSING)
    assert assessment.application.interests.get(person=person).explanation == "I was their trustee."
    assert Letter.objects.get(template="applications.recused").to_user == officer()
    assert list(visible(Application, person)) == []


def test_a_conflict_is_explained():
    assessment = assigned()
    sentence = refusal(
        assessments.declare, assessment, has_conflict=True, explanation=" ", by=assessment.assessor, at=ASSESSING
    )
    assert sentence == SAID.say_in_a_sentence_what_the


def test_an_interest_is_declared_once():
    assessment = begun()
    sentence = refusal(
        assessments.declare, assessment, has_conflict=False, explanation="", by=assessment.assessor, at=ASSESSING
    )
    assert sentence.startswith(SAID.this_is_so_is_not.format("assessment", "begun", "begin"))


def test_a_conflict_declared_elsewhere_is_not_taken_back_by_assessing():
    assessment = assigned()
    person = assessment.assessor
    hold(person, Role.COMMITTEE)
    assessments.declare_conflict(assessment.application, explanation="A friend.", by=person, at=ASSESSING)
    sentence = refusal(assessments.declare, assessment, has_conflict=False, explanation="", by=person, at=ASSESSING)
    assert sentence == SAID.you_have_declared_a_conflict


def test_an_assessor_may_stand_aside_later():
    assessment = scored()
    assessments.recuse(assessment, explanation="I know the person.", by=assessment.assessor, at=ASSESSING)
    assert assessment.status == "recused"
    assert assessment.application.interests.get(person=assessment.assessor).has_conflict is True


def test_nobody_declares_for_another():
    with pytest.raises(Refused) as refused:
        assessments.declare(assigned(), has_conflict=False, explanation="", by=host_assessor(), at=ASSESSING)
    assert refused.value.code == "applications.declare_assessment"


# --- scoring ---


def test_scores_are_kept_as_they_are_given():
    assessment = begun()
    first, second, *_ = assessment.application.call.criteria.all()
    by = assessment.assessor
    assessments.score(assessment, criterion=first, score=3, reason="", by=by, at=ASSESSING)
    assessments.score(assessment, criterion=second, score=None, reason="To think about", by=by, at=ASSESSING)
    assessments.score(assessment, criterion=first, score=0, reason="Weak after all", by=by, at=ASSESSING)
    kept = [(one.criterion.letter, one.score, one.reason) for one in assessment.scores.all()]
    assert kept == [("a", 0, "Weak after all"), ("b", None, "To think about")]


def test_a_score_is_from_0_to_4():
    assessment = begun()
    criterion = assessment.application.call.criteria.first()
    for score in (-1, 5):
        sentence = refusal(
            assessments.score,
            assessment,
            criterion=criterion,
            score=score,
            reason="",
            by=assessment.assessor,
            at=ASSESSING,
        )
        assert sentence == SAID.choose_a_score_from_0


def test_a_criterion_of_another_call_is_not_scored():
    assessment = begun()
    other = published_call().criteria.first()
    sentence = refusal(
        assessments.score, assessment, criterion=other, score=1, reason="x", by=assessment.assessor, at=ASSESSING
    )
    assert sentence == SAID.this_criterion_does_not_belong


def test_nothing_is_scored_before_declaring():
    assessment = assigned()
    criterion = assessment.application.call.criteria.first()
    sentence = refusal(
        assessments.score, assessment, criterion=criterion, score=1, reason="x", by=assessment.assessor, at=ASSESSING
    )
    assert sentence == SAID.declare_your_interest_first_whether


def test_b14_completing_names_everything_that_is_missing_at_once():
    assessment = begun()
    by = assessment.assessor
    criteria = list(assessment.application.call.criteria.all())
    for criterion in criteria[:3]:
        assessments.score(assessment, criterion=criterion, score=2, reason="Fair", by=by, at=ASSESSING)
    ask = {"overall_view": "", "by": by, "at": ASSESSING}
    assessments.score(assessment, criterion=criteria[0], score=2, reason="x" * 5001, by=by, at=ASSESSING)
    assessments.score(assessment, criterion=criteria[3], score=None, reason=" ", by=by, at=ASSESSING)
    last = "(d) Collaboration and conflicts of interest"
    with pytest.raises(assessments.Unfinished) as refused:
        assessments.complete(assessment, **ask)
    assert list(refused.value.gaps) == ["reason_a", "score_d", "reason_d", "recommendation"]
    assert refused.value.gaps["score_d"] == SAID.choose_a_score_from_0_to.format(last)
    assert refused.value.gaps["reason_d"] == SAID.give_a_reason_for_your.format(last)
    assessments.score(assessment, criterion=criteria[0], score=2, reason="Fair", by=by, at=ASSESSING)
    assessments.score(assessment, criterion=criteria[3], score=2, reason="Fair", by=by, at=ASSESSING)
    assessments.complete(assessment, recommendation="conditions", **ask)
    assert (assessment.status, assessment.completed_at) == ("complete", ASSESSING)


def test_a_complete_assessment_is_locked():
    assessment = complete()
    criterion = assessment.application.call.criteria.first()
    by = assessment.assessor
    sentence = refusal(assessments.score, assessment, criterion=criterion, score=0, reason="x", by=by, at=ASSESSING)
    assert sentence == SAID.this_assessment_is_complete_so
    assert refusal(assessments.recuse, assessment, explanation="x", by=by, at=ASSESSING).startswith(
        SAID.this_is_so_is_not.format("assessment", "complete", "recuse")
    )
    assert assessment.scores.first().score == 4


def test_a_score_that_arrives_beside_completing_is_refused():
    assessment = scored()
    stale = Assessment.objects.get(pk=assessment.pk)
    assessments.complete(assessment, recommendation="recommend", overall_view="", by=assessment.assessor, at=ASSESSING)
    criterion = stale.application.call.criteria.first()
    sentence = refusal(
        assessments.score, stale, criterion=criterion, score=0, reason="Late", by=stale.assessor, at=ASSESSING
    )
    assert sentence == SAID.this_assessment_is_complete_so


def test_completing_twice_at_once_completes_once():
    assessment = scored()
    stale = Assessment.objects.get(pk=assessment.pk)
    assessments.complete(
        assessment, recommendation="recommend", overall_view="First", by=assessment.assessor, at=ASSESSING
    )
    sentence = refusal(
        assessments.complete,
        stale,
        recommendation="recommend",
        overall_view="Second",
        by=assessment.assessor,
        at=ASSESSING,
    )
    assert sentence == SAID.this_assessment_is_complete_so
    assert Assessment.objects.get(pk=assessment.pk).overall_view == "First"


def test_a_recused_assessor_scores_nothing():
    assessment = assigned()
    by = assessment.assessor
    assessments.declare(assessment, has_conflict=True, explanation="A friend", by=by, at=ASSESSING)
    criterion = assessment.application.call.criteria.first()
    sentence = refusal(assessments.score, assessment, criterion=criterion, score=0, reason="x", by=by, at=ASSESSING)
    assert sentence == SAID.you_have_stood_aside_from


# --- who sees what ---


def everybody():
    people = [person_with(role, works_for=programme().funder) for role in Role]
    return [officer(), funder_assessor(), host_assessor(), committee(), *people]


def test_an_assessment_or_visit_is_listed_if_and_only_if_it_may_be_seen():
    first = application_at("shortlisted")
    complete(first)
    scored(first, party="host")
    visit(first)
    second = application_at("shortlisted", call=first.call)
    complete(second)
    complete(second, party="host")
    visit(second)
    third = application_at("submitted", call=first.call)
    stub = assigned(third)
    assessments.declare(stub, has_conflict=True, explanation="A friend", by=stub.assessor, at=ASSESSING)
    complete(third, party="host")
    says_none(committee(), first)
    assessments.declare_conflict(second, explanation="A cousin", by=committee(), at=ASSESSING)
    application_at("submitted", call=first.call)
    people = [*everybody(), lead(first.organisation), lead(third.organisation)]
    seen = 0
    for person in (User.objects.get(pk=one.pk) for one in people):
        for model in (Assessment, AssessmentVisit, Application):
            codename = f"applications.view_{model._meta.model_name}"
            listed = set(visible(model, person))
            assert listed == {row for row in model.objects.all() if person.has_perm(codename, row)}, (person, model)
            seen += len(listed)
    assert seen > 20


def test_others_scores_are_seen_once_ones_own_are_complete():
    application = application_at("shortlisted")
    complete(application)
    own = scored(application, party="host")
    person = own.assessor
    assert list(visible(Assessment, person)) == [own]
    assessments.complete(own, recommendation="recommend", overall_view="", by=person, at=ASSESSING)
    assert visible(Assessment, person).count() == 2

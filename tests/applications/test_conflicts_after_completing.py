"""`check_invariants` names an assessment that was completed under a conflict, and none whose conflict came afterwards."""

from datetime import date, timedelta

import pytest

from applications import invariants
from applications.actions import assessments, interests
from applications.models import Interest
from core.audit.immutability import bypass_triggers
from tests.applications.factories import ASSESSING
from tests.applications.panel import complete, scored
from tests.grants.factories import second_officer

pytestmark = pytest.mark.django_db
LATER, HOUR = ASSESSING + timedelta(days=1), timedelta(hours=1)


def breaches():
    return [line for line in invariants.breaches(LATER) if "conflict of interest" in line]


def interest_of(assessment):
    return Interest.objects.get(application=assessment.application, person=assessment.assessor)


def conflict(assessment, *, at):
    """The conflict that is recorded when somebody's past membership comes to be known."""
    facts = {"has_conflict": True, "explanation": "Belonged to it.", "source": "was_member", "declared_at": at}
    Interest.objects.update_or_create(application=assessment.application, person=assessment.assessor, defaults=facts)


def handle(assessment, handling, *, at):
    interests.handle(
        interest_of(assessment),
        handling=handling,
        measure="A colleague checks every score.",
        review_on=date(2030, 6, 1),
        by=second_officer(),
        at=at,
    )


def finish(assessment, *, at):
    assessments.complete(assessment, recommendation="recommend", overall_view="Fair.", by=assessment.assessor, at=at)


@pytest.mark.parametrize("handling", ["", "recused"])
def test_a_conflict_that_was_known_before_is_named(handling):
    assessment = complete()
    conflict(assessment, at=assessment.completed_at - HOUR)
    if handling:
        handle(assessment, handling, at=assessment.completed_at - HOUR)
    assert breaches() == [f"{assessment}: complete in spite of a conflict of interest"]


@pytest.mark.parametrize("handling", ["", "recused", "stays"])
def test_a_conflict_that_followed_later_is_not_named(handling):
    assessment = complete()
    conflict(assessment, at=assessment.completed_at + HOUR)
    if handling:
        handle(assessment, handling, at=assessment.completed_at + 2 * HOUR)
    assert breaches() == []


def test_who_stayed_under_a_measure_until_it_was_complete_and_was_recused_then_is_not_named():
    assessment = scored()
    conflict(assessment, at=ASSESSING)
    handle(assessment, "stays", at=ASSESSING + HOUR)
    finish(assessment, at=ASSESSING + 2 * HOUR)
    handle(assessment, "recused", at=ASSESSING + 3 * HOUR)
    assert breaches() == []


def test_who_completed_before_the_office_had_decided_is_named_although_it_recused_them_then():
    assessment = scored()
    finish(assessment, at=ASSESSING + 2 * HOUR)
    conflict(assessment, at=ASSESSING + HOUR)
    handle(assessment, "recused", at=ASSESSING + 3 * HOUR)
    assert breaches() == [f"{assessment}: complete in spite of a conflict of interest"]


def test_who_had_been_recused_again_when_they_completed_is_named():
    assessment = scored()
    conflict(assessment, at=ASSESSING)
    handle(assessment, "stays", at=ASSESSING + HOUR)
    finish(assessment, at=ASSESSING + 3 * HOUR)
    with bypass_triggers():  # the office's answer came an hour before, not after
        handle(assessment, "recused", at=ASSESSING + 2 * HOUR)
    assert breaches() == [f"{assessment}: complete in spite of a conflict of interest"]

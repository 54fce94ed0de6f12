"""Who may do what with assessments and visits."""

from typing import Any

import rules

from applications.lifecycle import ASSESSMENT, VISIT, AssessmentStatus
from applications.models import Assessment, AssessmentVisit
from applications.rules.applications import is_clear_assessor, is_clear_committee, is_unconflicted
from applications.rules.steps import may
from core.accounts.rules import is_assessor, is_committee, is_funder_officer


@rules.predicate
def is_own(user: Any, assessment: Assessment | None) -> bool:
    """One's own assessment."""
    return assessment is not None and assessment.assessor_id == user.pk


@rules.predicate
def own_is_complete(user: Any, assessment: Assessment | None) -> bool:
    """Has finished one's own assessment of the same application, so may see the others'."""
    return bool(
        assessment is not None
        and user.is_authenticated
        and Assessment.objects.filter(
            application_id=assessment.application_id, assessor=user, status=AssessmentStatus.COMPLETE
        ).exists()
    )


@rules.predicate
def is_clear_of(user: Any, assessment: Assessment | None) -> bool:
    """Has declared no conflict with the assessment's application."""
    return assessment is not None and bool(is_unconflicted(user, assessment.application))


@rules.predicate
def is_complete(user: Any, assessment: Assessment | None) -> bool:
    """Locked: finished by its assessor."""
    return assessment is not None and assessment.status == AssessmentStatus.COMPLETE


rules.add_perm(
    "applications.view_assessment",
    is_funder_officer
    | (is_assessor & is_own)
    | (is_assessor & is_complete & own_is_complete & is_clear_of)
    | (is_committee & is_complete & is_clear_of),
)
rules.add_perm("applications.declare_assessment", is_assessor & is_own & may(ASSESSMENT, "begin"))
rules.add_perm("applications.score_assessment", is_assessor & is_own & may(ASSESSMENT, "complete"))
rules.add_perm("applications.complete_assessment", is_assessor & is_own & may(ASSESSMENT, "complete"))
rules.add_perm("applications.recuse_assessment", is_assessor & is_own & may(ASSESSMENT, "recuse"))


@rules.predicate
def assesses_its_application(user: Any, visit: AssessmentVisit | None) -> bool:
    """A clear assessor of the application that is visited."""
    return visit is not None and bool(is_clear_assessor(user, visit.application))


@rules.predicate
def sees_its_application(user: Any, visit: AssessmentVisit | None) -> bool:
    """A clear committee member."""
    return visit is not None and bool(is_clear_committee(user, visit.application))


rules.add_perm("applications.view_assessmentvisit", is_funder_officer | assesses_its_application | sees_its_application)
rules.add_perm("applications.add_assessmentvisit", is_funder_officer)
for step in VISIT.steps:
    rules.add_perm(f"applications.{step}_assessmentvisit", is_funder_officer & may(VISIT, step))

"""Who may do what with assessments and visits."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rules.predicates import predicate

from applications.lifecycle import ASSESSMENT, VISIT, AssessmentStatus, Status
from applications.models import Application, Assessment, AssessmentVisit
from applications.models.assessment import Party
from applications.rules.applications import (
    WITHOUT_CONFLICT,
    is_clear_committee,
    is_clear_officer,
    is_office,
    reads_after_declaring,
)
from applications.rules.cases import cases_to_assess, has_declared, has_to_declare, is_open_to
from core.accounts.models import Programme, RoleAssignment, User
from core.accounts.roles import Role
from core.accounts.rules import is_assessor, is_committee
from core.permissions import in_state, permit


@predicate
def is_own(user: Any, assessment: Assessment | None) -> bool:
    return assessment is not None and assessment.assessor_id == user.pk


@predicate
def own_is_complete(user: Any, assessment: Assessment | None) -> bool:
    """Has finished one's own assessment of the same application, so may see the others'."""
    return bool(
        assessment is not None
        and user.is_authenticated
        and Assessment.objects.filter(
            application_id=assessment.application_id, assessor=user, status=AssessmentStatus.COMPLETE
        ).exists()
    )


@predicate
def own_is_due(user: User | AnonymousUser, assessment: Assessment | None) -> bool:
    """Was asked to assess the same application, and has not finished: sees no other's scores, whatever their role."""
    return assessment is not None and isinstance(user, User) and assessment.application_id in cases_to_assess(user)


@predicate
def is_clear_of(user: Any, assessment: Assessment | None) -> bool:
    return assessment is not None and bool(is_open_to(user, assessment.application))


@predicate
def has_declared_before(user: User | AnonymousUser, assessment: Assessment | None) -> bool:
    """Has said of its application that there is no conflict of interest."""
    return assessment is not None and bool(has_declared(user, assessment.application))


@predicate
def is_complete(_user: Any, assessment: Assessment | None) -> bool:
    """Locked: finished by its assessor."""
    return assessment is not None and assessment.status == AssessmentStatus.COMPLETE


@predicate
def is_before_decision(_user: Any, assessment: Assessment | None) -> bool:
    return assessment is not None and assessment.application.status == Status.SHORTLISTED


ROLE_OF = {Party.FUNDER: Role.FUNDER_ASSESSOR, Party.HOST: Role.HOST_ASSESSOR}


def assesses_for(side: Party, person: User, application: Application) -> bool:
    return ROLE_OF[side] in person.roles_in(application.programme_id)


def possible_assessors(side: Party, application: Application) -> QuerySet[User]:
    """Who can be asked to assess on this side: with its role in the programme, and working for its organisation."""
    return people_who_assess(side, application.call.programme)


def people_who_assess(side: Party, programme: Programme) -> QuerySet[User]:
    held = RoleAssignment.objects.filter(role=ROLE_OF[side], programme=programme)
    organisation = programme.funder if side == Party.FUNDER else programme.host
    return User.objects.filter(is_active=True, works_for=organisation, pk__in=held.values("person"))


reads_as_office = is_office & is_clear_of & ~own_is_due

ONLY_ASSESSOR = "Only its assessor can work on this assessment."
assesses = is_assessor & is_own

permit(
    "applications.view_assessment",
    assesses
    | reads_as_office
    | (is_assessor & is_complete & own_is_complete & is_clear_of)
    | (is_committee & is_complete & is_clear_of & has_declared_before & ~own_is_due),
)
permit("applications.view_assessment_history", reads_as_office)
permit("applications.assess_applications", is_assessor)
permit("applications.declare_assessment", assesses, ONLY_ASSESSOR, when=in_state(ASSESSMENT, "begin"))
permit(
    "applications.score_assessment", assesses, ONLY_ASSESSOR, when=in_state(ASSESSMENT, "complete"), new_use="assessing"
)
permit(
    "applications.complete_assessment",
    assesses,
    ONLY_ASSESSOR,
    when=in_state(ASSESSMENT, "complete"),
    new_use="assessing",
)
permit("applications.recuse_assessment", assesses, ONLY_ASSESSOR, when=in_state(ASSESSMENT, "recuse"))
permit(
    "applications.remind_assessment",
    reads_as_office,
    f"Only the grants office reminds assessors{WITHOUT_CONFLICT}",
    when=in_state(ASSESSMENT, "recuse"),
)
permit("applications.revise_assessment", assesses & is_clear_of, ONLY_ASSESSOR, when=is_complete & is_before_decision)


@predicate
def assesses_its_application(user: Any, visit: AssessmentVisit | None) -> bool:
    return visit is not None and bool(reads_after_declaring(user, visit.application))


@predicate
def sees_its_application(user: Any, visit: AssessmentVisit | None) -> bool:
    return visit is not None and bool(is_clear_committee(user, visit.application))


arranges = is_clear_officer & ~has_to_declare


@predicate(name=arranges.name)
def arranges_its_visits(user: User | AnonymousUser, visit: AssessmentVisit | None) -> bool:
    return visit is not None and bool(arranges(user, visit.application))


ONLY_OFFICE_VISITS = f"Only the grants office arranges visits{WITHOUT_CONFLICT}"

permit("applications.view_assessmentvisit", arranges_its_visits | assesses_its_application | sees_its_application)
permit("applications.view_assessmentvisit_history", arranges_its_visits)
permit(
    "applications.add_assessmentvisit", arranges, ONLY_OFFICE_VISITS, new_use="assessing"
)  # asked about the application
permit(
    "applications.replace_attendee_assessmentvisit",
    arranges_its_visits,
    ONLY_OFFICE_VISITS,
    when=in_state(VISIT, "move"),
)
for step in VISIT.steps:
    permit(f"applications.{step}_assessmentvisit", arranges_its_visits, ONLY_OFFICE_VISITS, when=in_state(VISIT, step))

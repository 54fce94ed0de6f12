"""From whom the name of a proposed secondee is hidden, who hides and opens it, and who makes the redacted copies."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from rules.predicates import predicate

from applications.lifecycle import AssessmentStatus, Status
from applications.models import Application, Assessment, Document, NameOpening
from applications.rules.applications import WITHOUT_CONFLICT, is_clear_officer
from applications.rules.assessments import ONLY_ASSESSOR, assesses
from core.accounts.models import User
from core.accounts.rules import is_assessor, is_funder_officer
from core.permissions import permit

# Once a decision is released the name is in emails and on grants.
DECIDED = (Status.OFFERED, Status.ACCEPTED, Status.RESERVE, Status.UNSUCCESSFUL, Status.OFFER_DECLINED)
BEFORE_ASSESSORS = (Status.SUBMITTED, Status.SHORTLISTED)

# The office sees names always.
reads_without_names = is_assessor & ~is_funder_officer


def openings_for(assessor: User) -> QuerySet[NameOpening]:
    return NameOpening.objects.filter(Q(assessor=assessor) | Q(assessor=None))


@predicate
def is_name_hidden(user: User | AnonymousUser, application: Application | None) -> bool:
    return bool(
        application is not None
        and isinstance(user, User)
        and application.call.hides_names
        and application.status not in DECIDED
        and reads_without_names(user, application)
        and not openings_for(user).filter(application=application.pk).exists()
    )


@predicate
def reads_document(user: User | AnonymousUser, document: Document | None) -> bool:
    """The original with the name; without it the redacted copy, once it was checked. The office reads both."""
    if document is None or not user.has_perm("applications.read_application", document.application):
        return False
    is_hidden = bool(is_name_hidden(user, document.application))
    if document.is_redacted:
        return bool(is_funder_officer(user, document)) or (is_hidden and document.checked_at is not None)
    return not is_hidden


def hides_names(application: Application) -> bool:
    return application.call.hides_names and application.status in BEFORE_ASSESSORS


def is_own_name_hidden(assessment: Assessment) -> bool:
    is_begun = assessment.status == AssessmentStatus.BEGUN
    return is_begun and bool(is_name_hidden(assessment.assessor, assessment.application))


permit("applications.view_document", reads_document)
permit(
    "applications.hide_names_call",
    is_funder_officer,
    "Only the grants office decides whether assessors see names.",
)
permit("applications.open_name_assessment", assesses, ONLY_ASSESSOR)
permit(
    "applications.open_name_application",
    is_clear_officer,
    f"Only the grants office opens a name to all assessors{WITHOUT_CONFLICT}",
)
permit(
    "applications.redact_application",
    is_clear_officer,
    f"Only the grants office makes redacted copies{WITHOUT_CONFLICT}",
)

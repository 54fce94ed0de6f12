"""Which rows of applications a person sees; each function equals the permission that views one such row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from applications.lifecycle import HANDED_IN, NOT_HANDED_IN, AssessmentStatus, Status
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Call,
    CallInvitation,
    Criterion,
    Document,
    EqualityQuestion,
    ExpressionOfInterest,
    Goal,
    Interest,
    LateAdmission,
    Post,
    Question,
    Strand,
)
from applications.rules.applications import conflicts_of as remembered_conflicts
from core.accounts.models import User
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, READS_CALLS, Role
from core.visibility import hides, shows, visible

NOTHING = Q(pk__in=[])


def signs_in(user: Any) -> bool:
    return isinstance(user, User) and user.is_active


def conflicts_of(user: User) -> QuerySet[Interest]:
    return Interest.objects.filter(person=user, has_conflict=True)


@hides
def rows_of_conflicts(user: User) -> Iterator[str]:
    """The applications with which a person declared a conflict of interest, and every row that belongs to one."""
    conflicted = remembered_conflicts(user)
    for model in apps.get_models() if conflicted else ():
        if (way := _way_to_application(model)) is not None:
            for key in model._base_manager.filter(**{f"{way}__in": conflicted}).values_list("pk", flat=True):
                yield f"{model._meta.label_lower}:{key}"


def _way_to_application(model: type[Model]) -> str | None:
    """The look-up that leads from a row to its application: "assessment__application"; None where none does."""
    if model is Application:
        return "pk"
    through = getattr(model, "belongs_through", None) or getattr(model, "programme_through", None)
    if through is None:
        return None
    rest = _way_to_application(model._meta.get_field(through).related_model)  # type: ignore[arg-type]
    return None if rest is None else f"{through}__{rest}"


def without_conflict(user: User) -> Q:
    return ~Q(application__in=conflicts_of(user).values("application"))


def office_programmes(user: Any) -> frozenset[int]:
    return user.programmes_as(*FUNDER_OFFICERS) if signs_in(user) else frozenset()


@shows(Call)
def visible_calls(rows: QuerySet[Call], user: Any) -> QuerySet[Call]:
    """Published ones open to all or to one's organisation; every one of the programmes whose calls one reads."""
    is_out = Q(published_at__isnull=False)
    may_see = is_out & ~Q(kind=Call.Kind.BY_INVITATION)
    if not signs_in(user):
        return rows.filter(may_see)
    if user.is_superuser:
        return rows
    own = user.memberships.values("organisation")
    codes = CallInvitation.objects.filter(organisation__in=own, withdrawn_at__isnull=True)
    begun = Application.objects.filter(organisation__in=own)
    admitted = LateAdmission.objects.filter(organisation__in=own, confirmed_at__isnull=False)
    invited = Q(pk__in=codes.values("call")) | Q(pk__in=begun.values("call")) | Q(pk__in=admitted.values("call"))
    may_see |= is_out & invited
    return rows.filter(may_see | Q(programme__in=user.programmes_as(*READS_CALLS)))


@shows(Post)
def visible_posts(rows: QuerySet[Post], user: Any) -> QuerySet[Post]:
    return rows.filter(call__in=visible(Call, user))


@shows(Criterion)
def visible_criteria(rows: QuerySet[Criterion], user: Any) -> QuerySet[Criterion]:
    return rows.filter(call__in=visible(Call, user))


@shows(Question)
def visible_questions(rows: QuerySet[Question], user: Any) -> QuerySet[Question]:
    return rows.filter(call__in=visible(Call, user))


def _own_or_office(user: User) -> Q:
    """Applications of one's organisations; for officers what was submitted, what they enter and what they rehearse.

    Officers do not see those with which they declared a conflict of interest.
    """
    found = Q(organisation_id__in=user.organisation_ids, is_rehearsal=False)
    if offices := office_programmes(user):
        submitted = Q(reference__isnull=False) & ~Q(status=Status.DRAFT)
        is_clear = ~Q(pk__in=conflicts_of(user).values("application"))
        entered = Q(entered_by__isnull=False)
        found |= Q(call__programme__in=offices) & is_clear & (submitted | entered)
        found |= Q(call__programme__in=offices, is_rehearsal=True, started_by=user)
    return found


def _entered_or_rehearsed(user: User) -> Q:
    return Q(entered_by__isnull=False) | Q(is_rehearsal=True, started_by=user)


def _assigned(user: User) -> Q:
    """Applications before assessors that this person was asked to assess, and not recused from."""
    own = Assessment.objects.filter(assessor=user).exclude(status=AssessmentStatus.RECUSED)
    programmes = user.programmes_as(*ASSESSORS)
    return Q(call__programme__in=programmes, status__in=HANDED_IN, pk__in=own.values("application"))


@shows(Application)
def visible_applications(rows: QuerySet[Application], user: Any) -> QuerySet[Application]:
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows.filter(Q(is_rehearsal=False) | Q(started_by=user))
    may_see = _own_or_office(user)
    # Whole sub-selects, not one for each row: what one person was assigned is little, however much there is.
    is_clear = ~Q(pk__in=conflicts_of(user).values("application"))
    if user.programmes_as(*ASSESSORS):
        may_see |= _assigned(user) & is_clear
    if committees := user.programmes_as(Role.COMMITTEE):
        # Exclude three statuses instead of listing seven: PostgreSQL plans the IN list badly.
        was_handed_in = ~Q(status__in=NOT_HANDED_IN)
        may_see |= Q(call__programme__in=committees) & was_handed_in & is_clear
    return rows.filter(may_see)


def writable_applications(rows: QuerySet[Application], user: User) -> QuerySet[Application]:
    """Those this person may write in: their organisation's; for officers what they enter and rehearse."""
    may_write = Q(organisation_id__in=user.organisation_ids, is_rehearsal=False)
    if offices := office_programmes(user):
        is_clear = ~Q(pk__in=conflicts_of(user).values("application"))
        may_write |= Q(call__programme__in=offices) & _entered_or_rehearsed(user) & is_clear
    return rows.filter(may_write)


@shows(Document)
def visible_documents(rows: QuerySet[Document], user: Any) -> QuerySet[Document]:
    """Those of applications that the person reads in full: not the committee, and assessors only after declaring."""
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    asked = Assessment.objects.filter(assessor=user, status=AssessmentStatus.ASSIGNED)
    readable = _own_or_office(user) & (
        Q(organisation_id__in=user.organisation_ids) | ~Q(pk__in=asked.values("application"))
    )
    if user.programmes_as(*ASSESSORS):
        declared = Interest.objects.filter(person=user, has_conflict=False)
        readable |= _assigned(user) & Q(pk__in=declared.values("application"))
    return rows.filter(application__in=Application.objects.filter(readable).values("pk"))


@shows(Assessment)
def visible_assessments(rows: QuerySet[Assessment], user: Any) -> QuerySet[Assessment]:
    """All for officers; one's own; others' once complete, for the committee and assessors who have finished theirs.

    Whoever was asked to assess an application sees no other's assessment of it before their own is complete, and nobody
    those of an application with which they declared a conflict.
    """
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    due = Assessment.objects.filter(assessor=user).exclude(status=AssessmentStatus.COMPLETE)
    is_free = without_conflict(user) & ~Q(application__in=due.values("application"))
    may_see = Q(application__call__programme__in=office_programmes(user)) & is_free
    is_complete = Q(status=AssessmentStatus.COMPLETE) & without_conflict(user)
    if panels := user.programmes_as(*ASSESSORS):
        finished = Assessment.objects.filter(assessor=user, status=AssessmentStatus.COMPLETE)
        others = is_complete & Q(application__in=finished.values("application"))
        may_see |= Q(application__call__programme__in=panels) & (Q(assessor=user) | others)
    if committees := user.programmes_as(Role.COMMITTEE):
        may_see |= Q(application__call__programme__in=committees) & is_complete & is_free
    return rows.filter(may_see)


@shows(AssessmentVisit)
def visible_visits(rows: QuerySet[AssessmentVisit], user: Any) -> QuerySet[AssessmentVisit]:
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    may_see = Q(application__call__programme__in=office_programmes(user)) & without_conflict(user)
    is_clear = Q(application__status__in=HANDED_IN) & without_conflict(user)
    if panels := user.programmes_as(*ASSESSORS):
        assigned = Assessment.objects.filter(application=OuterRef("application"), assessor=user)
        is_assigned = Q(Exists(assigned.exclude(status=AssessmentStatus.RECUSED)))
        may_see |= Q(application__call__programme__in=panels) & is_clear & is_assigned
    if committees := user.programmes_as(Role.COMMITTEE):
        may_see |= Q(application__call__programme__in=committees) & is_clear
    return rows.filter(may_see)


@shows(ExpressionOfInterest)
def visible_expressions(rows: QuerySet[ExpressionOfInterest], user: Any) -> QuerySet[ExpressionOfInterest]:
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    own = Q(organisation__in=user.memberships.values("organisation"))
    return rows.filter(own | Q(programme__in=office_programmes(user)))


def of_office(rows: QuerySet[Any], user: Any, programme: str) -> QuerySet[Any]:
    """Rows of programmes in which the person is an officer or director; `programme` is the look-up to it."""
    if not signs_in(user):
        return rows.none()
    return rows if user.is_superuser else rows.filter(**{f"{programme}__in": office_programmes(user)})


@shows(CallInvitation)
def visible_invitations(rows: QuerySet[CallInvitation], user: Any) -> QuerySet[CallInvitation]:
    return of_office(rows, user, "call__programme")


@shows(LateAdmission)
def visible_late_admissions(rows: QuerySet[LateAdmission], user: Any) -> QuerySet[LateAdmission]:
    return of_office(rows, user, "call__programme")


@shows(Goal)
def visible_goals(rows: QuerySet[Goal], user: Any) -> QuerySet[Goal]:
    return of_office(rows, user, "programme")


@shows(Strand)
def visible_strands(rows: QuerySet[Strand], user: Any) -> QuerySet[Strand]:
    return of_office(rows, user, "programme")


@shows(EqualityQuestion)
def visible_equality_questions(rows: QuerySet[EqualityQuestion], user: Any) -> QuerySet[EqualityQuestion]:
    return of_office(rows, user, "programme")

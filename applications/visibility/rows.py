"""Rows of calls and applications; each function equals the permission that views one such row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from applications.lifecycle import HANDED_IN, NOT_HANDED_IN, OPEN_ASSESSMENT, AssessmentStatus, Status
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
    LateAdmission,
    OutcomeReason,
    Post,
    Question,
    Strand,
)
from applications.rules.cases import cases_to_assess, left_open
from applications.rules.cases import conflicts_of as remembered_conflicts
from applications.visibility.cases import (
    declared_by,
    deputised,
    in_office,
    is_open,
    names_only,
    office_programmes,
    signs_in,
    to_declare,
)
from applications.visibility.names import without_names
from core.accounts.models import User
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, READS_CALLS, Role
from core.letters.models import Letter
from core.visibility import hides, hides_for_now, shows, visible

NOTHING = Q(pk__in=[])


@hides
def rows_of_conflicted_cases(user: User) -> Iterator[str]:
    yield from _story_of(remembered_conflicts(user))


@hides_for_now
def rows_of_cases_to_come(user: User) -> Iterator[str]:
    """Of cases that the person is still to assess, or to declare their interests in."""
    yield from _story_of(cases_to_assess(user) | left_open(user))


def _story_of(closed: frozenset[int]) -> Iterator[str]:
    """The applications, every row that belongs to one, and the emails about it: they tell what others found."""
    if not closed:
        return
    ways = {model: way for model in apps.get_models() if (way := _way_to_application(model)) is not None}
    rows = [_labelled(model._base_manager.filter(**{f"{way}__in": closed})) for model, way in ways.items()]
    cases = [f"{Application._meta.label_lower}:{key}" for key in closed]
    rows.append(_labelled(Letter.objects.filter(case__in=cases)))
    for label, key in rows[0].union(*rows[1:], all=True):
        yield f"{label}:{apps.get_model(label)._meta.pk.to_python(key)}"


def _labelled(rows: QuerySet[Any]) -> QuerySet[Any, tuple[str, str]]:
    label = Value(rows.model._meta.label_lower, output_field=CharField())
    labelled = rows.order_by().annotate(of_model=label, as_text=Cast("pk", CharField()))
    return labelled.values_list("of_model", "as_text")  # type: ignore[no-any-return]


def _way_to_application(model: type[Model]) -> str | None:
    """The look-up that leads from a row to its application: "assessment__application"; None where none does."""
    if model is Application:
        return "pk"
    through = getattr(model, "belongs_through", None) or getattr(model, "programme_through", None)
    if through is None:
        return None
    rest = _way_to_application(model._meta.get_field(through).related_model)  # type: ignore[arg-type]
    return None if rest is None else f"{through}__{rest}"


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

    Officers do not see those with which they declared a conflict of interest, or have yet to declare one or none.
    """
    found = Q(organisation_id__in=user.organisation_ids, is_rehearsal=False)
    submitted = Q(reference__isnull=False) & ~Q(status=Status.DRAFT)
    is_clear = is_open(user, "pk")
    if user.is_staff:
        found |= Q(pk__in=deputised(user, *FUNDER_OFFICERS)) & is_clear & submitted
    if offices := office_programmes(user):
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
    is_clear = is_open(user, "pk")
    if user.programmes_as(*ASSESSORS):
        may_see |= _assigned(user) & is_clear
    if committees := user.programmes_as(Role.COMMITTEE):
        # Exclude three statuses instead of listing seven: PostgreSQL plans the IN list badly.
        was_handed_in = ~Q(status__in=NOT_HANDED_IN)
        has_declared = Q(pk__in=declared_by(user).values("application"))
        may_see |= Q(call__programme__in=committees) & was_handed_in & is_clear & has_declared
    return rows.filter(may_see)


def writable_applications(rows: QuerySet[Application], user: User) -> QuerySet[Application]:
    """Those this person may write in: their organisation's; for officers what they enter and rehearse."""
    may_write = Q(organisation_id__in=user.organisation_ids, is_rehearsal=False)
    if offices := office_programmes(user):
        is_clear = is_open(user, "pk")
        may_write |= Q(call__programme__in=offices) & _entered_or_rehearsed(user) & is_clear
    return rows.filter(may_write)


def readable_applications(rows: QuerySet[Application], user: User) -> QuerySet[Application]:
    """Those that the person reads in full, with answers and files: assessors only after declaring, no committee."""
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    readable = _own_or_office(user) & (Q(organisation_id__in=user.organisation_ids) | ~Q(pk__in=to_declare(user)))
    if user.programmes_as(*ASSESSORS):
        readable |= _assigned(user) & Q(pk__in=declared_by(user).values("application"))
    return rows.filter(readable)


@shows(Document)
def visible_documents(rows: QuerySet[Document], user: Any) -> QuerySet[Document]:
    rows = rows.filter(application__in=readable_applications(Application.objects.order_by(), user).values("pk"))
    if not signs_in(user) or user.is_superuser:
        return rows
    hidden, original = Q(application__in=without_names(user).values("pk")), Q(redacts__isnull=True)
    by_office = Q(application__call__programme__in=office_programmes(user))
    return rows.filter((original & ~hidden) | (~original & (by_office | hidden & Q(checked_at__isnull=False))))


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
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT)
    is_free = is_open(user) & ~Q(application__in=due.values("application"))
    may_see = in_office(user) & is_free
    is_complete = Q(status=AssessmentStatus.COMPLETE) & is_open(user)
    if panels := user.programmes_as(*ASSESSORS):
        finished = Assessment.objects.filter(assessor=user, status=AssessmentStatus.COMPLETE)
        others = is_complete & Q(application__in=finished.values("application"))
        may_see |= Q(application__call__programme__in=panels) & (Q(assessor=user) | others)
    if committees := user.programmes_as(Role.COMMITTEE):
        has_declared = Q(application__in=declared_by(user).values("application"))
        may_see |= Q(application__call__programme__in=committees) & is_complete & is_free & has_declared
    return rows.filter(may_see)


@shows(AssessmentVisit)
def visible_visits(rows: QuerySet[AssessmentVisit], user: Any) -> QuerySet[AssessmentVisit]:
    if not signs_in(user):
        return rows.none()
    if user.is_superuser:
        return rows
    may_see, is_handed_in = in_office(user), Q(application__status__in=HANDED_IN)
    is_clear = is_open(user) & ~Q(application__in=names_only(user))
    if panels := user.programmes_as(*ASSESSORS):
        assigned = Assessment.objects.filter(application=OuterRef("application"), assessor=user)
        is_assigned = Q(Exists(assigned.exclude(status=AssessmentStatus.RECUSED)))
        may_see |= Q(application__call__programme__in=panels) & is_handed_in & is_assigned
    if committees := user.programmes_as(Role.COMMITTEE):
        has_declared = Q(application__in=declared_by(user).values("application"))
        may_see |= Q(application__call__programme__in=committees) & is_handed_in & has_declared
    return rows.filter(may_see & is_clear)


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


@shows(OutcomeReason)
def visible_outcome_reasons(rows: QuerySet[OutcomeReason], user: object) -> QuerySet[OutcomeReason]:
    return of_office(rows, user, "programme")


@shows(EqualityQuestion)
def visible_equality_questions(rows: QuerySet[EqualityQuestion], user: Any) -> QuerySet[EqualityQuestion]:
    return of_office(rows, user, "programme")

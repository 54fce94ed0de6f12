"""The two views of an application, and how a difference was resolved."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.lifecycle import OPEN_ASSESSMENT, AssessmentStatus
from applications.models import Assessment, JointView, ViewResolution
from applications.visibility.cases import declared_by, in_office, is_open, signs_in
from core.accounts.models import User
from core.accounts.roles import ASSESSORS, Role
from core.visibility import shows


@shows(JointView)
def visible_joint_views(rows: QuerySet[JointView], user: User) -> QuerySet[JointView]:
    """Opened ones where the person reads finished scores; while sealed, only that of one's own side."""
    if not signs_in(user):
        return rows.none()
    finished = Assessment.objects.filter(assessor=user, status=AssessmentStatus.COMPLETE)
    own = Q(pk__in=[])
    if panels := user.programmes_as(*ASSESSORS):
        own = Q(application__call__programme__in=panels) & is_open(user)
        own &= Q(Exists(finished.filter(application=OuterRef("application"), party=OuterRef("party"))))
    return rows.filter(Q(opened_at__isnull=False) & _reads_scores(user) | own)


@shows(ViewResolution)
def visible_resolutions(rows: QuerySet[ViewResolution], user: User) -> QuerySet[ViewResolution]:
    return rows.filter(_reads_scores(user)) if signs_in(user) else rows.none()


def _reads_scores(user: User) -> Q:
    """Rows of applications of which the person reads finished assessments, having finished any of their own."""
    if user.is_superuser:
        return Q()
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT)
    finished = Assessment.objects.filter(assessor=user, status=AssessmentStatus.COMPLETE)
    is_free = is_open(user) & ~Q(application__in=due.values("application"))
    may_read = in_office(user)
    on_committee = Q(application__call__programme__in=user.programmes_as(Role.COMMITTEE))
    may_read |= on_committee & Q(application__in=declared_by(user).values("application"))
    own = Q(application__in=finished.values("application"))
    own &= Q(application__call__programme__in=user.programmes_as(*ASSESSORS))
    return is_free & (may_read | own)

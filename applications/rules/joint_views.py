"""Who records the view of funder or host, who resolves a difference, and whether the two views are settled."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from rules.predicates import predicate

from applications.lifecycle import AssessmentStatus, Status
from applications.models import Application, JointView, ViewResolution
from applications.models.assessment import Party
from applications.rules.applications import WITHOUT_CONFLICT, is_clear_assessor, is_clear_officer, is_office
from applications.rules.cases import has_declared, is_open_to, own_is_due
from core.accounts.models import User
from core.accounts.rules import is_assessor, is_committee, officers_of
from core.permissions import permit

Person = User | AnonymousUser

# --- are the two views settled: the one place that says so ---


def with_views(rows: QuerySet[Application]) -> QuerySet[Any]:
    """The applications with `of_funder` and `of_host`, the two recommendations; None while sealed or not recorded."""
    opened = JointView.objects.filter(application=OuterRef("pk"), opened_at__isnull=False)
    sides: dict[str, Any] = {
        f"of_{side}": Subquery(opened.filter(party=side).values("recommendation")[:1]) for side in Party
    }
    return rows.annotate(**sides)


APART = "Funder and host recommend differently. Record first how they resolved it."


def differing(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Those on which funder and host recommend differently and have not recorded how they resolved it."""
    return with_views(rows).exclude(of_funder=F("of_host")).filter(of_funder__isnull=False, view_resolution=None)


def settled(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Those with both views, which are the same or whose difference has a recorded resolution."""
    is_resolved = Q(of_funder=F("of_host")) | Q(view_resolution__isnull=False)
    return with_views(rows).filter(is_resolved, of_funder__isnull=False, of_host__isnull=False)


def why_unsettled(application: Application) -> str:
    """The sentence that says what is missing of the two views; "" once they are settled and a decision may follow."""
    views = {view.party: view.recommendation for view in application.joint_views.all()}
    if missing := [str(side.label).lower() for side in Party if side not in views]:
        return f"The {' and the '.join(missing)} {'have' if len(missing) > 1 else 'has'} not recorded a view."
    is_settled = len(set(views.values())) == 1 or ViewResolution.objects.filter(application=application).exists()
    return "" if is_settled else APART


# --- who may ---


def side_of(user: User, application: Application) -> Party | None:
    """The side for which the person has assessed the application; None before they have finished."""
    own = application.assessments.filter(assessor=user, status=AssessmentStatus.COMPLETE)
    party = own.values_list("party", flat=True).first()
    return Party(party) if party else None


def possible_spokespeople(side: str, application: Application) -> QuerySet[User]:
    """Who may have talked for a side: those who completed an assessment for it, and for the funder its clear office."""
    of_side = application.assessments.filter(party=side, status=AssessmentStatus.COMPLETE)
    may_speak = Q(pk__in=of_side.values("assessor"))
    if side == Party.FUNDER:
        may_speak |= Q(pk__in=[person.pk for person in officers_of(application.programme_id)])
    conflicted = application.interests.binding()
    return User.objects.filter(may_speak, is_active=True).exclude(pk__in=conflicted.values("person"))


@predicate
def has_assessed(user: Person, application: Application | None) -> bool:
    return application is not None and isinstance(user, User) and side_of(user, application) is not None


@predicate
def is_before_committee(_user: Any, application: Application | None) -> bool:
    return application is not None and application.status == Status.SHORTLISTED


@predicate
def is_sealed(_user: Any, application: Application | None) -> bool:
    return application is not None and not application.joint_views.filter(opened_at__isnull=False).exists()


@predicate
def is_differing(_user: Any, application: Application | None) -> bool:
    return application is not None and differing(Application.objects.filter(pk=application.pk)).exists()


# Who reads finished scores of the application; nobody with one of their own to finish.
reads_as_committee = is_committee & has_declared
reads_scores = is_open_to & ~own_is_due & (is_office | reads_as_committee | (is_assessor & has_assessed))


@predicate
def reads_scores_of_its_application(user: Person, thing: JointView | ViewResolution | None) -> bool:
    return thing is not None and bool(reads_scores(user, thing.application))


@predicate
def is_opened(_user: Any, view: JointView | None) -> bool:
    """Both sides' views are in."""
    return view is not None and view.opened_at is not None


@predicate
def is_of_own_side(user: Person, view: JointView | None) -> bool:
    """Of the side for which the person has assessed the application."""
    if view is None or not isinstance(user, User) or not is_open_to(user, view.application):
        return False
    own = view.application.assessments.filter(assessor=user, status=AssessmentStatus.COMPLETE, party=view.party)
    return own.exists()


permit(
    "applications.view_jointview",
    (is_opened & reads_scores_of_its_application) | (is_assessor & is_of_own_side),
)
permit("applications.view_viewresolution", reads_scores_of_its_application)

gives_view = is_clear_assessor & has_assessed
permit(  # both are asked about the application
    "applications.record_jointview",
    gives_view,
    "Only someone who has completed an assessment of this application records the view of their side.",
    when=is_before_committee & is_sealed,
)
permit(
    "applications.resolve_jointview",
    gives_view | (is_clear_officer & ~own_is_due),
    f"Only the grants office and those who assessed the application record how it was resolved{WITHOUT_CONFLICT}",
    when=is_before_committee & is_differing,
)

"""The people who assess, and assessments brought to a state through the actions."""

from datetime import UTC, datetime

from applications.actions import assessments, joint_views, visit_slots, visits
from applications.lifecycle import NOT_HANDED_IN, AssessmentStatus, Status
from applications.models import Application, Assessment, AssessmentVisit
from core.accounts.models import User
from core.accounts.roles import Role
from tests.accounts.factories import address, person_with
from tests.applications.factories import ASSESSING, application_at, lead, officer, programme
from tests.kept import kept

VISITING = datetime(2019, 3, 21, 14, 0, tzinfo=UTC)


def of(role, email, name, works_for):
    return User.objects.filter(email=email).first() or person_with(role, email=email, name=name, works_for=works_for)


def funder_assessor():
    return of(Role.FUNDER_ASSESSOR, address("fay"), "Fay Funder", programme().funder)


def host_assessor():
    return of(Role.HOST_ASSESSOR, address("hal"), "Hal Host", programme().host)


def committee():
    return of(Role.COMMITTEE, address("cora"), "Cora Committee", None)


@kept(lambda pk: Assessment.objects.get(pk=pk))
def assigned(application=None, *, party="funder", assessor=None):
    application = application or application_at("shortlisted")
    assessor = assessor or (funder_assessor() if party == "funder" else host_assessor())
    return assessments.assign(application, assessor=assessor, party=party, by=officer(), at=ASSESSING)


@kept(lambda pk: Assessment.objects.get(pk=pk))
def begun(application=None, *, party="funder"):
    assessment = assigned(application, party=party)
    assessments.declare(assessment, has_conflict=False, explanation="", by=assessment.assessor, at=ASSESSING)
    return assessment


@kept(lambda pk: Assessment.objects.get(pk=pk))
def scored(application=None, *, party="funder", scores=(4, 3, 2, 1), reason="Because of what they wrote"):
    assessment = begun(application, party=party)
    for criterion, score in zip(assessment.application.call.criteria.all(), scores, strict=True):
        because = f"{reason}, {criterion.letter}"
        assessments.score(
            assessment, criterion=criterion, score=score, reason=because, by=assessment.assessor, at=ASSESSING
        )
    return assessment


@kept(lambda pk: Assessment.objects.get(pk=pk))
def complete(application=None, *, party="funder", scores=(4, 3, 2, 1), reason="Because of what they wrote"):
    assessment = scored(application, party=party, scores=scores, reason=reason)
    assessments.complete(
        assessment,
        recommendation="recommend",
        overall_view=f"{reason}, all in all",
        by=assessment.assessor,
        at=ASSESSING,
    )
    return assessment


def says_none(person, *cases):
    """Have the person say of these applications, or all that were handed in, that they have no conflict; them, afresh."""
    asked = Application.objects.filter(is_rehearsal=False).exclude(status__in=NOT_HANDED_IN)
    for application in cases or asked.exclude(interests__person=person).filter(call__programme__in=person.programmes):
        assessments.record_none(application, by=person, at=ASSESSING)
    return User.objects.get(pk=person.pk)


FOUR = [
    ("Lena Lead", "lena@example.org", "senior"),
    ("Sana Secondee", "sana@example.org", "candidate"),
    ("Fay Funder", "fay@example.org", "funder"),
    ("Hal Host", "hal@example.org", "host"),
]
SURE = [email for _, email, _ in FOUR]  # addresses that somebody has checked, though they are not the candidate's


@kept(lambda pk: AssessmentVisit.objects.get(pk=pk))
def visit(application=None, *, status="proposed", starts_at=VISITING) -> AssessmentVisit:
    application = application or application_at("shortlisted")
    arranged = visits.arrange(
        application,
        starts_at=starts_at,
        minutes=60,
        place="12 High Road",
        attendees=FOUR,
        sure_of=SURE,
        by=officer(),
        at=ASSESSING,
    )
    if status == "confirmed":
        visits.confirm(arranged, by=officer(), at=ASSESSING)
    return arranged


def offer(application=None, *times, by=None, at=ASSESSING, **facts):
    """Times offered to an application for its visit; without any, one."""
    visitors = {"funder_visitor": funder_assessor(), "host_visitor": host_assessor()}
    where = {"minutes": 60, "place": "12 High Road", **visitors, **facts}
    application = application or application_at("shortlisted")
    return visit_slots.offer(application, times=list(times) or [VISITING], **where, by=by or officer(), at=at)


def choose(application, slot, *, at=ASSESSING, **facts):
    """The visit at a time that the lead chooses."""
    by = lead(application.organisation)
    senior = {"senior_name": by.name, "senior_email": by.email}
    return visit_slots.choose(application, slot=slot, **{**senior, **facts}, by=by, at=at)


def spokesperson(party):
    """Somebody who assesses for a side besides `funder_assessor` and `host_assessor`, and records its view."""
    if party == "funder":
        return of(Role.FUNDER_ASSESSOR, address("felix"), "Felix Funder", programme().funder)
    return of(Role.HOST_ASSESSOR, address("hanna"), "Hanna Host", programme().host)


def finished_by(assessor, application, *, party):
    """An assessment that this person has completed."""
    return finish(assigned(application, party=party, assessor=assessor))


def finish(assessment):
    by = {"by": assessment.assessor, "at": ASSESSING}
    if assessment.status == AssessmentStatus.ASSIGNED:
        assessments.declare(assessment, has_conflict=False, explanation="", **by)
    for criterion in assessment.application.call.criteria.all():
        assessments.score(assessment, criterion=criterion, score=3, reason="Good.", **by)
    assessments.complete(assessment, recommendation="recommend", overall_view="Good on the whole.", **by)
    return assessment


def both_views(application, *, funder="recommend", host="recommend", resolved=True):
    """Have each side complete an assessment and record its view; a difference is resolved as still differing."""
    for party, recommendation in (("funder", funder), ("host", host)):
        by = spokesperson(party)
        finished_by(by, application, party=party)
        joint_views.record(application, recommendation=recommendation, reasons="They know why.", by=by, at=ASSESSING)
    if funder != host and resolved:
        resolve(application)


def resolve(application):
    """Record that the two sides talked and still differ."""
    people = {f"for_{party}": spokesperson(party) for party in ("funder", "host")}
    agreed = {"recommendation": "", "account": "We talked.", "talked_on": ASSESSING.date()}
    joint_views.resolve(application, **agreed, **people, by=officer(), at=ASSESSING)


def viewed(application):
    """The application, on which both sides recorded a view while it was shortlisted."""
    if application.status == Status.SHORTLISTED and not application.joint_views.exists():
        both_views(application)
    return application

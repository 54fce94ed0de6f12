"""The people who assess, and assessments brought to a state through the actions."""

from datetime import UTC, datetime

from applications.actions import assessments, visits
from applications.models import AssessmentVisit
from core.accounts.models import User
from core.accounts.roles import Role
from tests.accounts.factories import address, person_with
from tests.applications.factories import ASSESSING, application_at, officer, programme

VISITING = datetime(2019, 3, 21, 14, 0, tzinfo=UTC)


def of(role, email, name, works_for):
    return User.objects.filter(email=email).first() or person_with(role, email=email, name=name, works_for=works_for)


def funder_assessor():
    return of(Role.FUNDER_ASSESSOR, address("fay"), "Fay Funder", programme().funder)


def host_assessor():
    return of(Role.HOST_ASSESSOR, address("hal"), "Hal Host", programme().host)


def committee():
    return of(Role.COMMITTEE, address("cora"), "Cora Committee", None)


def assigned(application=None, *, party="funder", assessor=None):
    application = application or application_at("shortlisted")
    assessor = assessor or (funder_assessor() if party == "funder" else host_assessor())
    return assessments.assign(application, assessor=assessor, party=party, by=officer(), at=ASSESSING)


def begun(application=None, *, party="funder"):
    assessment = assigned(application, party=party)
    assessments.declare(assessment, has_conflict=False, explanation="", by=assessment.assessor, at=ASSESSING)
    return assessment


def scored(application=None, *, party="funder", scores=(4, 3, 2, 1), reason="Because of what they wrote"):
    assessment = begun(application, party=party)
    for criterion, score in zip(assessment.application.call.criteria.all(), scores, strict=True):
        because = f"{reason}, {criterion.letter}"
        assessments.score(
            assessment, criterion=criterion, score=score, reason=because, by=assessment.assessor, at=ASSESSING
        )
    return assessment


def complete(application=None, *, party="funder", scores=(4, 3, 2, 1), reason="Because of what they wrote"):
    assessment = scored(application, party=party, scores=scores, reason=reason)
    assessments.complete(assessment, overall_view=f"{reason}, all in all", by=assessment.assessor, at=ASSESSING)
    return assessment


FOUR = [
    ("Lena Lead", "lena@example.org", "senior"),
    ("Sana Secondee", "sana@example.org", "candidate"),
    ("Fay Funder", "fay@example.org", "funder"),
    ("Hal Host", "hal@example.org", "host"),
]
SURE = [email for _, email, _ in FOUR]  # addresses that somebody has checked, though they are not the candidate's


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

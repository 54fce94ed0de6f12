"""Invented organisations applying, each step through the action that a person's click would call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from applications.actions import (
    applications,
    assessments,
    candidate_corrections,
    candidates,
    documents,
    drafts,
    joint_views,
)
from applications.completeness import FilledForm
from applications.form_schema import bodies_of
from applications.models import Application, Call, Question
from applications.models.assessment import Party
from cii.demonstration.people import account, join
from core import pdf
from core.accounts.models import User

# What an invented organisation writes, by the criterion that the question serves.
WORDS = {
    "a": (
        "For eleven years we have run advice sessions and a drop-in in three boroughs. Last year 1,240 people"
        " came, and four in five left with a next step they could take themselves. What people tell us about "
        "settling, voting and being heard is what we would bring into the team; and we have learnt to write "
        "it down so that others can use it."
    ),
    "b": (
        "She has led our outreach since 2021, built the partnership of nine groups behind it, and drafted our"
        " evidence to two borough inquiries. She is used to working between organisations and to explaining "
        "slow decisions."
    ),
    "c": (
        "Her team leader would act up for the days of the secondment and we would recruit a part-time adviser"
        " with the backfill money. Both have agreed. Handover takes three weeks and is planned for the month "
        "before the start."
    ),
    "d": (
        "We work with partners by agreeing in writing who decides what. Where our own campaigns touch the "
        "team's work, she would step out of both conversations and her line manager would be told the same "
        "day."
    ),
}


# What an assessor of each side says of an application that they scored so, and recommends.
OVERALL_VIEWS: dict[str, dict[int, tuple[str, str]]] = {
    Party.FUNDER: {
        2: ("conditions", "A sound plan for release, but the organisation would have to name its backfill first."),
        3: ("recommend", "A strong record in its borough, and a release plan with names and dates."),
        4: ("recommend", "The clearest account of practice in this round, and a plan that the team has agreed."),
    },
    Party.HOST: {
        1: ("decline", "Good practice, but little experience of policy, and the post needs it from the first week."),
        2: ("conditions", "Would do the work well with an introduction to how policy is made here."),
        3: ("recommend", "Knows the subject from practice, and has worked with public bodies before."),
        4: ("recommend", "Has done nearly all of what the post asks for, and would be at work from the first day."),
    },
}
# What each side recommends of an organisation and the person it proposes, and why.
JOINT_VIEWS: dict[tuple[str, str], str] = {
    (Party.FUNDER, "recommend"): (
        "{organisation} has the record and the staff to release {person} for the year. The backfill is agreed, and "
        "what comes back from the secondment has a place in its plans."
    ),
    (Party.HOST, "recommend"): (
        "{person} has the practice that the team lacks, and has worked with officials before. The team can start them "
        "on the first of its priorities at once."
    ),
    (Party.FUNDER, "conditions"): (
        "{organisation} can release {person} once it has named who covers the work. We would ask for that name before "
        "the agreement is signed."
    ),
    (Party.HOST, "conditions"): (
        "{person} would do the work well. We ask that they and the team agree an introduction to policy work before "
        "the first day."
    ),
    (Party.HOST, "decline"): (
        "We liked {person} and the work of {organisation}. The post writes policy from the first week, and we heard "
        "little that shows experience of it."
    ),
}


@dataclass(frozen=True)
class Applicant:
    """An organisation, its lead, the person it proposes, and the terms."""

    organisation: str
    lead: str
    candidate: str
    salary: int
    days: int = 3
    months: int = 12
    job_title: str = "Outreach lead"
    email: str = ""

    @property
    def candidate_email(self) -> str:
        return self.email or f"{self.candidate.split()[0].lower()}.{self.candidate.split()[-1].lower()}@example.org"


def lead_of(applicant: Applicant, at: datetime) -> User:
    first, last = applicant.lead.lower().split()
    person = account(f"{first}.{last}@example.org", applicant.lead)
    join(person, applicant.organisation, at, is_signatory=True)
    return User.objects.get(pk=person.pk)


def specimen(title: str, paragraphs: list[str]) -> ContentFile:
    content = pdf.render("pdf/specimen.html", {"title": title, "paragraphs": paragraphs})
    return ContentFile(content, name=f"{title}.pdf")


def write(applicant: Applicant, call: Call, lead: User, at: datetime, *, sections: int = 6) -> Application:
    post = call.posts.earliest("pk")
    application = applications.start(post, organisation=lead.memberships.get().organisation, by=lead, at=at)
    facts: dict[str, dict[str, Any]] = {
        "organisation": {"contact_phone": "020 7946 0100", "whose_idea": "both"},
        "candidate": {
            "name": applicant.candidate,
            "email": applicant.candidate_email,
            "job_title": applicant.job_title,
        },
        "secondment": {
            "current_salary": Decimal(applicant.salary),
            "present_hours": Decimal(35),
            "days_per_week": Decimal(applicant.days),
            "months": applicant.months,
            "earliest_start_on": call.start_month_on,
            "wants_enhancement": True,
        },
        "experience": {},
        "conflicts": {
            **funding(application, call),
            "other_funding": f"The grant of {call.programme.funding_organisations[-1]} is for our drop-in.",
            "declared_conflicts": "None that we know of.",
        },
    }
    for minutes, section in enumerate(list(facts)[:sections]):
        asked = Question.objects.filter(call=call, section=section).select_related("criterion")
        answers = {question.pk: answer_to(question) for question in asked}
        moment = at + timedelta(minutes=10 * minutes + 5)
        drafts.save_section(application, section, facts=facts[section], answers=answers, by=lead, at=moment)
    return application


def answer_to(question: Question) -> str:
    """What is written for the question's criterion; of a list its first choice."""
    letter = question.criterion.letter if question.criterion else "a"
    fitting = {"text": WORDS[letter], "number": "1240", "choice": (question.choices or [""])[0]}
    return fitting.get(question.kind, "")


def funding(application: Application, call: Call) -> dict[str, Any]:
    """A grant of the last of the funders, until the spring after the start; nothing of the others."""
    bodies = bodies_of(application)
    answers = {f"funding_{body.pk}": "no" for body in bodies}
    last = call.programme.funding_organisations[-1].pk
    until = call.start_month_on and call.start_month_on + timedelta(days=300)
    paid = {f"funding_{last}": "yes", f"funding_{last}_amount": Decimal(24_000), f"funding_{last}_until": until}
    return {**answers, **paid}


def asked(applicant: Applicant, call: Call, lead: User, at: datetime) -> Application:
    application = write(applicant, call, lead, at - timedelta(days=1))
    cv = specimen(f"CV of {applicant.candidate}", [f"{applicant.job_title} at {applicant.organisation}.", WORDS["b"]])
    statement = specimen(f"Statement by {applicant.organisation}", [WORDS["a"], WORDS["d"]])
    documents.attach(application, "cv", cv, by=lead, at=at)
    documents.attach(application, "statement", statement, by=lead, at=at)
    candidates.ask(application.candidates.get(), by=lead, at=at)
    return application


def questioned(applicant: Applicant, call: Call, lead: User, at: datetime) -> Application:
    """A draft whose proposed secondee has put one thing right at `at`, and says that another is wrong."""
    application = asked(applicant, call, lead, at - timedelta(hours=5))
    candidate = application.candidates.get()
    candidate_corrections.correct(candidate, name=applicant.candidate, job_title="Senior outreach worker", at=at)
    wrong = "My present salary went up in April: it is £35,200 now. Everything else is right."
    candidate_corrections.remark(candidate, text=wrong, at=at + timedelta(minutes=4))
    return application


def submitted(applicant: Applicant, call: Call, lead: User, at: datetime) -> Application:
    """The whole form, the files, the proposed secondee's confirmation, and the submission at `at`."""
    application = asked(applicant, call, lead, at - timedelta(days=3))
    candidate = application.candidates.get()
    shown = FilledForm.current(application.pk).candidate_digest
    candidates.confirm(candidate, shown_digest=shown, at=at - timedelta(days=1))
    return applications.submit(application, by=lead, at=at)


def scored(application: Application, cast: dict[str, User], at: datetime, scores: tuple[int, int]) -> None:
    """Both sides assess: each criterion around the score given for the funder's and the host's assessor."""
    for party, key, base in ((Party.FUNDER, "trust_assessor", scores[0]), (Party.HOST, "gla_assessor", scores[1])):
        assessor = cast[key]
        assessment = assessments.assign(application, assessor=assessor, party=party, by=cast["officer"], at=at)
        began_at = at + timedelta(hours=5)
        assessments.declare(assessment, has_conflict=False, explanation="", by=assessor, at=began_at)
        for place, criterion in enumerate(application.call.criteria.all()):
            value = max(0, min(4, base + (1 if place == 1 else 0) - (1 if place == 3 else 0)))  # noqa: PLR2004
            reason = f"{criterion.scale[value][1]}: see the answer and the statement."
            assessments.score(assessment, criterion=criterion, score=value, reason=reason, by=assessor, at=began_at)
        recommendation, view = OVERALL_VIEWS[party][base]
        assessments.complete(
            assessment, recommendation=recommendation, overall_view=view, by=assessor, at=at + timedelta(hours=6)
        )


def viewed(application: Application, cast: dict[str, User], at: datetime, views: Mapping[str, str]) -> None:
    """Each side that is named records what it recommends, in words of its own about this organisation."""
    person = application.candidates.get().name
    by: dict[str, User] = {Party.FUNDER: cast["trust_assessor"], Party.HOST: cast["gla_assessor"]}
    for party, recommendation in views.items():
        reasons = JOINT_VIEWS[party, recommendation].format(organisation=application.organisation, person=person)
        joint_views.record(application, recommendation=recommendation, reasons=reasons, by=by[party], at=at)

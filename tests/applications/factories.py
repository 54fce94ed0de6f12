"""Calls and applications for tests; `application_at` walks to a status through the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

from applications import defaults as standard
from applications.actions import (
    applications,
    calls,
    candidates,
    documents,
    drafts,
    equality,
    expressions,
    outcomes,
    shortlisting,
)
from applications.form_schema import bodies_of
from applications.lifecycle import Status
from applications.models import (
    Application,
    Call,
    Candidate,
    Criterion,
    EqualityQuestion,
    ExpressionOfInterest,
    Goal,
    Interest,
    OutcomeReason,
    Post,
    Question,
    Strand,
)
from applications.models.section import Section
from core.accounts.models import Organisation, Programme, RoleAssignment, User
from core.accounts.roles import FUNDER_OFFICERS, Role
from tests.accounts.factories import OrganisationFactory, address, lead_of, person_with, programme
from tests.kept import kept

# The dates of the February 2019 call; its deadline is 5pm on Wednesday 13 March 2019 in London.
PUBLISHED = datetime(2019, 2, 1, 9, 0, tzinfo=UTC)
OPENS = datetime(2019, 2, 4, 9, 0, tzinfo=UTC)
WRITING = datetime(2019, 2, 20, 10, 0, tzinfo=UTC)
SUBMITTING = datetime(2019, 3, 12, 16, 0, tzinfo=UTC)
CLOSES = datetime(2019, 3, 13, 17, 0, tzinfo=UTC)
ASSESSING = datetime(2019, 3, 15, 10, 0, tzinfo=UTC)
DECIDING = datetime(2019, 4, 9, 10, 0, tzinfo=UTC)


def officer() -> User:
    """Return a grants officer of the funder: one for all of a test."""
    found = User.objects.filter(email=address("officer")).first()
    return found or person_with(
        Role.OFFICER, works_for=programme().funder, email=address("officer"), name="Olive Officer"
    )


def draft_call(**fields: Any) -> Call:
    """Return a call with a post, the standard criteria and questions, ready to publish; no grace unless asked for."""
    of = fields.pop("programme", None) or programme()
    number = Call.objects.count() + 1
    goal = of.goals.first() or Goal.objects.create(
        programme=of, title="Supporting Londoners to be active citizens", from_year=2019
    )
    defaults = {
        "programme": of,
        "title": f"Secondments {number}",
        "slug": f"secondments-{number}",
        "summary": "Second a colleague to City Hall for a year.",
        "brief": "## What we look for\n\nSomebody who knows the subject from **practice**.",
        "goal": goal,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "grace_seconds": 0,
        "visits_from_on": date(2019, 3, 20),
        "visits_to_on": date(2019, 3, 27),
        "decision_week_on": date(2019, 4, 8),
        "start_month_on": date(2019, 5, 1),
        "band_minimum": Decimal(39501),
        "band_maximum": Decimal(43602),
        "backfill": Decimal(1000),
        "management_fee": Decimal(5000),
        "holds_back": "nothing",
        "pay_principle": "The person keeps their salary; it is lifted into the band while they are here.",
    }
    call = Call.objects.create(**defaults | fields)
    Post.objects.create(
        call=call,
        job_title="Citizenship and Integration Project Adviser",
        grade="Grade 7",
        team="Social Integration",
        purpose="Help more Londoners to take part.",
        accountabilities="- Advise on *registration*\n- Work with partners",
        person_specification="- Knows the sector",
    )
    letters = {
        row.letter: Criterion.objects.create(
            call=call,
            letter=row.letter,
            label=row.label,
            guidance=row.guidance,
            meanings="\n".join(row.meanings),
            concerns_person=row.concerns_person,
        )
        for row in standard.criteria("backfill")
    }
    Question.objects.bulk_create(
        Question(
            call=call,
            section=row.section,
            position=row.position,
            label=row.label,
            hint=row.hint,
            word_limit=row.word_limit,
            criterion=letters[row.letter],
        )
        for row in standard.questions("backfill")
    )
    return call


@kept(lambda pk: Call.objects.get(pk=pk))
def published_call(**fields: Any) -> Call:
    """Return a call that is out: it opens on 4 February 2019 and closes at 5pm on Wednesday 13 March 2019."""
    call = draft_call(**fields)
    calls.publish(call, by=officer(), at=call.opens_at - timedelta(days=3), reason="The dates are the test's.")
    return call


def an_application(
    call: Call | None = None,
    *,
    organisation: Organisation | None = None,
    by: User | None = None,
    at: datetime = WRITING,
) -> Application:
    """Return a draft with nothing in it, begun by a lead of its organisation."""
    call = call or published_call()
    organisation = organisation or OrganisationFactory()
    by = by or lead(organisation)
    return applications.start(call.posts.get(), organisation=organisation, by=by, at=at)


def lead(organisation: Organisation) -> User:
    """Return a lead of the organisation: its first, or a new one."""
    found = organisation.memberships.filter(standing="lead").select_related("person").first()
    return found.person if found else lead_of(organisation, is_signatory=True)


def pdf(name: str = "cv.pdf", words: str = "Curriculum vitae") -> SimpleUploadedFile:
    """Return a small real PDF as somebody uploads it."""
    import pikepdf

    paper = pikepdf.new()
    paper.add_blank_page(page_size=(595, 842))
    paper.docinfo["/Title"] = words
    content = BytesIO()
    paper.save(content, deterministic_id=True)
    return SimpleUploadedFile(name, content.getvalue(), "application/pdf")


def docx(name: str = "statement.docx", words: str = "We support this.") -> SimpleUploadedFile:
    """Return a small real Word document as somebody uploads it."""
    content = BytesIO()
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    with ZipFile(content, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{word}.main+xml"/></Types>',
        )
        archive.writestr("word/document.xml", f"<w:document><w:body>{words}</w:body></w:document>")
    return SimpleUploadedFile(name, content.getvalue(), word)


def fill(application: Application, *, by: User | None = None, at: datetime = WRITING, **facts: Any) -> None:
    """Fill in all six sections and upload both documents; `facts` replace what is given by default."""
    by = by or lead(application.organisation)
    given: dict[str, dict[str, Any]] = {
        Section.ORGANISATION: {"contact_phone": "020 7946 0000", "whose_idea": "both"},
        Section.CANDIDATE: {
            "name": "Sana Secondee",
            "email": f"secondee{application.pk}@example.org",
            "job_title": "Youth Worker",
        },
        Section.SECONDMENT: {
            "current_salary": Decimal(32000),
            "present_hours": Decimal(35),
            "days_per_week": Decimal(3),
            "months": 12,
            "earliest_start_on": date(2019, 5, 6),
            "wants_enhancement": True,
        },
        Section.EXPERIENCE: {},
        Section.CONFLICTS: {"declared_conflicts": "None", "other_funding": "", **no_funding(application)},
    }
    questions = list(application.call.questions.all())
    for section, columns in given.items():
        columns.update({name: value for name, value in facts.items() if name in columns})
        drafts.save_section(
            application,
            section,
            facts=columns,
            answers={question.pk: f"About: {question.label}." for question in questions if question.section == section},
            by=by,
            at=at,
        )
    documents.attach(application, "cv", pdf(), by=by, at=at)
    documents.attach(application, "statement", docx(), by=by, at=at)


def no_funding(application: Application) -> dict[str, str]:
    """Say for each funder and the host that the organisation has no money from it."""
    return {f"funding_{body.pk}": "no" for body in bodies_of(application)}


def candidate_of(application: Application) -> Candidate:
    """Return the proposed secondee at stake."""
    return application.candidates.get(status__in=["named", "asked", "confirmed"])


def confirmed_by_candidate(application: Application, *, by: User | None = None, at: datetime = WRITING) -> str:
    """Have the proposed secondee asked and confirm; return the token of their link."""
    token = candidates.ask(candidate_of(application), by=by or lead(application.organisation), at=at)
    confirm(token, at=at)
    return token


def confirm(token: str, *, at: datetime = WRITING) -> None:
    """Confirm what the page behind this link shows."""
    candidate = candidates.find(token)
    assert candidate is not None
    candidates.confirm(candidate, shown_digest=candidates.digest_now(candidate), at=at)


@kept(lambda pk: fresh(Application(pk=pk)))
def ready_application(
    call: Call | None = None, *, organisation: Organisation | None = None, **facts: Any
) -> Application:
    """Return a draft that only has to be submitted: complete, and confirmed by the proposed secondee."""
    application = an_application(call, organisation=organisation)
    fill(application, **facts)
    confirmed_by_candidate(application)
    return fresh(application)


@kept(lambda pk: fresh(Application(pk=pk)))
def application_at(
    status: Status | str, *, call: Call | None = None, organisation: Organisation | None = None, **facts: Any
) -> Application:
    """Return an application in this status, brought there through the actions, with the dates of the 2019 call."""
    status = Status(status)
    if status == Status.DRAFT:
        return an_application(call, organisation=organisation)
    application = ready_application(call, organisation=organisation, **facts)
    by = lead(application.organisation)
    application = applications.submit(application, by=by, at=SUBMITTING)
    the_office_declares(application)
    if status == Status.WITHDRAWN:
        applications.withdraw(application, reason="We cannot spare the person.", by=by, at=SUBMITTING)
    elif status == Status.CALL_CANCELLED:
        calls.cancel(application.call, reason="There is no money.", by=officer(), at=ASSESSING)
    elif status != Status.SUBMITTED:
        shortlist(application, by=officer(), at=ASSESSING)
        _decide(application, status)
    return fresh(application)


def the_office_declares(application: Application) -> None:
    """Have every officer and director who has yet to declare an interest in it declare none."""
    held = RoleAssignment.objects.filter(programme=application.call.programme_id, role__in=FUNDER_OFFICERS)
    declared = application.interests.values("person")
    for person in User.objects.filter(pk__in=held.values("person")).exclude(pk__in=declared):
        Interest.objects.create(
            application=application, person=person, has_conflict=False, declared_at=application.submitted_at
        )


def yet_to_declare(person: User) -> User:
    """Take back what an officer or director declared by the factories; return the person afresh."""
    Interest.objects.filter(person=person, has_conflict=False).delete()
    return User.objects.get(pk=person.pk)


def _decide(application: Application, status: Status) -> None:
    ways = {
        Status.SHORTLISTED: (),
        Status.OFFERED: (outcomes.offer,),
        Status.RESERVE: (outcomes.reserve,),
        Status.UNSUCCESSFUL: (outcomes.turn_down,),
        Status.ACCEPTED: (outcomes.offer, outcomes.accept_offer),
        Status.OFFER_DECLINED: (outcomes.offer, outcomes.decline_offer),
    }
    for step in ways[status]:
        step(application, by=officer(), at=DECIDING)


def shortlist(application: Application, *, by: User, at: datetime) -> None:
    """Prepare and release it at once."""
    the_office_declares(application)
    by.forget_answers()
    shortlisting.release([shortlisting.prepare_shortlist(application, by=by, at=at)], by=by, at=at)


def turn_down(application: Application, *, by: User, at: datetime) -> None:
    """Prepare, for a reason, and release it at once."""
    the_office_declares(application)
    by.forget_answers()
    reasons = outcome_reasons(application.call.programme)[:1]
    outcome = shortlisting.prepare_turn_down(application, reasons=reasons, by=by, at=at)
    shortlisting.release([outcome], by=by, at=at)


def outcome_reasons(of: Programme) -> list[OutcomeReason]:
    """Return the programme's reasons for turning an application down, put in by its officer."""
    if not of.outcome_reasons.exists():
        OutcomeReason.objects.bulk_create(
            OutcomeReason(programme=of, position=place, label=label, sentence=sentence)
            for place, (label, sentence) in enumerate(standard.REASONS, start=1)
        )
    return list(of.outcome_reasons.all())


def fresh(application: Application) -> Application:
    """Return the row as it is in the database now."""
    return Application.objects.select_related("call__programme", "organisation", "post").get(pk=application.pk)


def strands(of: Programme | None = None) -> list[Strand]:
    """Return the programme's two strands of 2019."""
    of = of or programme()
    for title in ("Advice in the community", "Young Londoners"):
        Strand.objects.get_or_create(programme=of, title=title, defaults={"from_year": 2017})
    return list(of.strands.order_by("title"))


def an_expression(
    organisation: Organisation | None = None,
    *,
    at: datetime = WRITING,
    about: str = "Share what we know.",
    **words: Any,
) -> ExpressionOfInterest:
    """Return an expression of interest that waits for an answer, sent by a lead of its organisation."""
    organisation = organisation or OrganisationFactory()
    said = {strands()[0].pk: "People find their way to advice too late."}
    given = expressions.Words(about, words.pop("strands", said), **words)
    return expressions.send(programme(), organisation=organisation, words=given, by=lead(organisation), at=at)


def expression_at(
    status: str, *, organisation: Organisation | None = None, call: Call | None = None, at: datetime = WRITING
) -> ExpressionOfInterest:
    """Return an expression of interest in this status, brought there through the actions."""
    expression = an_expression(organisation, at=at)
    facts: dict[str, Any] = {"text": "Let us talk again in May.", "by": officer(), "at": at}
    if status == "withdrawn":
        expressions.withdraw(expression, by=expression.sent_by, at=at)
    elif status == "invited":
        expressions.invite(expression, call=call or published_call(), **facts)
    elif status == "other_work":
        expressions.propose_other_work(expression, **facts)
    elif status == "not_now":
        expressions.put_off(expression, **facts)
    return ExpressionOfInterest.objects.select_related("programme", "organisation", "call", "sent_by").get(
        pk=expression.pk
    )


def equality_questions(of: Programme | None = None) -> list[EqualityQuestion]:
    """Return the programme's equality questions: the standard ones unless it has some."""
    of = of or programme()
    if not of.equality_questions.exists():
        equality.put_in_standard(of, by=officer(), at=PUBLISHED)
    return list(of.equality_questions.all())

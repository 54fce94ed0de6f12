"""What the committee decided of the synthetic applications: decisions, grants, instalments, reports."""

from datetime import date, datetime, timedelta

from applications.budget import Terms, award
from applications.lifecycle import Status
from applications.models import Application, JointView
from applications.models.assessment import Party
from bench.generator.placements import second
from bench.generator.rounds import MADE, Round, is_at_work
from bench.generator.rows import Rows
from cii.demonstration.history_facts import RATES
from core.dates import add_months
from grants.actions.reports import QUESTIONS
from grants.instalments import Instalment as Part
from grants.instalments import schedule
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import BudgetLine, Decision, EvaluationReport, Grant, Instalment
from grants.models.report_schedule import Rhythm

AWARD = {Status.ACCEPTED, Status.OFFERED, Status.OFFER_DECLINED}
MONTHS, LATE = 12, 10  # months of a grant; days within which a payment or report that is due is still to be done
IN_FORCE = (GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.CLOSED)
# How far the three awards of a round that goes on have come.
ON_THE_WAY = (GrantStatus.AGREED, GrantStatus.AGREED, GrantStatus.ACCEPTED)


def decide(rows: Rows, held: Round, application: Application, place: int) -> None:
    """The committee's decision, released; with its grant where it is an award."""
    status = Status(application.status)
    cast, at = held.staff.cast, held.closed_at + timedelta(days=30)
    is_award = status in AWARD
    others = {Status.RESERVE: Decision.Outcome.RESERVE, Status.UNSUCCESSFUL: Decision.Outcome.DECLINE}
    application.released_at = at + timedelta(hours=2)
    for party, assessor in zip((Party.FUNDER, Party.HOST), held.assessors, strict=True):
        view = {"recommendation": "recommend", "reasons": MADE, "recorded_by": assessor, "recorded_at": at}
        rows.add(JointView(application=application, party=party, opened_at=at, **view))
    decision = rows.add(
        Decision(
            application=application,
            meeting=held.meeting,
            outcome=Decision.Outcome.AWARD if is_award else others[status],
            post=held.post if is_award else None,
            days_per_week=application.days_per_week if is_award else None,
            months=MONTHS if is_award else None,
            starts_on=start_of(held) if is_award else None,
            reasons=MADE,
            status=DecisionStatus.RELEASED,
            recorded_at=at,
            recorded_by=cast["officer"],
            confirmed_at=at + timedelta(hours=1),
            confirmed_by=cast["director"],
            released_at=at + timedelta(hours=2),
            released_by=cast["officer"],
        )
    )
    if is_award:
        fund(rows, held, decision, place)


def start_of(held: Round) -> date:
    return (held.closed_at.date() + timedelta(days=75)).replace(day=1)


def standing(held: Round, status: Status, place: int) -> GrantStatus:
    if status != Status.ACCEPTED:
        return GrantStatus.OFFERED if status == Status.OFFERED else GrantStatus.DECLINED
    if is_at_work(held.number):
        return ON_THE_WAY[place % len(ON_THE_WAY)]
    return GrantStatus.ACTIVE if last_day(held) >= held.today else GrantStatus.CLOSED


def last_day(held: Round) -> date:
    return add_months(start_of(held), MONTHS) - timedelta(days=1)


def fund(rows: Rows, held: Round, decision: Decision, place: int) -> None:
    """A grant with its lines; once it is agreed, with instalments and reports, and a placement."""
    application, starts_on, ends_on = decision.application, start_of(held), last_day(held)
    assert application.current_salary is not None and application.days_per_week is not None  # noqa: PT018
    status = standing(held, Status(application.status), place)
    budget = award(RATES, Terms(application.current_salary, application.days_per_week, MONTHS))
    offered_at = held.closed_at + timedelta(days=31)
    is_declined = status == GrantStatus.DECLINED
    answered = offered_at + timedelta(days=2, minutes=place)
    is_accepted = status in {GrantStatus.ACCEPTED, *IN_FORCE}
    programme = application.call.programme
    grant = rows.add(
        Grant(
            reference=rows.reference(f"{programme.reference_prefix}-G-{offered_at.year}"),
            programme=programme,
            decision=decision,
            organisation=application.organisation,
            post=held.post,
            title=f"Adviser: secondment from {application.organisation}",
            description=MADE,
            status=status,
            current_salary=application.current_salary,
            days_per_week=application.days_per_week,
            starts_on=starts_on,
            ends_on=ends_on,
            total=budget.total,
            is_illustrative=True,
            offered_at=offered_at,
            accepted_at=answered if is_accepted else None,
            accepted_by=application.submitted_by if is_accepted else None,
            declined_at=answered if is_declined else None,
            declined_by=application.submitted_by if is_declined else None,
            agreed_on=answered.date() + timedelta(days=1 + place % 3) if status in IN_FORCE else None,
            ended_on=ends_on if status == GrantStatus.CLOSED else None,
        )
    )
    for position, line in enumerate(budget.lines, 1):
        rows.add(BudgetLine(grant=grant, kind=line.kind, amount=line.amount, workings=line.workings, position=position))
    if status in IN_FORCE:
        for part in schedule(budget.total, MONTHS, starts_on):
            instal(rows, held, grant, part)
        for number, covered in enumerate(Rhythm().parts(starts_on, ends_on), 1):
            report(rows, held, grant, number, covered)
        if not is_at_work(held.number) or place == 0:  # one of a round that goes on waits for a placement
            second(rows, held, grant, place)


def noon(day: date, held: Round) -> datetime:
    return datetime.combine(day, held.closed_at.timetz())


def instal(rows: Rows, held: Round, grant: Grant, part: Part) -> None:
    """An instalment: paid by three people some days after it was due, or scheduled."""
    is_paid = part.due_on < held.today - timedelta(days=LATE)
    cast, at = held.staff.cast, noon(part.due_on, held)
    rows.add(
        Instalment(
            grant=grant,
            number=part.number,
            due_on=part.due_on,
            amount=part.amount,
            status=InstalmentStatus.PAID if is_paid else InstalmentStatus.SCHEDULED,
            is_from_before=is_paid,
            prepared_at=at if is_paid else None,
            prepared_by=cast["officer"] if is_paid else None,
            approved_at=at + timedelta(days=1) if is_paid else None,
            approved_by=cast["director"] if is_paid else None,
            paid_at=at + timedelta(days=2) if is_paid else None,
            paid_by=cast["finance"] if is_paid else None,
            payment_reference=f"BACS {grant.reference} {part.number}" if is_paid else "",
        )
    )


def report(rows: Rows, held: Round, grant: Grant, number: int, covered: tuple[date, date, date]) -> None:
    """An evaluation report: accepted a week after it was due, submitted, or due."""
    from_on, to_on, due_on = covered
    is_in = due_on <= held.today
    is_accepted = due_on < held.today - timedelta(days=LATE)
    at = noon(due_on, held)
    status = ReportStatus.ACCEPTED if is_accepted else ReportStatus.SUBMITTED if is_in else ReportStatus.DUE
    rows.add(
        EvaluationReport(
            grant=grant,
            number=number,
            covers_from_on=from_on,
            covers_to_on=to_on,
            due_on=due_on,
            status=status,
            **dict.fromkeys(QUESTIONS, MADE if is_in else ""),
            saved_at=at if is_in else None,
            submitted_at=at if is_in else None,
            submitted_by=grant.accepted_by if is_in else None,
            accepted_at=at + timedelta(days=7) if is_accepted else None,
            accepted_by=held.staff.cast["officer"] if is_accepted else None,
        )
    )

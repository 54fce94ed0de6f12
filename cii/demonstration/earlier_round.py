"""An earlier round: two placements that run, one that prepares, one grant without a placement, one to sign."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from applications.models import Application, Call
from cii.demonstration import sifting, workplan
from cii.demonstration.applicants import Applicant, lead_of, scored, submitted, viewed
from cii.demonstration.people import APPLICANT, CAST, account
from core.accounts.models import User
from core.dates import add_months, london
from core.documents import making
from core.governance.actions import agenda, meetings, minutes
from core.governance.agenda import entries
from core.governance.models import Body, Meeting
from grants.actions import agreements, bank_accounts, decisions, grants, instalments, reports
from grants.models import Decision, Grant
from secondments.actions import amendments, placements, start_steps
from secondments.lifecycle import AmendmentKind, Party
from secondments.models import Placement

EMAILS = {person.key: person.email for person in CAST}
FIRST = Applicant(APPLICANT, "Amara Finch", "Sorcha Lane", 32000, email=EMAILS["secondee"])
SECOND = Applicant("Tern Island Legal", "Tara Voss", "Ravi Moss", 34800, days=4)
PREPARING = Applicant("Juniper Hall Settlement", "Jude Barr", "Celia Night", 30900)
UNPLACED = Applicant("Almond Road Mutual", "Alba Reeve", "Noor Haddon", 36100)
UNSIGNED = Applicant("Signal Box Arts", "Silas Wynn", "Greta Fold", 33300)


@dataclass
class Round:
    """What the steps of this round share."""

    call: Call
    cast: dict[str, User]
    now: datetime

    @property
    def deadline(self) -> datetime:
        assert self.call.closes_at is not None  # noqa: S101 - the round's call closed
        return self.call.closes_at


def build(call: Call, cast: dict[str, User], now: datetime) -> None:
    this = Round(call, cast, now)
    entries = {applicant: entered(this, applicant, place) for place, applicant in enumerate(
        (FIRST, SECOND, PREPARING, UNPLACED, UNSIGNED)
    )}  # fmt: skip
    start = call.start_month_on
    assert start is not None  # noqa: S101 - the round's call has one
    committee = Body.objects.committee_of(call.programme)
    first_meeting = Meeting.objects.create(body=committee, held_on=this.deadline.date() + timedelta(days=26))
    for applicant in (FIRST, SECOND):
        grant = offered(this, entries[applicant], first_meeting, start)
        agreed(this, grant, this.deadline + timedelta(days=32))
        run(this, applicant, grant)
    for rank, applicant in enumerate((PREPARING, UNPLACED, UNSIGNED), start=1):
        reserved(this, entries[applicant], first_meeting, rank)
    minuted(this, first_meeting, at=this.deadline + timedelta(days=27))
    later = Meeting.objects.create(body=committee, held_on=london(now).date() - timedelta(days=30))
    soon = london(now).date() + timedelta(days=21)
    for applicant in (PREPARING, UNPLACED, UNSIGNED):
        grant = offered(this, entries[applicant], later, soon)
        if applicant is UNSIGNED:
            accepted(this, grant, now - timedelta(days=20))
            banked(this, grant, now - timedelta(days=3), is_approved=False)
        else:
            agreed(this, grant, now - timedelta(days=20))
        if applicant is PREPARING:
            prepare(this, grant)
    minuted(this, later, at=now - timedelta(days=24), is_confirmed=False)


def minuted(this: Round, meeting: Meeting, *, at: datetime, is_confirmed: bool = True) -> None:
    """The minutes of a meeting, drafted by the officer and confirmed by the director."""
    officer = this.cast["officer"]
    present = this.cast["committee"].seats.filter(body=meeting.body)
    meetings.record_attendance(meeting, present=present, by=officer, at=at)
    agenda.add_item(meeting, title="Any other business", by=officer, at=at)
    texts = dict.fromkeys(meeting.agenda.filter(case=None).values_list("pk", flat=True), "There was none.")
    minutes.draft(meeting, texts=texts, by=officer, at=at + timedelta(hours=1))
    if is_confirmed:
        seen = minutes.digest_of(entries(meeting, meeting.agenda.all()))
        minutes.confirm(meeting, seen=seen, by=this.cast["director"], at=at + timedelta(days=1))


def entered(this: Round, applicant: Applicant, place: int) -> Application:
    """Submitted in time, shortlisted, and assessed by both sides."""
    lead = lead_of(applicant, this.deadline - timedelta(days=20)) if applicant is not FIRST else this.cast["applicant"]
    application = submitted(applicant, this.call, lead, this.deadline - timedelta(hours=40 - 6 * place))
    at = this.deadline + timedelta(days=4)
    sifting.declare(this.call, this.cast, at=at - timedelta(hours=1))
    sifting.shortlist(application, by=this.cast["officer"], at=at)
    scored(application, this.cast, at + timedelta(days=1), (3, 3 - place % 2))
    viewed(application, this.cast, at + timedelta(days=2), {"funder": "recommend", "host": "recommend"})
    return application


def offered(this: Round, application: Application, meeting: Meeting, starts_on: date) -> Grant:
    at = max(this.deadline, datetime.combine(meeting.held_on, this.deadline.timetz())) + timedelta(hours=2)
    decision = decisions.record(
        application,
        meeting=meeting,
        outcome=Decision.Outcome.AWARD,
        reasons="Your experience stood out, and the visit showed how well release is planned.",
        post=application.post,
        days_per_week=application.days_per_week,
        months=application.months,
        starts_on=starts_on,
        without_visit="The panel met the organisation in the round before.",
        by=this.cast["officer"],
        at=at,
    )
    decisions.confirm(decision, by=this.cast["director"], at=at + timedelta(hours=1))
    grant = decisions.release(decision, by=this.cast["officer"], at=at + timedelta(hours=2))
    assert grant is not None  # noqa: S101 - an award makes a grant
    return grant


def reserved(this: Round, application: Application, meeting: Meeting, rank: int) -> None:
    at = datetime.combine(meeting.held_on, this.deadline.timetz()) + timedelta(hours=2)
    decision = decisions.record(
        application,
        meeting=meeting,
        outcome=Decision.Outcome.RESERVE,
        reasons="A strong application; the places of this round are taken, and more may come.",
        rank=rank,
        by=this.cast["officer"],
        at=at,
    )
    decisions.confirm(decision, by=this.cast["director"], at=at + timedelta(hours=1))
    decisions.release(decision, by=this.cast["officer"], at=at + timedelta(hours=2))


def lead_for(grant: Grant) -> User:
    return User.objects.filter(memberships__organisation=grant.organisation, memberships__standing="lead").earliest(
        "pk"
    )


def signatory_for(grant: Grant) -> User:
    return User.objects.filter(memberships__organisation=grant.organisation, memberships__is_signatory=True).earliest(
        "pk"
    )


def accepted(this: Round, grant: Grant, at: datetime) -> None:
    grants.accept(grant, by=lead_for(grant), at=at)
    agreement = agreements.prepare(grant, by=this.cast["officer"], at=at + timedelta(days=1))
    if agreement.document:
        making.make_now(agreement.document, at + timedelta(days=1))


def banked(this: Round, grant: Grant, at: datetime, *, is_approved: bool = True) -> None:
    """An invented account: no bank has this sort code. The other officer calls back, the director approves."""
    details = {"sort_code": "000001", "number": f"{grant.pk:08}", "account_name": str(grant.organisation)}
    account = bank_accounts.enter(grant, **details, by=lead_for(grant), at=at)
    bank_accounts.call_back(
        account,
        spoke_to="treasurer",
        number_from="chc",
        by=this.cast["second_officer"],
        at=at + timedelta(hours=4),
    )
    if is_approved:
        bank_accounts.approve(account, by=this.cast["director"], at=at + timedelta(hours=26))


def agreed(this: Round, grant: Grant, at: datetime) -> None:
    accepted(this, grant, at)
    banked(this, grant, at)
    agreement = Grant.objects.get(pk=grant.pk).agreement
    for person, hours in ((signatory_for(grant), 30), (this.cast["director"], 50)):
        agreements.sign(agreement, name_typed=person.name, by=person, at=at + timedelta(hours=hours))
    grant.refresh_from_db()


def opened(this: Round, grant: Grant, at: datetime) -> Placement:
    candidate = grant.decision.application.candidates.get() if grant.decision else None
    assert candidate is not None  # noqa: S101 - the round's grants come from decisions
    email = EMAILS["home_manager"] if grant.organisation.name == APPLICANT else f"home.{grant.pk}@example.org"
    name = next(person.name for person in CAST if person.key == "home_manager")
    name = name if grant.organisation.name == APPLICANT else f"Home manager of {candidate.name}"
    account(email, name)
    account(candidate.email, candidate.name)
    return placements.open_placement(
        grant,
        secondee_name=candidate.name,
        secondee_email=candidate.email,
        home_manager_name=name,
        home_manager_email=email,
        line_manager=this.cast["line_manager"],
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
        strands=this.call.strands.all(),
        by=this.cast["si_manager"],
        at=at,
    )


def steps_done(this: Round, placement: Placement, kinds: set[str], at: datetime) -> None:
    lead, home = lead_for(placement.grant), placement.home_manager
    assert home is not None  # noqa: S101 - an opened placement has one
    people = {
        Party.PROGRAMME_MANAGER: this.cast["si_manager"],
        Party.LINE_MANAGER: this.cast["line_manager"],
        Party.HOME_MANAGER: home,
        Party.LEAD: lead,
    }
    for step in placement.steps.filter(kind__in=kinds):
        start_steps.record(step, happened_on=london(at).date(), by=people[step.recording_party], at=at)
        if party := step.confirming_party:
            start_steps.confirm(step, by=people[party], at=at + timedelta(hours=3))


def run(this: Round, applicant: Applicant, grant: Grant) -> None:
    placement = opened(this, grant, this.deadline + timedelta(days=38))
    steps_done(this, placement, {step.kind for step in placement.steps.all()}, this.deadline + timedelta(days=44))
    days = {"Tuesday", "Wednesday", "Thursday", *({"Monday"} if applicant is SECOND else set())}
    started_at = datetime.combine(placement.starts_on, this.deadline.timetz())
    placements.set_working_days(placement, days=days, by=this.cast["line_manager"], at=started_at - timedelta(days=1))
    placements.start(placement, by=this.cast["si_manager"], at=started_at)
    workplan.add(placement, this.cast, lead_for(grant), this.now, started_at)
    pay(this, grant)
    report = grant.reports.earliest("number")
    words = {
        "progress": "Two borough workshops held; guidance for front-desk staff drafted with nine groups.",
        "difference": "Three boroughs changed how they greet newcomers at their contact centres.",
        "learning": "Agreeing dates with two employers early saved weeks later.",
        "difficulties": "Sign-off of the guidance took five weeks.",
        "host_summary": "The guidance is in use at the front desk, and the team asked for a second edition.",
    }
    if applicant is FIRST:
        reports.save(report, words={**words, "difficulties": ""}, by=lead_for(grant), at=this.now - timedelta(days=2))
    else:
        reports.submit(report, words=words, by=lead_for(grant), at=this.now - timedelta(days=3))
        longer(this, placement)


def longer(this: Round, placement: Placement) -> None:
    """The secondee asks for half a year more, the line manager agrees, and the organisation has not answered."""
    grant, secondee = Grant.objects.get(pk=placement.grant_id), placement.secondee
    assert secondee is not None  # noqa: S101 - it has started
    last_on = add_months(grant.ends_on + timedelta(days=1), 6) - timedelta(days=1)
    reason = "The guidance is in use, and the team asks for a second edition."
    amendment = amendments.ask(
        grant,
        kind=AmendmentKind.EXTENSION,
        last_on=last_on,
        reason=reason,
        by=secondee,
        at=this.now - timedelta(days=4),
    )
    amendments.consent(amendment, by=this.cast["line_manager"], at=this.now - timedelta(days=2))


def pay(this: Round, grant: Grant) -> None:
    """What has come due is prepared by the officer, approved by the director, paid by finance; the next waits."""
    today = london(this.now).date()
    due = list(grant.instalments.filter(due_on__lte=today).order_by("number"))
    for place, instalment in enumerate(due):
        at = datetime.combine(instalment.due_on, this.deadline.timetz())
        instalments.prepare(instalment, by=this.cast["officer"], at=at)
        if place == len(due) - 1 and len(due) > 1:
            return
        instalments.approve(instalment, by=this.cast["director"], at=at + timedelta(hours=2))
        reference = f"BACS {instalment.due_on:%d%m%y}"
        instalments.pay(instalment, payment_reference=reference, by=this.cast["finance"], at=at + timedelta(days=1))


def prepare(this: Round, grant: Grant) -> None:
    """A placement that prepares: three of the steps done, one waiting for confirmation, one to do."""
    at = this.now - timedelta(days=12)
    placement = opened(this, grant, at)
    steps_done(this, placement, {"screening", "release", "role_meeting"}, at + timedelta(days=3))
    contract = placement.steps.get(kind="contract")
    on = london(this.now).date() - timedelta(days=2)
    start_steps.record(contract, happened_on=on, by=this.cast["si_manager"], at=this.now - timedelta(days=1))

"""Today's work, with dates relative to today: a closed call, applications in every state, an open call, placements."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from applications.actions import applications, assessments, calls, equality, names
from applications.models import Application, Call, Goal, Question, Strand
from applications.models.assessment import Party
from cii.demonstration import calls as calls_around
from cii.demonstration import (
    earlier_round,
    expressions,
    hidden_names,
    in_confidence,
    office,
    other_post,
    paper_applications,
    role_drafts,
    sifting,
    visits,
)
from cii.demonstration.applicants import Applicant, lead_of, questioned, scored, submitted, viewed, write
from cii.demonstration.history import furnish
from cii.demonstration.history_facts import PAY_PRINCIPLE, RATES, WELCOMED
from cii.demonstration.people import APPLICANT, RIVAL
from core.accounts.models import Programme, User
from core.dates import LONDON, london
from core.governance.actions import meetings
from core.governance.models import Body, Meeting
from grants.actions import decisions as decision_actions
from grants.actions import grants, openness
from grants.models import Decision, Grant

BRIEF = """### What the post is about

The secondee works in the host's team on how people are welcomed: research, guidance for front-line professionals, and
groups that bring people together.

### What we look for

An organisation that knows this work from close by, and a member of its staff who can do it at the level of the post.

This call is invented, for the demonstration."""
# What the open call asks besides the standard questions.
ASKED: tuple[dict[str, Any], ...] = (
    {
        "section": "organisation",
        "label": "How many people use your services in a year?",
        "kind": Question.Kind.NUMBER,
        "least": 0,
        "unit": "people",
    },
    {
        "section": "organisation",
        "label": "How did you hear about this call?",
        "kind": Question.Kind.CHOICE,
        "options": "From a colleague\nFrom a funder\nFrom City Hall\nFrom a newsletter\nIn another way",
    },
)
OPEN, CLOSED, EARLIER = "welcome-open", "belonging-closed", "belonging-earlier"
INVITED, NAMELESS = "neighbours-invited", "doors-nameless"
FIRST = Applicant(APPLICANT, "Amara Finch", "Nadia Wells", 32000)
SECOND = Applicant(RIVAL, "Rhys Calder", "Bola Archer", 34500, days=4)
OTHERS = {
    "shortlisted": Applicant("Kestrel Youth Forum", "Kit Harper", "Priya Stone", 30500),
    "visited": Applicant("Bridge Street Voices", "Bea Moran", "Tomas Field", 38200, days=5),
    "recorded": Applicant("Harvest Community Law", "Hal Jensen", "Ines Rowe", 36750),
    "confirmed": Applicant("Open Door Deptford (invented)", "Odile Crane", "Marcus Thorne", 45000),
    "submitted": Applicant("Saffron Women's Network", "Safiya Noor", "Joan Peel", 29400),
    "late": Applicant("Copper Lane Centre", "Cora Bligh", "Dev Sharp", 33100, months=8),
    "unsuccessful": Applicant("Fern Hill Association", "Fergus Low", "Ana Birch", 31000),
    "reserve": Applicant("Northway Together", "Nell Osgood", "Yusuf Kane", 35000),
    "declined": Applicant("Quayside Advice", "Quentin Ross", "Mila Hart", 37900),
    "accepted": Applicant("Thistle Housing Rights", "Thea Vaughan", "Leo Marsh", 33600),
    "elsewhere": Applicant("Juniper Street Library", "June Barrow", "Rosa Lind", 32400),
    "withdrawn": Applicant("Willow Tree Collective", "Will Aster", "Esme Cole", 30100),
}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


def weekday(day: date, step: int = 1) -> date:
    """The day itself, or the next (or last) one that is neither Saturday nor Sunday."""
    while day.weekday() > 4:  # noqa: PLR2004 - Saturday is 5
        day += timedelta(days=step)
    return day


def month_after(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def a_call(
    of: Programme, cast: dict[str, User], slug: str, title: str, closes_on: date, *, kind: str = Call.Kind.OPEN
) -> Call:
    """A published call with the standard form, closing at 5pm on that day."""
    opens_at = at(closes_on - timedelta(days=35), 9)
    goal = Goal.objects.get(programme=of, title="Promoting shared experiences")
    call = Call.objects.create(
        programme=of,
        kind=kind,
        slug=slug,
        title=title,
        summary="A secondment to help newcomers and neighbours meet, and public services welcome them. Part time or "
        "full time, at least three days a week, for a year.",
        brief=BRIEF,
        goal=goal,
        opens_at=opens_at,
        closes_at=at(closes_on, 17),
        visits_from_on=weekday(closes_on + timedelta(days=1)),
        visits_to_on=weekday(closes_on + timedelta(days=20), -1),
        decision_week_on=closes_on + timedelta(days=28 - closes_on.weekday()),
        start_month_on=month_after(closes_on, 3),
        band_minimum=RATES.band_minimum,
        band_maximum=RATES.band_maximum,
        backfill=RATES.backfill,
        management_fee=RATES.management_fee,
        holds_back=Call.HoldsBack.FEE,
        pay_principle=PAY_PRINCIPLE,
        welcome=WELCOMED,
    )
    call.strands.set(Strand.objects.filter(programme=of, title="Hostile environment and welcome"))
    furnish(call, cast["officer"], opens_at - timedelta(days=7))
    if slug == CLOSED:
        other_post.add(call)
    if slug == OPEN:
        Question.objects.bulk_create(Question(call=call, position=9, is_required=False, **asked) for asked in ASKED)
    # What the check finds follows from the days on which the demonstration is built: a close may fall on a Sunday.
    calls.publish(call, by=cast["officer"], at=opens_at - timedelta(days=1), reason="Its days follow today's.")
    return call


def build(of: Programme, cast: dict[str, User], now: datetime) -> None:
    if Call.objects.filter(slug=OPEN).exists():
        return
    today = london(now).date()
    if not of.equality_questions.exists():
        equality.put_in_standard(of, by=cast["officer"], at=now - timedelta(days=400))
    earlier = a_call(of, cast, EARLIER, "Belonging in London: the earlier round", today - timedelta(days=330))
    earlier_round.build(earlier, cast, now)
    expressions.counted(earlier, now)
    told(earlier, cast, now)
    office.before_the_round(of, cast, now)
    closed = a_call(of, cast, CLOSED, "Belonging in London", today - timedelta(days=9))
    closed_round(closed, cast, now)
    open_call = a_call(of, cast, OPEN, "A welcome that lasts", weekday(today + timedelta(days=12)))
    closes_on = weekday(today + timedelta(days=19))
    invited = a_call(of, cast, INVITED, "Neighbours who listen", closes_on, kind=Call.Kind.BY_INVITATION)
    calls_around.build(of, cast, open_call, invited, now)
    names.hide(invited, by=cast["officer"], at=now)
    nameless = a_call(of, cast, NAMELESS, "Doors that open", today - timedelta(days=6))
    hidden_names.build(nameless, cast, now)
    draft = write(FIRST, open_call, cast["applicant"], now - timedelta(days=3), sections=3)
    assert draft.status == "draft"  # noqa: S101
    questioned(SECOND, open_call, cast["rival"], now - timedelta(hours=6))
    submitted(OTHERS["submitted"], open_call, lead_of(OTHERS["submitted"], now), now - timedelta(hours=20))
    expressions.build(of, cast, open_call, now)
    paper_applications.build(open_call, closed, cast, now)
    office.build(of, closed, cast, now)
    in_confidence.build(of, cast, now)
    role_drafts.build(cast, now)


def told(call: Call, cast: dict[str, User], now: datetime) -> None:
    calls.decide(call, by=cast["officer"], at=now - timedelta(days=15))
    openness.publish_outcome(call, by=cast["director"], at=now - timedelta(days=14))


def closed_round(call: Call, cast: dict[str, User], now: datetime) -> None:
    officer, deadline = cast["officer"], call.closes_at
    assert deadline is not None  # noqa: S101 - a_call sets it
    entries: dict[str, Application] = {}
    leads = {key: lead_of(applicant, deadline - timedelta(days=20)) for key, applicant in OTHERS.items()}
    people = [("first", FIRST, cast["applicant"]), ("rival", SECOND, cast["rival"])]
    people += [(key, applicant, leads[key]) for key, applicant in OTHERS.items()]
    for place, (key, applicant, lead) in enumerate(people):
        entries[key] = submitted(applicant, call, lead, deadline - timedelta(hours=30 - 2 * place, minutes=7 * place))
    never = Applicant("Elder Grove Group", "Edda Lunn", "Sam Poole", 30000)
    write(never, call, lead_of(never, deadline), deadline - timedelta(days=2), sections=4)
    reason = "The person we proposed has taken another post."
    applications.withdraw(entries["withdrawn"], reason=reason, by=leads["withdrawn"], at=deadline + timedelta(days=1))
    sifted_at = deadline + timedelta(days=1, hours=17)
    sifting.declare(call, cast, at=sifted_at - timedelta(hours=2))
    sifting.turn_down(entries["unsuccessful"], by=officer, at=sifted_at)
    waiting = {"submitted", "late", "withdrawn", "unsuccessful"}
    for key in entries.keys() - waiting:
        sifting.shortlist(entries[key], by=officer, at=sifted_at)
    for key, scores in {
        "first": (3, 3), "rival": (3, 2), "visited": (4, 1), "recorded": (2, 2), "confirmed": (3, 3),
        "reserve": (2, 3), "declined": (3, 3), "accepted": (3, 4), "elsewhere": (3, 3),
    }.items():  # fmt: skip
        scored(entries[key], cast, sifted_at + timedelta(hours=2), scores)
    alike = ("rival", "recorded", "confirmed", "reserve", "declined", "accepted", "elsewhere")
    for key, views in {
        "visited": {"funder": "recommend", "host": "decline"},
        "first": {"funder": "recommend"},
        **{key: dict.fromkeys(("funder", "host"), "recommend") for key in alike},
        "recorded": {"funder": "conditions", "host": "conditions"},
    }.items():
        viewed(entries[key], cast, sifted_at + timedelta(hours=12), views)
    for party, key in ((Party.FUNDER, "trust_assessor"), (Party.HOST, "gla_assessor")):
        assessments.assign(entries["shortlisted"], assessor=cast[key], party=party, by=officer, at=now)
    visits.add(entries, cast, now)
    decisions(call, entries, leads, cast, now)


def decisions(
    call: Call, entries: dict[str, Application], leads: dict[str, User], cast: dict[str, User], now: datetime
) -> None:
    officer, director = cast["officer"], cast["director"]
    committee = Body.objects.committee_of(call.programme)
    committee.quorum = 1
    committee.save()
    meeting = Meeting.objects.create(body=committee, held_on=london(now).date() - timedelta(days=3), quorum=1)
    present = [cast["committee"].seats.get(body=committee)]
    meetings.record_attendance(meeting, present=present, by=officer, at=now - timedelta(days=2, hours=7))
    office.standard_conditions(call.programme)
    began_at = now - timedelta(days=2, hours=6)
    decide(entries["recorded"], Decision.Outcome.AWARD, meeting, by=officer, at=began_at)
    for key, outcome in {
        "confirmed": Decision.Outcome.DECLINE,
        "reserve": Decision.Outcome.RESERVE,
        "rival": Decision.Outcome.AWARD,
        "declined": Decision.Outcome.AWARD,
        "accepted": Decision.Outcome.AWARD,
        "elsewhere": Decision.Outcome.AWARD,
    }.items():
        other = other_post.terms(call, began_at) if key == "elsewhere" else {}
        decision = decide(entries[key], outcome, meeting, by=officer, at=began_at, **other)
        decision_actions.confirm(decision, by=director, at=began_at + timedelta(hours=1))
        if key != "confirmed":
            decision_actions.release(decision, by=officer, at=began_at + timedelta(hours=2))
    offered = {key: Grant.objects.get(decision__application=entries[key]) for key in ("declined", "accepted")}
    grants.decline(offered["declined"], by=leads["declined"], at=now - timedelta(days=1))
    grants.accept(offered["accepted"], by=leads["accepted"], at=now - timedelta(days=1))
    office.planned(committee, [entries["visited"], entries["first"]], officer, now)
    assert offered["accepted"].total > Decimal(0)  # noqa: S101


def decide(application: Application, outcome: str, meeting: Meeting, **more: Any) -> Decision:
    terms: dict[str, Any] = {}
    reasons = "A sound application in a strong field; the release plan left questions open."
    if outcome == Decision.Outcome.AWARD:
        reasons = "Your experience stood out, and the visit showed how well release is planned."
        terms = {
            "post": application.post,
            "days_per_week": application.days_per_week,
            "months": application.months,
            "starts_on": application.call.start_month_on,
            "without_visit": "The panel met the organisation in the round before.",
        }
    if outcome == Decision.Outcome.RESERVE:
        terms = {"rank": 1}
    return decision_actions.record(application, meeting=meeting, outcome=outcome, reasons=reasons, **(terms | more))

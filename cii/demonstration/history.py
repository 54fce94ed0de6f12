"""The history, facts only: funders, organisations, the calls of 2017 to 2019, nine placements, what was learnt.

Sums are illustrative where the documents give none; register numbers and refusals of real bodies are not invented.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from applications.actions import calls as call_actions
from applications.budget import Rates, Terms, award, months_between
from applications.lifecycle import CallStatus, Status
from applications.models import Application, Call, Counter, Goal, Post, Strand
from cii.demonstration.history_facts import (
    AREA,
    CEREMONIES,
    CHOSEN,
    DETAILS,
    EU,
    FINDINGS,
    FUNDERS,
    GOALS,
    HOST,
    INVENTED,
    LEARNING_PARTNER,
    PAY_PRINCIPLE,
    RATES,
    SECONDMENTS,
    TITLES,
    VOTERS,
    WELCOME,
    YOUNG,
    Past,
)
from core.accounts.models import Organisation, Programme, User
from core.dates import LONDON
from core.governance.models import Body, Meeting
from grants.lifecycle import GrantStatus
from grants.models import Funder, Grant, Variation
from learning.models import Change, Finding
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement


def london(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=LONDON)


def organisation(name: str, **fields: Any) -> Organisation:
    return Organisation.objects.get_or_create(name=name, defaults=DETAILS.get(name, {}) | fields)[0]


def programme() -> Programme:
    funders = [organisation(name) for name in FUNDERS]
    found, _ = Programme.objects.get_or_create(
        slug="cii",
        defaults={
            "name": "Citizenship and Integration Initiative",
            "reference_prefix": "CII",
            "funder": funders[0],
            "host": organisation(HOST),
            "learning_partner": organisation(LEARNING_PARTNER),
            "fewest_placements": 2,
            "most_placements": 5,
            **AREA,
            "cover_name": "backfill",
            "titles": TITLES,
        },
    )
    for funder in funders[1:]:
        Funder.objects.get_or_create(programme=found, organisation=funder)
    for title, from_year, to_year in GOALS:
        Goal.objects.get_or_create(programme=found, title=title, defaults={"from_year": from_year, "to_year": to_year})
    for title in (YOUNG, VOTERS, EU, CEREMONIES, WELCOME):
        Strand.objects.get_or_create(programme=found, title=title, defaults={"from_year": 2017})
    return found


def past_call(of: Programme, clerk: User, **fields: Any) -> Call:
    shared = {
        "programme": of,
        "band_minimum": RATES.band_minimum,
        "band_maximum": RATES.band_maximum,
        "backfill": RATES.backfill,
        "management_fee": RATES.management_fee,
        "pay_principle": PAY_PRINCIPLE,
    }
    post = fields.pop("post", {})
    call, is_new = Call.objects.get_or_create(slug=fields.pop("slug"), defaults={**shared, **fields})
    if is_new:
        call.strands.set(Strand.objects.filter(programme=of))
        furnish(call, clerk, call.opens_at, **post)
        facts = {"published_at": call.opens_at, "published_by": clerk}
        Call.objects.filter(pk=call.pk).update(status=CallStatus.DECIDED, **facts)
    return call


def furnish(call: Call, clerk: User, at: datetime, **changes: str) -> None:
    """Give a draft call the post of the 2019 paper, the four criteria and the standard questions."""
    title = {"job_title": "Citizenship and Integration Project Adviser", "grade": "Grade 7"} | changes
    Post.objects.create(
        **title,
        call=call,
        team="Social Integration Team",
        purpose=(
            "Support a portfolio of work on social integration; help the host, civil society, funders and boroughs "
            "work together; keep stakeholders engaged and informed."
        ),
        accountabilities=(
            "- Contribute to the social integration strategy and manage agreed projects\n"
            "- Report to the programme's advisory panel\n"
            "- Build partnerships with public, private and voluntary bodies\n"
            "- Give timely policy advice and briefings\n"
            "- Keep good records of progress, and share what is learnt"
        ),
        person_specification=(
            "- Experience of working in partnerships across sectors\n"
            "- Understanding of what social integration means for Londoners\n"
            "- Project management: agreed targets, on time\n"
            "- Experience of engaging diverse communities\n"
            "- Commitment to equality of opportunity"
        ),
        competencies=(
            "Building and managing relationships · Strategic thinking · Planning and organising · Problem solving · "
            "Research and analysis · Responding to pressure and change"
        ),
    )
    call_actions.fill_in(call, by=clerk, at=at)


def calls(of: Programme, clerk: User) -> tuple[Call, Call, Call]:
    first = past_call(
        of,
        clerk,
        slug="secondments-2017",
        kind=Call.Kind.BY_INVITATION,
        title="Secondments to the Social Integration Team, 2017",
        summary="The Initiative's first call. Eight organisations applied and four were chosen in March 2017.",
        brief="The papers name no day in January 2017 and no pay band: the month and the band of 2019 stand here.",
        goal=Goal.objects.get(programme=of, title="Civic engagement"),
        opens_at=london(date(2017, 1, 1), 9),
        closes_at=london(date(2017, 1, 31), 17),
        start_month_on=date(2017, 4, 1),
        # The level is the papers'; the title became "Adviser" in April 2018.
        post={"job_title": "Citizenship and Integration Project Officer", "grade": "Policy Officer"},
    )
    second = call_of_2018(of, clerk)
    third = past_call(
        of,
        clerk,
        slug="active-citizens-2019",
        kind=Call.Kind.OPEN,
        title="Supporting Londoners to be active citizens",
        summary="A secondment of one year to take forward what the citizenship ceremony pilots and the voter "
        "registration drive have shown.",
        brief="The post takes forward the findings of the citizenship ceremony pilots and looks for other moments "
        "at which people can be encouraged to take part in civic life. Full time or part time, at least three days a "
        "week; a second year is possible.",
        goal=Goal.objects.get(programme=of, title="Supporting Londoners to be active citizens"),
        opens_at=london(date(2019, 2, 1), 9),
        closes_at=london(date(2019, 3, 13), 17),
        visits_from_on=date(2019, 3, 20),
        visits_to_on=date(2019, 3, 27),
        decision_week_on=date(2019, 4, 8),
        start_month_on=date(2019, 5, 1),
    )
    Meeting.objects.get_or_create(body=Body.objects.committee_of(of), held_on=date(2019, 4, 8), note="Week of 8 April")
    return first, second, third


def call_of_2018(of: Programme, clerk: User) -> Call:
    return past_call(
        of,
        clerk,
        slug="secondments-2018",
        kind=Call.Kind.OPEN,
        title="Secondments to the Social Integration Team, 2018",
        summary="The second call, open to all, for secondments from April 2018.",
        brief="The papers name no day of it, so January 2018 stands here, and no pay band, so that of 2019 is shown.",
        goal=Goal.objects.get(programme=of, title="Young Londoners"),
        opens_at=london(date(2018, 1, 1), 9),
        closes_at=london(date(2018, 1, 31), 17),
        start_month_on=date(2018, 4, 1),
    )


def applied(call: Call, name: str, status: Status, clerk: User) -> None:
    body, post = organisation(name), call.posts.get()
    if Application.objects.filter(organisation=body, post=post).exists():
        return
    assert call.closes_at is not None  # noqa: S101 - past calls closed
    handed_in = call.closes_at - timedelta(days=1)
    Application.objects.create(
        organisation=body,
        post=post,
        call=call,
        status=status,
        version=1,
        reference=Counter.next_reference(f"CII-{handed_in.year}"),
        started_at=handed_in - timedelta(days=7),
        started_by=clerk,
        submitted_at=handed_in,
        submitted_by=clerk,
        shortlisted_at=handed_in + timedelta(days=5) if status == Status.ACCEPTED else None,
        released_at=call.closes_at + timedelta(days=40),
    )


def secondment(of: Programme, past: Past, post: Post | None) -> None:
    """A grant that is closed and a placement that has ended, with a plain extension where there was one."""
    if Grant.objects.filter(organisation__name=past.organisation, starts_on=past.starts_on).exists():
        return
    first_end = past.first_end or past.ends_on
    budget = award(RATES, Terms(Decimal(32000), past.days, months_between(past.starts_on, first_end)))
    agreed_on = past.starts_on - timedelta(days=14)
    grant = Grant.objects.create(
        reference=Counter.next_reference(f"CII-G-{past.starts_on.year}"),
        programme=of,
        organisation=organisation(past.organisation),
        post=post,
        title=f"Secondment to {of.host.in_sentence}: {', '.join(past.strands)}",
        description=f"A secondment of {past.days} days a week.",
        status=GrantStatus.CLOSED,
        days_per_week=past.days,
        starts_on=past.starts_on,
        ends_on=past.ends_on,
        total=budget.total,
        is_illustrative=True,
        offered_at=london(agreed_on - timedelta(days=7)),
        agreed_on=agreed_on,
        ended_on=past.ends_on,
    )
    for position, line in enumerate(budget.lines, 1):
        grant.lines.create(kind=line.kind, amount=line.amount, workings=line.workings, position=position)
    if past.first_end:
        extend(grant, past.first_end + timedelta(days=1), past.ends_on, past.days)
    placement = Placement.objects.create(
        reference=Counter.next_reference(f"CII-P-{past.starts_on.year}"),
        grant=grant,
        days_per_week=past.days,
        starts_on=past.starts_on,
        ends_on=past.ends_on,
        status=PlacementStatus.ENDED,
        opened_at=london(agreed_on),
        started_at=london(past.starts_on),
        ended_at=london(past.ends_on, 18),
    )
    placement.strands.set(Strand.objects.filter(programme=of, title__in=past.strands))


def extend(grant: Grant, from_on: date, to_on: date, days: int) -> None:
    rates = Rates(RATES.band_minimum, RATES.band_maximum, backfill=Decimal(0), management_fee=Decimal(0))
    budget = award(rates, Terms(Decimal(32000), days, months_between(from_on, to_on)))
    variation = Variation.objects.create(
        grant=grant,
        from_on=from_on,
        to_on=to_on,
        total=budget.total,
        reason="Extended for a second year.",
        recorded_at=london(from_on - timedelta(days=30)),
    )
    lines = [line for line in budget.lines if line.amount]
    for position, line in enumerate(lines, 10):
        grant.lines.create(
            kind=line.kind, amount=line.amount, workings=line.workings, position=position, variation=variation
        )
    Grant.objects.filter(pk=grant.pk).update(total=grant.total + budget.total)


def learnt(of: Programme, clerk: User) -> None:
    at = london(date(2019, 9, 30))
    for statement, evidence, changes in FINDINGS:
        finding, is_new = Finding.objects.get_or_create(
            programme=of, statement=statement, defaults={"evidence": evidence, "recorded_at": at, "recorded_by": clerk}
        )
        for what, since_on in changes if is_new else ():
            Change.objects.create(finding=finding, what=what, since_on=since_on, recorded_at=at, recorded_by=clerk)


def build(of: Programme, clerk: User) -> None:
    """Build the history of a programme, once; `clerk` is the officer who entered it."""
    first, second, third = calls(of, clerk)
    for name in CHOSEN:
        applied(first, name, Status.ACCEPTED, clerk)
    for name in INVENTED:
        applied(first, name, Status.UNSUCCESSFUL, clerk)
    applied(third, "Project 17", Status.ACCEPTED, clerk)
    for past in SECONDMENTS:
        # Hope Not Hate came in January 2019: no paper says through which call.
        call = {date(2017, 4, 1): first, date(2018, 4, 1): second, date(2019, 5, 1): third}.get(past.starts_on)
        if call == second:
            applied(second, past.organisation, Status.ACCEPTED, clerk)
        secondment(of, past, call.posts.get() if call else None)
    learnt(of, clerk)
    partners = Q(name__in=[*FUNDERS, HOST, LEARNING_PARTNER])
    taking_part = Q(applications__call__programme=of) | Q(grants__programme=of) | partners
    of.organisations.add(*Organisation.objects.filter(taking_part))

"""The synthetic programmes: each with one call that has closed, its people, and the committee's meeting."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from applications import defaults
from applications.lifecycle import CallStatus, Status
from applications.models import Call, Criterion, Post, Question, Strand
from bench.generator.rows import Rows
from cii.demonstration.history import organisation
from cii.demonstration.history_facts import FUNDERS, HOST, LEARNING_PARTNER, PAY_PRINCIPLE, RATES
from cii.demonstration.people import CAST
from core.accounts.models import Organisation, Programme, RoleAssignment, User
from core.accounts.roles import Role
from core.governance.models import Body, Meeting

NAME = "Synthetic organisation"
MADE = "Made for measuring."
FORTY = 40
# What became of the forty of a programme, in plausible proportions: three placements, never more than five.
DONE = (
    [Status.ACCEPTED] * 3
    + [Status.OFFER_DECLINED]
    + [Status.RESERVE] * 2
    + [Status.UNSUCCESSFUL] * 31
    + [Status.WITHDRAWN]
    + [Status.DRAFT] * 2
)
# Every fourth programme is in the middle of its round.
AT_WORK = (
    [Status.ACCEPTED] * 3
    + [Status.OFFERED]
    + [Status.RESERVE]
    + [Status.SHORTLISTED] * 8
    + [Status.SUBMITTED] * 6
    + [Status.UNSUCCESSFUL] * 18
    + [Status.WITHDRAWN]
    + [Status.DRAFT] * 2
)
EVERY, TO_ASSESSORS, TO_MANAGER, TOGETHER = 4, 16, 5, 10


def is_at_work(number: int) -> bool:
    return number % EVERY == 1


def person(rows: Rows, email: str, name: str, **fields: Any) -> User:
    """Somebody who never signs in."""
    return rows.add(User(email=email, name=name, password=make_password(None), **fields))  # type: ignore[no-any-return]


class Staff:
    """The people of the funder and the host who work on the synthetic programmes.

    The demonstration's own assessors have the first sixteen programmes and its line manager the first five, so that
    their queues stay of a human size; every ten programmes after that share two assessors more.
    """

    def __init__(self, cast: dict[str, User], now: datetime) -> None:
        self.cast, self.now = cast, now
        self.funder, self.host = organisation(FUNDERS[0]), organisation(HOST)
        self.partner = organisation(LEARNING_PARTNER)
        self.known: dict[str, User] = {}

    def in_role(self, rows: Rows, email: str, name: str, role: Role, works_for: Organisation) -> User:
        if email not in self.known:
            found = User.objects.filter(email=email).first()
            if found is None:
                found = person(rows, email, name, works_for=works_for, is_staff=role != Role.LINE_MANAGER)
            self.known[email] = found
        return self.known[email]

    def assessors(self, rows: Rows, number: int) -> tuple[User, User]:
        """The funder's and the host's assessor of a programme."""
        if number <= TO_ASSESSORS:
            return self.cast["trust_assessor"], self.cast["gla_assessor"]
        panel = (number - 1) // TOGETHER
        funder = ("funder", Role.FUNDER_ASSESSOR, self.funder)
        host = ("host", Role.HOST_ASSESSOR, self.host)
        one, other = (
            self.in_role(rows, f"{side}-assessor-{panel}@example.org", f"Assessor {panel} ({side})", role, body)
            for side, role, body in (funder, host)
        )
        return one, other

    def assign(self, rows: Rows, programme: Programme, assessors: tuple[User, User], line_manager: User) -> None:
        """Give the demonstration's people, the assessors and the line manager their roles in a programme."""
        held = [(self.cast[one.key], one.role) for one in CAST if one.role and one.role != Role.ADMINISTRATOR]
        held += [(assessors[0], Role.FUNDER_ASSESSOR), (assessors[1], Role.HOST_ASSESSOR)]
        held.append((line_manager, Role.LINE_MANAGER))
        once = {(person.email, role): person for person, role in held}  # a person who is not written has no hash
        for (_, role), person in sorted(once.items(), key=lambda one: one[0]):
            rows.add(RoleAssignment(person=person, role=role, programme=programme))


@dataclass(frozen=True)
class Round:
    """One programme's round: its call with what belongs to it, and who works on it."""

    number: int
    staff: Staff
    call: Call
    post: Post
    strand: Strand
    criteria: list[Criterion]
    questions: list[Question]
    meeting: Meeting
    assessors: tuple[User, User]
    line_manager: User

    @property
    def closed_at(self) -> datetime:
        assert self.call.closes_at is not None
        return self.call.closes_at

    @property
    def today(self) -> date:
        return self.staff.now.date()


def closing(number: int, now: datetime) -> datetime:
    """When programme `number`'s call closed: six weeks ago while its round goes on, otherwise up to three years ago."""
    at = now.replace(minute=0, second=0, microsecond=0)
    return at - timedelta(days=42 + number % 7 if is_at_work(number) else 130 + number * 11 % 900)


def rounds(rows: Rows, numbers: Iterable[int], staff: Staff) -> Iterator[Round]:
    """The rounds of these programmes; made, or read when a smaller building left one begun."""
    slugs = [f"synthetic-{number}" for number in numbers]
    found = {call.slug: call for call in Call.objects.filter(slug__in=slugs).select_related("programme__host")}
    for number, slug in zip(numbers, slugs, strict=True):
        yield again(rows, found[slug], number, staff) if slug in found else anew(rows, number, staff)


def manager(rows: Rows, number: int, staff: Staff, host: Organisation) -> User:
    if number <= TO_MANAGER:
        return staff.cast["line_manager"]
    return staff.in_role(rows, f"line-manager-{number}@example.org", f"Manager {number}", Role.LINE_MANAGER, host)


def again(rows: Rows, call: Call, number: int, staff: Staff) -> Round:
    return Round(
        number=number,
        staff=staff,
        call=call,
        post=call.posts.get(),
        strand=call.strands.get(),
        criteria=list(call.criteria.all()),
        questions=list(call.questions.all()),
        meeting=Meeting.objects.of_committee(call.programme).get(),
        assessors=staff.assessors(rows, number),
        line_manager=manager(rows, number, staff, call.programme.host),
    )


def anew(rows: Rows, number: int, staff: Staff) -> Round:
    """A programme with its closed call, the standard criteria and questions, and its committee's meeting."""
    officer, closed_at = staff.cast["officer"], closing(number, staff.now)
    host = staff.host if number <= TO_MANAGER else rows.add(Organisation(name=f"Synthetic city {number}"))
    programme = rows.add(
        Programme(
            name=f"Synthetic programme {number}",
            slug=f"synthetic-{number}",
            reference_prefix=f"S{number:05d}",
            funder=staff.funder,
            host=host,
            learning_partner=staff.partner,
            fewest_placements=2,
            most_placements=5,
        )
    )
    for partner in (staff.funder, host, staff.partner):
        rows.add(Programme.organisations.through(programme=programme, organisation=partner))
    committee = rows.add(Body(programme=programme, name="Grants Committee", role=Role.COMMITTEE))
    strand = rows.add(Strand(programme=programme, title="Welcome", from_year=closed_at.year))
    call = rows.add(
        Call(
            programme=programme,
            title=f"Secondments to synthetic city {number}",
            slug=f"synthetic-{number}",
            summary=MADE,
            brief=MADE,
            opens_at=closed_at - timedelta(days=40),
            closes_at=closed_at,
            band_minimum=RATES.band_minimum,
            band_maximum=RATES.band_maximum,
            backfill=RATES.backfill,
            management_fee=RATES.management_fee,
            pay_principle=PAY_PRINCIPLE,
            status=CallStatus.PUBLISHED if is_at_work(number) else CallStatus.DECIDED,
            published_at=closed_at - timedelta(days=41),
            published_by=officer,
        )
    )
    rows.add(Call.strands.through(call=call, strand=strand))
    words = dict.fromkeys(("purpose", "accountabilities", "person_specification"), MADE)
    criteria = [rows.add(criterion(call, row)) for row in defaults.criteria("cover")]
    by_letter = {row.letter: row for row in criteria}
    assessors, line_manager = staff.assessors(rows, number), manager(rows, number, staff, host)
    staff.assign(rows, programme, assessors, line_manager)
    return Round(
        number=number,
        staff=staff,
        call=call,
        post=rows.add(Post(call=call, job_title="Adviser", grade="Grade 7", team="Integration", **words)),
        strand=strand,
        criteria=criteria,
        questions=[rows.add(question(call, row, by_letter)) for row in defaults.questions("cover")],
        meeting=rows.add(Meeting(body=committee, held_on=closed_at.date() + timedelta(days=30))),
        assessors=assessors,
        line_manager=line_manager,
    )


def criterion(call: Call, row: defaults.StandardCriterion) -> Criterion:
    return Criterion(
        call=call, letter=row.letter, label=row.label, guidance=row.guidance, meanings="\n".join(row.meanings)
    )


def question(call: Call, row: defaults.StandardQuestion, criteria: dict[str, Criterion]) -> Question:
    return Question(
        call=call,
        section=row.section,
        position=row.position,
        label=row.label,
        hint=row.hint,
        word_limit=row.word_limit,
        criterion=criteria[row.letter],
    )

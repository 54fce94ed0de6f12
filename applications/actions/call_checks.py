"""Hands a call's words and dates to the check that reads them before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta

from applications.models import Call
from applications.proofreading import Finding, WrittenCall, check
from core.accounts.models import Programme
from core.dates import bank_holiday, london, say_day

SATURDAY = 5
FEWEST_WORDS = 3  # of an earlier call's title: a shorter one stands in a text by chance


def found_in(call: Call) -> list[Finding]:
    """Return what the check finds in a call: nothing that keeps it from being published, but a reason is asked for."""
    return check(as_written(call))


@dataclass(frozen=True)
class LaterDates:
    """The dates of a call that follow its close."""

    visits_from_on: date | None = None
    visits_to_on: date | None = None
    decision_week_on: date | None = None
    start_month_on: date | None = None

    @classmethod
    def of(cls, call: Call) -> LaterDates:
        return cls(**{field.name: getattr(call, field.name) for field in fields(cls)})

    @classmethod
    def moved(cls, call: Call, closes_at: datetime) -> LaterDates:
        if call.closes_at is None:
            return cls.of(call)
        by = london(closes_at).date() - london(call.closes_at).date()
        known = {name: day + by for name, day in asdict(cls.of(call)).items() if day}
        if "visits_from_on" in known:
            known["visits_from_on"] = next_working_day(known["visits_from_on"])
        if "decision_week_on" in known:
            known["decision_week_on"] += timedelta(days=-known["decision_week_on"].weekday() % 7)
        if "start_month_on" in known:
            known["start_month_on"] = known["start_month_on"].replace(day=1)
        return cls(**known)

    def changed(self, call: Call) -> dict[str, date]:
        return {name: day for name, day in asdict(self).items() if day and day != getattr(call, name)}

    def in_words(self, before: LaterDates) -> list[str]:
        """Say each date that differs from before, with the one before."""
        said = []
        if (self.visits_from_on, self.visits_to_on) != (before.visits_from_on, before.visits_to_on):
            said.append(f"Assessment visits: {self._window()}. Before: {before._window()}.")
        if self.decision_week_on != before.decision_week_on and self.decision_week_on:
            was = f" Before: {say_day(before.decision_week_on)}." if before.decision_week_on else ""
            said.append(f"Decision: in the week of {say_day(self.decision_week_on)}.{was}")
        if self.start_month_on != before.start_month_on and self.start_month_on:
            was = f" Before: {before.start_month_on:%B %Y}." if before.start_month_on else ""
            said.append(f"Start: in {self.start_month_on:%B %Y}.{was}")
        return said

    def _window(self) -> str:
        return " to ".join(say_day(day) for day in (self.visits_from_on, self.visits_to_on) if day) or "not said"


def next_working_day(day: date) -> date:
    while day.weekday() >= SATURDAY or bank_holiday(day):
        day += timedelta(days=1)
    return day


def found_in_dates(call: Call, closes_at: datetime, later: LaterDates) -> list[Finding]:
    """What the check finds in the dates of an extension and did not find in the dates as they are."""
    now = as_written(call)
    then = replace(
        now,
        texts={},
        closes=london(closes_at),
        visits_from=later.visits_from_on,
        visits_to=later.visits_to_on,
        decision_week=later.decision_week_on,
        start_month=later.start_month_on,
    )
    before = {finding.sentence for finding in check(replace(now, texts={}))}
    return [finding for finding in check(then) if finding.sentence not in before]


def as_written(call: Call) -> WrittenCall:
    programme, posts = call.programme, list(call.posts.all())
    strands = " ".join(call.strands.values_list("title", flat=True))
    return WrittenCall(
        texts=dict(texts(call)),
        opens=london(call.opens_at),
        closes=london(call.closes_at) if call.closes_at else None,
        visits_from=call.visits_from_on,
        visits_to=call.visits_to_on,
        decision_week=call.decision_week_on,
        start_month=call.start_month_on,
        job_titles=tuple(post.job_title for post in posts),
        known_titles=tuple(str(title) for title in programme.titles.values()),
        subject=f"{call.title} {call.goal or ''} {strands} {programme} {' '.join(post.team for post in posts)}",
        other_names=dict(other_names(call)),
        holiday_on=bank_holiday,
    )


def texts(call: Call) -> Iterator[tuple[str, str]]:
    yield from (("Title", call.title), ("Summary", call.summary), ("Brief", call.brief), ("Welcome", call.welcome))
    for post in call.posts.all():
        for name in ("purpose", "accountabilities", "person_specification", "competencies"):
            yield f"{post}, {name.replace('_', ' ')}", getattr(post, name)
    yield "Pay principle", call.pay_principle
    for criterion in call.criteria.all():
        yield f"Criterion ({criterion.letter})", f"{criterion.label}\n\n{criterion.guidance}\n\n{criterion.meanings}"
    for question in call.questions.all():
        yield f"Question “{question.label}”", f"{question.label}\n\n{question.hint}\n\n{question.options}"


def other_names(call: Call) -> Iterator[tuple[str, str]]:
    """Yield what other programmes, their hosts and earlier calls are called, unless it is part of a name of our own."""
    programme = call.programme
    own = [call.title, programme.name, *programme.goals.values_list("title", flat=True)]
    own += [programme.funder.name, programme.host.name, str(programme.learning_partner or "")]
    others = Programme.objects.exclude(pk=programme.pk).values_list("name", "host__name")
    earlier = Call.objects.exclude(pk=call.pk).values_list("title", flat=True).order_by("opens_at")
    named = [(name, "another programme") for name, _ in others]
    named += [(host, "another programme's host") for _, host in others]
    named += [(title, "another call") for title in earlier if len(title.split()) >= FEWEST_WORDS]
    yield from ((name, what) for name, what in named if not any(name in one for one in own))

"""Hands a call's words and dates to the check that reads them before it is published."""

from __future__ import annotations

from collections.abc import Iterator

from applications.models import Call
from applications.proofreading import Finding, WrittenCall, check
from core.accounts.models import Programme
from core.dates import bank_holiday, london

FEWEST_WORDS = 3  # of an earlier call's title: a shorter one stands in a text by chance


def found_in(call: Call) -> list[Finding]:
    """Return what the check finds in a call: nothing that keeps it from being published, but a reason is asked for."""
    return check(as_written(call))


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
    """Yield every text of the call with the name of its place."""
    yield from (("Title", call.title), ("Summary", call.summary), ("Brief", call.brief))
    for post in call.posts.all():
        for name in ("purpose", "accountabilities", "person_specification", "competencies"):
            yield f"{post}, {name.replace('_', ' ')}", getattr(post, name)
    yield "Pay principle", call.pay_principle
    for criterion in call.criteria.all():
        yield f"Criterion ({criterion.letter})", f"{criterion.label}\n\n{criterion.guidance}\n\n{criterion.meanings}"
    for question in call.questions.all():
        yield f"Question “{question.label}”", f"{question.label}\n\n{question.hint}"


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

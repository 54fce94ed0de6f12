"""Whether a call's dates fit the calendar, each other, and what its words say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from applications.proofreading.call import Finding, WrittenCall
from applications.proofreading.dating import MONTH_ALONE, WEEKDAYS, Written, dates_in, format_day, month_of
from applications.proofreading.times import clock, times_in

SATURDAY = 5
NEAR, VERY_NEAR = 60, 30  # letters between a date and the word that says what it is for, or its time
NEXT_PART = 30  # how much further off a word counts behind a comma

WEEK_OF = re.compile(r"\b(?:week\s+(?:commencing|beginning|starting)|w/[cb])\s*:?\s*(?:on\s+)?$", re.IGNORECASE)
WEEK_WORDS = re.compile(r"\bweek\s+(?:commencing|beginning|starting)", re.IGNORECASE)
TOPICS = {
    "close": r"deadline|clos(?:es|ing|ed)|close(?=\s(?:on|at)\b)|submit(?:ted|ting)?|submissions?|no later than"
    r"|apply by|applications? by|received by|open until",
    "visits": r"visit(?:s|ed)?|assessment meetings?|interview(?:s|ed)?",
    "decision": r"decisions?|decide[sd]?|committee meet(?:s|ing)",
    "start": r"starts?|starting|begins?|commences?|commencing|commencement",
    "opens": r"opens|opening|open from",
    # What other dates are for: they are compared with nothing.
    "": r"questions?|webinars?|briefings?|sessions?|events?|launch(?:es|ed)?|publish(?:es|ed)?|reports?|reported|since"
    r"|ends?|ended|finish(?:es|ed)?|holidays?|update[sd]?|strategy|evaluations?",
}
_TOPICS = (rf"(?P<t{place}>\b(?:{words})\b)" for place, words in enumerate(TOPICS.values()))
TOPIC = re.compile("|".join(_TOPICS), re.IGNORECASE)


def dates_in_order(call: WrittenCall) -> Iterator[Finding]:
    """Find a step that comes before the one it follows; of a month and a week, the month counts."""
    steps: list[tuple[str, date | None]] = [
        ("the call opens", call.opens.date() if call.opens else None),
        ("the call closes", call.closes.date() if call.closes else None),
        ("assessment visits begin", call.visits_from),
        ("assessment visits end", call.visits_to),
        ("the decision is made", call.decision_week),
    ]
    known = [(name, day) for name, day in steps if day]
    for (earlier, first), (later, second) in pairwise(known):
        may_be_one_day = earlier == "assessment visits begin"
        if second < first or (second == first and not may_be_one_day):
            yield Finding(
                "order",
                "Dates",
                f"On {format_day(first)} {earlier}, and on {format_day(second)} {later}. The second comes later.",
            )
    if call.start_month and known:
        name, last = known[-1]
        if (call.start_month.year, call.start_month.month) < (last.year, last.month):
            month = f"{call.start_month:%B %Y}"
            yield Finding(
                "order", "Dates", f"On {format_day(last)} {name}, and the start is in {month}. Choose a later month."
            )


def deadline_on_a_free_day(call: WrittenCall) -> Iterator[Finding]:
    if call.closes is None:
        return
    day = call.closes.date()
    holiday = call.holiday_on(day)
    why = f"a bank holiday ({holiday})" if holiday else "a weekend" if day.weekday() >= SATURDAY else ""
    if why:
        yield Finding("free day", "Dates", f"The call closes on {format_day(day)}, {why}. Choose a working day.")


def weekdays(call: WrittenCall) -> Iterator[Finding]:
    """Find a weekday that does not fit its date, a date that does not exist, and a week that begins on no Monday."""
    years = sorted({day.year for day in known_days(call)})
    for where, sentence in call.sentences():
        for written in dates_in(sentence):
            days = [day for year in ([written.year] if written.year else years) if (day := written.in_year(year))]
            if not days:
                if written.year or years:
                    yield Finding("weekday", where, f"“{written.words}”: there is no such day. Correct the date.")
                continue
            fitting = [day for day in days if written.weekday in {None, day.weekday()}]
            if not fitting:
                day = min(days, key=lambda one: distance(one, call.closes))
                sentence_of = f"“{written.words}” does not fit: {day.day} {day:%B %Y} is a {WEEKDAYS[day.weekday()]}."
                yield Finding("weekday", where, f"{sentence_of} Correct the day or the date.")
            elif WEEK_OF.search(sentence[: written.start]) and all(day.weekday() for day in fitting):
                day = fitting[0]
                yield Finding(
                    "weekday",
                    where,
                    f"A week begins on a Monday, and {day.day} {day:%B %Y} is a {WEEKDAYS[day.weekday()]}: see the "
                    f"words before “{written.words}”.",
                )


def known_days(call: WrittenCall) -> list[date]:
    instants = [at.date() for at in (call.opens, call.closes) if at]
    days = (call.visits_from, call.visits_to, call.decision_week, call.start_month)
    return [*instants, *(day for day in days if day)]


def distance(day: date, instant: datetime | None) -> timedelta:
    return abs(day - instant.date()) if instant else timedelta()


def written_dates(call: WrittenCall) -> Iterator[Finding]:
    for where, sentence in call.sentences():
        about = WEEK_WORDS.sub(lambda match: " " * len(match[0]), sentence)
        for written in dates_in(sentence):
            topic = topic_near(about, written.start, written.end)
            contradiction = contradicts(call, topic, written, sentence) if topic else ""
            if contradiction:
                yield Finding("dates", where, contradiction)
        for match in MONTH_ALONE.finditer(sentence):
            if call.start_month and topic_near(about, match.start(), match.end()) == "start":
                month, year = month_of(match["month"]), int(match["year"])
                if (year, month) != (call.start_month.year, call.start_month.month):
                    own = f"{call.start_month:%B %Y}"
                    yield Finding("dates", where, f"“{match[0]}” is not when the start is: that is {own}.")


def topic_near(sentence: str, start: int, end: int) -> str:
    """Return what the nearest word says a date is for; empty when that is nothing of ours."""
    nearest, topic = NEAR + 1, ""
    for match in TOPIC.finditer(sentence):
        gap = start - match.end() if match.end() <= start else match.start() - end
        between = sentence[match.end() : start] if match.end() <= start else sentence[end : match.start()]
        gap += NEXT_PART if gap >= 0 and re.search(r"[,;]", between) else 0
        if 0 <= gap < nearest:
            place = next(place for place in range(len(TOPICS)) if match[f"t{place}"])
            nearest, topic = gap, list(TOPICS)[place]
    return topic


def contradicts(call: WrittenCall, topic: str, written: Written, sentence: str) -> str:
    """Say how a written date differs from the call's own; empty when it does not."""
    match topic:
        case "close":
            return close_contradicted(call.closes, written, sentence)
        case "opens" if call.opens and written.nearest_to(call.opens.date()) != call.opens.date():
            return f"“{written.words}” is not when the call opens: that is {format_day(call.opens.date())}."
        case "visits" if call.visits_from and call.visits_to:
            day = written.nearest_to(call.visits_from)
            if day and not call.visits_from <= day <= call.visits_to:
                window = f"{format_day(call.visits_from)} to {format_day(call.visits_to)}"
                return f"“{written.words}” is not within the assessment visits: those are {window}."
        case "decision" if call.decision_week:
            monday = call.decision_week - timedelta(days=call.decision_week.weekday())
            day = written.nearest_to(monday)
            if day and not monday <= day < monday + timedelta(days=7):
                return (
                    f"“{written.words}” is not when the decision is made: that is in the week of {format_day(monday)}."
                )
        case "start" if call.start_month:
            day = written.nearest_to(call.start_month)
            if day and (day.year, day.month) != (call.start_month.year, call.start_month.month):
                return f"“{written.words}” is not when the start is: that is {call.start_month:%B %Y}."
    return ""


def close_contradicted(closes: datetime | None, written: Written, sentence: str) -> str:
    """Say how a written deadline differs from the close, by its day or by the time beside it."""
    if closes is None:
        return f"“{written.words}” reads as a deadline, and this call has none. Take it out."
    hour, minute = closes.hour, closes.minute
    beside = [
        (one, words)
        for *one, at, words in times_in(sentence)
        if at >= written.start - VERY_NEAR and at - written.end <= VERY_NEAR
    ]
    if written.nearest_to(closes.date()) == closes.date() and all(one == [hour, minute] for one, _ in beside):
        return ""
    words = f"{beside[0][1]} … {written.words}" if beside else written.words
    return f"“{words}” is not when the call closes: that is {clock(hour, minute)} on {format_day(closes.date())}."

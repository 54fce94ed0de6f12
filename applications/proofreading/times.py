"""Times of day as people write them, the stray "13h", and two ways of writing in one call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from applications.proofreading.call import Finding, WrittenCall
from applications.proofreading.dating import MONTH

HOURS, MIDDAY = 24, 12

TWELVE = re.compile(r"\b(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b", re.IGNORECASE)
TWENTY_FOUR = re.compile(r"\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\b(?!\s?[ap]\.?m)", re.IGNORECASE)
NOON = re.compile(r"\b(?:12\s)?(?:noon|midday)\b", re.IGNORECASE)
WITH_H = re.compile(r"\b(?P<hour>\d{1,2})h(?P<minute>[0-5]\d)?\b", re.IGNORECASE)
IS_A_DAY = re.compile(rf"\s*(?:of\s+)?{MONTH}\b", re.IGNORECASE)
# "within 24h" and "35h a week" are lengths of time.
IS_A_LENGTH_BEFORE = re.compile(r"\b(?:within|for|every|per|least|most|after|of|over|in|to)\s+$", re.IGNORECASE)
IS_A_LENGTH_AFTER = re.compile(r"\s*(?:a|per|each|/)\s*(?:day|week|month|year)\b", re.IGNORECASE)


def times_in(sentence: str) -> Iterator[tuple[int, int, int, str]]:
    """Yield (hour, minute, place in the sentence, words) for each time of day."""
    for match in TWELVE.finditer(sentence):
        hour = int(match["hour"]) % MIDDAY + (MIDDAY if match["half"].lower() == "p" else 0)
        yield hour, int(match["minute"] or 0), match.start(), match[0]
    for match in TWENTY_FOUR.finditer(sentence):
        yield int(match["hour"]), int(match["minute"]), match.start(), match[0]
    for match in NOON.finditer(sentence):
        yield MIDDAY, 0, match.start(), match[0]
    for match, is_day in hours_with_h(sentence):
        if not is_day:
            yield int(match["hour"]), int(match["minute"] or 0), match.start(), match[0]


def hours_with_h(sentence: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield each "13h" that is no length of time, and whether it stands for a day of a month."""
    for match in WITH_H.finditer(sentence):
        after = sentence[match.end() :]
        if IS_A_DAY.match(after):
            yield match, True
        elif (
            int(match["hour"]) < HOURS
            and not IS_A_LENGTH_BEFORE.search(sentence[: match.start()])
            and not IS_A_LENGTH_AFTER.match(after)
        ):
            yield match, False


def clock(hour: int, minute: int) -> str:
    if (hour, minute) == (MIDDAY, 0):
        return "midday"
    minutes = f":{minute:02}" if minute else ""
    return f"{hour % MIDDAY or MIDDAY}{minutes}{'am' if hour < MIDDAY else 'pm'}"


def stray_hours(call: WrittenCall) -> Iterator[Finding]:
    for where, sentence in call.sentences():
        for match, is_day in hours_with_h(sentence):
            hour, minute = int(match["hour"]), int(match["minute"] or 0)
            instead = match["hour"] if is_day else clock(hour, minute)
            what = "for a day, its ending is cut off" if is_day else "for a time, people here write it another way"
            yield Finding("stray", where, f"“{match[0]}” is stray: {what}. Write “{instead}”.")


def ways_of_writing_times(call: WrittenCall) -> Iterator[Finding]:
    twelve = next((match[0] for _, sentence in call.sentences() for match in TWELVE.finditer(sentence)), None)
    for where, sentence in call.sentences():
        for match in TWENTY_FOUR.finditer(sentence):
            if twelve:
                instead = clock(int(match["hour"]), int(match["minute"]))
                yield Finding(
                    "times",
                    where,
                    f"Times are written in two ways, “{twelve}” and “{match[0]}”. Write “{instead}” here.",
                )
                return

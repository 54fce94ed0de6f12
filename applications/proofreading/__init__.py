"""Reads a call's words and dates before it is published, and says what does not fit. No Django, no database."""

from __future__ import annotations

from collections.abc import Iterator

from applications.proofreading.calendar import dates_in_order, deadline_on_a_free_day, weekdays, written_dates
from applications.proofreading.call import Finding, WrittenCall
from applications.proofreading.leftovers import other_jobs, other_names, promised_documents
from applications.proofreading.sending import lists_of_what_to_send
from applications.proofreading.times import stray_hours, ways_of_writing_times

__all__ = ["Finding", "WrittenCall", "check"]

CHECKS = (
    dates_in_order,
    deadline_on_a_free_day,
    weekdays,
    written_dates,
    stray_hours,
    ways_of_writing_times,
    promised_documents,
    lists_of_what_to_send,
    other_names,
    other_jobs,
)


def check(call: WrittenCall) -> list[Finding]:
    """Return what the checks find, dates first; each thing once."""

    def findings() -> Iterator[Finding]:
        for one in CHECKS:
            yield from one(call)

    return list(dict.fromkeys(findings()))

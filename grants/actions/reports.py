"""Evaluation reports: written and submitted by the organisation, returned or accepted by an officer."""

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.accounts.rules import is_funder_officer, is_member
from core.audit import trail
from grants.actions import letters
from grants.actions.once import require, take
from grants.lifecycle import REPORT
from grants.models import EvaluationReport

ONLY_MEMBERS = "Only people of the funded organisation write its reports."
SAVED_SINCE = "A colleague saved this report after you opened it. Compare the two below, then save yours again."

QUESTIONS = {
    "progress": "Write what was done.",
    "difference": "Write what difference it made.",
    "learning": "Write what was learnt.",
    "difficulties": "Write what was difficult, or that nothing was.",
}


@transaction.atomic
def save(report: EvaluationReport, *, words: dict[str, str], seen: str | None = None, by: User, at: datetime) -> None:
    """Keep the words so far. With `seen` (the `version` the writer's page began from) nobody is overwritten silently.

    Raises Refused when the report is with the funder, and when a colleague has saved since.
    """
    require(is_member(by, report.grant), ONLY_MEMBERS)
    _lock(report)
    require(REPORT.allows(report, "submit"), f"This report is {report.get_status_display()}, so it is not changed now.")
    require(seen in {None, report.version}, SAVED_SINCE)
    kept = _kept(words)
    EvaluationReport.objects.filter(pk=report.pk).update(**kept, saved_at=at)
    for name, value in {**kept, "saved_at": at}.items():
        setattr(report, name, value)


@transaction.atomic
def submit(report: EvaluationReport, *, words: dict[str, str], seen: str | None = None, by: User, at: datetime) -> None:
    """Hand the report in; the officers are told. Raises Refused, naming the first question without an answer."""
    require(is_member(by, report.grant), ONLY_MEMBERS)
    _lock(report)
    for name, sentence in QUESTIONS.items():
        require(bool(words.get(name, "").strip()), sentence, name)
    is_open = REPORT.allows(report, "submit")
    require(not is_open or seen in {None, report.version}, SAVED_SINCE)
    if take(REPORT, report, "submit", submitted_at=at, submitted_by=by, saved_at=at, **_kept(words)):
        trail.record("evaluation report submitted", report, by=by, at=at)
        letters.report("report_submitted", report, at=at)


@transaction.atomic
def give_back(report: EvaluationReport, *, reason: str, by: User, at: datetime) -> None:
    """Return the report with what is missing; the organisation may change it and submit again."""
    require(is_funder_officer(by), "Only a grants officer or the director returns a report.")
    require(bool(reason.strip()), "Write what is missing; the organisation will read it.", "reason")
    if take(REPORT, report, "give_back", returned_at=at, returned_by=by, returned_reason=reason.strip()):
        trail.record("evaluation report returned", report, by=by, at=at, reason=reason.strip())
        letters.report("report_returned", report, at=at)


@transaction.atomic
def accept(report: EvaluationReport, *, by: User, at: datetime) -> None:
    """Accept the report; it is frozen from here on."""
    require(is_funder_officer(by), "Only a grants officer or the director accepts a report.")
    if take(REPORT, report, "accept", accepted_at=at, accepted_by=by):
        trail.record("evaluation report accepted", report, by=by, at=at)
        letters.report("report_accepted", report, at=at)


def _kept(words: dict[str, str]) -> dict[str, str]:
    return {name: words[name].strip() for name in QUESTIONS if name in words}


def _lock(report: EvaluationReport) -> None:
    """Hold the row and read it anew, so that of two writers the second sees the first (SQLite's wait in a queue)."""
    EvaluationReport.objects.select_for_update().values_list("pk").get(pk=report.pk)
    report.refresh_from_db()

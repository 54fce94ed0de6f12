"""Evaluation reports: written and submitted by the organisation, returned or accepted by the funder."""

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import add_months
from core.letters import outbox
from core.lifecycle import require
from core.permissions import check
from grants import letters
from grants.lifecycle import REPORT, ReportStatus, TrailEvent
from grants.models import EvaluationReport, Grant
from grants.models.report_schedule import rhythm_of

SAVED_SINCE = "A colleague saved this report after you opened it. Compare both versions below, then save yours again."

# The questions of a report, each with what is said when it is submitted without an answer.
QUESTIONS = {
    "progress": "Enter what was done.",
    "difference": "Enter what difference it made.",
    "learning": "Enter what was learnt.",
    "difficulties": "Enter what was difficult, or “Nothing”.",
    "host_summary": "Enter the summary for the host, even if it is one sentence.",
}


@transaction.atomic
def save(report: EvaluationReport, *, words: dict[str, str], seen: str | None = None, by: User, at: datetime) -> None:
    """Save a draft of the answers (`words`, by question).

    `seen` is the report's `version` when the writer's page was opened. Raises Refused with code "saved_since" when a
    colleague has saved after it, and when the report is with the funder.
    """
    check(by, "grants.change_evaluationreport", report)
    _lock(report)
    sentence = f"This report is {report.get_status_display()}, so you cannot change it."
    require(REPORT.allows(report, "submit"), sentence, code="wrong_state")
    require(seen in {None, report.version}, SAVED_SINCE, code="saved_since")
    answers = _stripped(words)
    EvaluationReport.objects.filter(pk=report.pk).update(**answers, saved_at=at)
    for name, value in {**answers, "saved_at": at}.items():
        setattr(report, name, value)


@transaction.atomic
def submit(report: EvaluationReport, *, words: dict[str, str], seen: str | None = None, by: User, at: datetime) -> None:
    """Submit the report and tell the officers. Raises Refused, naming the first question without an answer."""
    check(by, "grants.submit_evaluationreport", report)
    _lock(report)
    for name, sentence in QUESTIONS.items():
        require(bool(words.get(name, "").strip()), sentence, name)
    is_open = REPORT.allows(report, "submit")
    require(not is_open or seen in {None, report.version}, SAVED_SINCE, code="saved_since")
    fields = {"submitted_at": at, "submitted_by": by, "saved_at": at, **_stripped(words)}
    if REPORT.advance_once(report, "submit", **fields):
        outbox.withdraw([report])
        trail.record(TrailEvent.REPORT_SUBMITTED, report, by=by, at=at)
        letters.report_submitted(report, at=at)


@transaction.atomic
def give_back(report: EvaluationReport, *, reason: str, by: User, at: datetime) -> None:
    """Return the report with what is missing; the organisation may change it and submit again."""
    check(by, "grants.give_back_evaluationreport", report)
    reason = reason.strip()
    require(bool(reason), "Enter what is missing. The organisation will read it.", "reason")
    if REPORT.advance_once(report, "give_back", returned_at=at, returned_by=by, returned_reason=reason):
        trail.record(TrailEvent.REPORT_RETURNED, report, by=by, at=at, reason=reason)
        letters.report_returned(report, at=at)


@transaction.atomic
def accept(report: EvaluationReport, *, by: User, at: datetime) -> None:
    check(by, "grants.accept_evaluationreport", report)
    if REPORT.advance_once(report, "accept", accepted_at=at, accepted_by=by):
        seal(report, at=at)
        trail.record(TrailEvent.REPORT_ACCEPTED, report, by=by, at=at)
        letters.report_accepted(report, at=at)


def _stripped(words: dict[str, str]) -> dict[str, str]:
    return {name: words[name].strip() for name in QUESTIONS if name in words}


def _lock(report: EvaluationReport) -> None:
    # Of two writers at once the second waits here and then reads what the first saved. SQLite allows one writer anyway.
    EvaluationReport.objects.select_for_update().values_list("pk").get(pk=report.pk)
    report.refresh_from_db()


def follow_early_end(grant: Grant) -> EvaluationReport | None:
    """Let the reports follow a grant that ends early: the last covers the time to its end and is due as
    long after it as the programme asked.

    What was to be reported on after that is no longer due. Returns the last report, or None when it is with the funder.
    """
    ended_on = grant.ended_on
    if ended_on is None:
        return None
    unwritten = grant.reports.filter(status=ReportStatus.DUE, saved_at__isnull=True, covers_from_on__gt=ended_on)
    outbox.withdraw(unwritten)
    unwritten.delete()
    open_ones = grant.reports.filter(status__in=[ReportStatus.DUE, ReportStatus.RETURNED], covers_to_on__gt=ended_on)
    last = open_ones.order_by("number").first()
    if last is None:
        return None
    outbox.withdraw([last])
    rhythm = rhythm_of(grant.programme_id, grant.offered_at)
    last.covers_to_on, last.due_on = ended_on, add_months(ended_on, rhythm.months_to_write)
    EvaluationReport.objects.filter(pk=last.pk).update(covers_to_on=last.covers_to_on, due_on=last.due_on)
    return last

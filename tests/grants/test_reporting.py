"""Evaluation reports, through the actions."""

import pytest

from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import reports
from grants.lifecycle import REPORT, ReportStatus
from grants.models import EvaluationReport
from tests.accounts.factories import OrganisationFactory, editor_of, lead_of
from tests.applications.factories import lead, officer
from tests.grants.factories import REPORTING, WORDS, report_at
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def test_a_report_may_be_saved_unfinished_and_keeps_every_word():
    report = report_at(ReportStatus.DUE)
    reports.save(report, words={"progress": "Half done."}, by=lead(report.grant.organisation), at=REPORTING)
    report = EvaluationReport.objects.get(pk=report.pk)
    assert (report.progress, report.saved_at, report.status) == ("Half done.", REPORTING, ReportStatus.DUE)


def test_a_colleague_is_not_overwritten_silently():
    report = report_at(ReportStatus.DUE)
    stale = EvaluationReport.objects.get(pk=report.pk)
    seen = report.version
    reports.save(report, words={"progress": "Hers"}, seen=seen, by=lead(report.grant.organisation), at=REPORTING)
    editor = editor_of(report.grant.organisation)
    with pytest.raises(Refused, match=SAID.a_colleague_saved_this_report):
        reports.save(stale, words={"progress": "His"}, seen=seen, by=editor, at=REPORTING)
    with pytest.raises(Refused, match=SAID.a_colleague_saved_this_report):
        reports.submit(stale, words=WORDS, seen=seen, by=editor, at=REPORTING)
    assert EvaluationReport.objects.get(pk=report.pk).progress == "Hers"


@pytest.mark.parametrize("missing", list(WORDS))
def test_a_report_with_a_question_unanswered_is_not_submitted(missing):
    report = report_at(ReportStatus.DUE)
    with pytest.raises(Refused) as refusal:
        reports.submit(report, words={**WORDS, missing: " "}, by=lead(report.grant.organisation), at=REPORTING)
    assert (refusal.value.field, refusal.value.sentence) == (missing, reports.QUESTIONS[missing])


def test_a_submitted_report_tells_the_officers_and_is_not_changed():
    report = report_at(ReportStatus.SUBMITTED)
    by = lead(report.grant.organisation)
    officers = ["officer@example.org", "oscar@example.org"]
    told = Letter.objects.filter(template="grants.report_submitted").values_list("to_email", flat=True)
    assert sorted(told) == officers
    with pytest.raises(Refused, match=SAID.this_report_is_so_you.format("submitted")):
        reports.save(report, words={"progress": "Later"}, by=by, at=REPORTING)
    reports.submit(report, words={**WORDS, "progress": "Later"}, by=by, at=REPORTING)
    assert EvaluationReport.objects.get(pk=report.pk).progress == WORDS["progress"]
    assert Letter.objects.filter(template="grants.report_submitted").count() == 2


def test_a_returned_report_says_what_is_missing_and_comes_back():
    report = report_at(ReportStatus.RETURNED)
    letter = Letter.objects.get(template="grants.report_returned")
    assert "Say how many took part." in letter.body
    by = lead(report.grant.organisation)
    reports.submit(report, words={**WORDS, "progress": "Forty."}, by=by, at=REPORTING)
    reports.accept(report, by=officer(), at=REPORTING)
    assert (report.status, report.progress) == (ReportStatus.ACCEPTED, "Forty.")
    assert Letter.objects.get(template="grants.report_accepted").to_email == by.email


def test_returning_says_why():
    with pytest.raises(Refused) as refusal:
        reports.give_back(report_at(ReportStatus.SUBMITTED), reason=" ", by=officer(), at=REPORTING)
    assert refusal.value.field == "reason"


def test_only_the_organisation_writes_and_only_the_office_accepts():
    report = report_at(ReportStatus.DUE)
    for person in (lead_of(OrganisationFactory()), officer()):
        with pytest.raises(Refused) as refusal:
            reports.submit(report, words=WORDS, by=person, at=REPORTING)
        assert refusal.value.code == "grants.submit_evaluationreport"
    own = lead(report.grant.organisation)
    reports.submit(report, words=WORDS, by=own, at=REPORTING)
    with pytest.raises(Refused) as refusal:
        reports.accept(report, by=own, at=REPORTING)
    assert refusal.value.code == "grants.accept_evaluationreport"


STEPS = {
    "submit": lambda row: reports.submit(row, words=WORDS, by=lead(row.grant.organisation), at=REPORTING),
    "give_back": lambda row: reports.give_back(row, reason="More", by=officer(), at=REPORTING),
    "accept": lambda row: reports.accept(row, by=officer(), at=REPORTING),
}


@pytest.mark.parametrize("status", list(ReportStatus))
def test_every_step_moves_from_where_it_may_and_changes_nothing_elsewhere(status):
    report = report_at(status)
    for step, take in STEPS.items():
        if REPORT.allows(report, step) or REPORT.steps[step].target == status:
            continue
        with pytest.raises(Refused):
            take(EvaluationReport.objects.select_related("grant").get(pk=report.pk))
        assert EvaluationReport.objects.get(pk=report.pk).status == status

"""Submitting once and in time, reopening, withdrawing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import applications, candidates
from applications.lifecycle import Status
from applications.models import Application
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import editor_of, lead_of
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    fill,
    fresh,
    lead,
    published_call,
    ready_application,
)
from tests.applications.test_applying import DEADLINE, INSTANT
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def test_submitting_gives_a_reference_a_time_and_letters():
    application = ready_application()
    by = lead(application.organisation)
    editor = editor_of(application.organisation)
    submitted = applications.submit(application, by=by, at=SUBMITTING)
    assert (submitted.reference, submitted.version) == ("CII-2019-001", 1)
    assert (submitted.submitted_at, submitted.submitted_by) == (SUBMITTING, by)
    letters = Letter.objects.filter(template__startswith="applications.received").order_by("pk")
    assert {(letter.template, letter.to_email) for letter in letters} == {
        ("applications.received", by.email),
        ("applications.received", editor.email),
        ("applications.received_candidate", candidate_of(submitted).email),
    }
    assert [letter.attachments for letter in letters.exclude(to_user=None)] == [
        [["core.documents.store.attachment", GeneratedDocument.objects.get(is_frozen=True).pk]]
    ] * 2


def test_the_reference_has_the_year_that_london_has():
    dates = dict.fromkeys(("visits_from_on", "visits_to_on", "decision_week_on", "start_month_on"))
    call = published_call(closes_at=CLOSES.replace(year=2020, month=1), **dates)
    application = ready_application(call)
    midnight = CLOSES.replace(year=2020, month=1, day=1, hour=0)
    submitted = applications.submit(application, by=lead(application.organisation), at=midnight)
    assert submitted.reference == "CII-2020-001"


def test_a_second_submit_returns_the_first():
    application = ready_application()
    by = lead(application.organisation)
    first = applications.submit(application, by=by, at=SUBMITTING)
    second = applications.submit(application, by=by, at=SUBMITTING + timedelta(minutes=1))
    assert (second.reference, second.submitted_at, second.version) == (first.reference, first.submitted_at, 1)
    assert Letter.objects.filter(template="applications.received").count() == 1
    assert Entry.objects.filter(event="application submitted").count() == 1


def test_a_second_submit_after_the_close_returns_the_first_too():
    application = ready_application()
    by = lead(application.organisation)
    first = applications.submit(application, by=by, at=CLOSES - INSTANT)
    assert applications.submit(application, by=by, at=CLOSES + timedelta(days=1)).reference == first.reference


def test_an_instant_before_the_deadline_is_in_and_at_it_is_out():
    in_time, late = ready_application(), ready_application()
    assert applications.submit(in_time, by=lead(in_time.organisation), at=CLOSES - INSTANT).status == Status.SUBMITTED
    with pytest.raises(Refused) as refusal:
        applications.submit(late, by=lead(late.organisation), at=CLOSES)
    assert str(refusal.value) == DEADLINE
    assert fresh(late).status == Status.DRAFT


def test_the_unshown_grace_covers_the_queue_in_front():
    call = published_call(grace_seconds=60)
    application, late = ready_application(call), ready_application(call)
    after = CLOSES + timedelta(seconds=60)
    assert applications.submit(application, by=lead(application.organisation), at=after - INSTANT).status == "submitted"
    with pytest.raises(Refused) as refusal:
        applications.submit(late, by=lead(late.organisation), at=after)
    assert str(refusal.value) == DEADLINE


def test_only_a_lead_submits():
    application = ready_application()
    with pytest.raises(Refused, match=r"^Only a lead of your organisation can submit."):
        applications.submit(application, by=editor_of(application.organisation), at=SUBMITTING)


def test_what_is_missing_is_said():
    application = an_application()
    by = lead(application.organisation)
    with pytest.raises(applications.Incomplete) as refusal:
        applications.submit(application, by=by, at=SUBMITTING)
    assert refusal.value.gaps == [
        SAID.telephone_number_to_reach_you,
        SAID.whose_idea_the_secondment_was,
        "Full name",
        "Email address",
        "Present job title",
        SAID.what_this_person_would_add,
        SAID.current_full_time_salary_a,
        SAID.present_hours_a_week,
        SAID.days_a_week_with_the,
        "Earliest start",
        "Release and backfill",
        SAID.your_track_record_and_how,
        SAID.fit_with_your_organisation_s,
        SAID.other_funding_from.format("Trust for London"),
        SAID.other_funding_from.format("Greater London Authority"),
        SAID.conflicts_of_interest_to_declare,
        SAID.your_approach_to_collaboration,
        SAID.handling_conflicts_of_interest,
        SAID.cv_of_the_proposed_secondee,
        "Supporting statement",
    ]


def test_nothing_is_submitted_before_the_proposed_secondee_confirms():
    application = an_application()
    fill(application)
    with pytest.raises(applications.Incomplete) as refusal:
        applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    assert refusal.value.gaps == [SAID.the_confirmation_by.format("Sana Secondee")]


def test_the_proposed_secondee_does_not_submit_their_own_application():
    application = ready_application()
    candidate = candidate_of(application)
    themselves = lead_of(application.organisation)
    type(themselves).objects.filter(pk=themselves.pk).update(email=candidate.email)
    themselves.refresh_from_db()
    with pytest.raises(Refused, match=r"^You are the proposed secondee yourself."):
        applications.submit(application, by=themselves, at=SUBMITTING)


def test_terms_that_cannot_be_worked_out_are_not_submitted():
    application = ready_application()
    Application.objects.filter(pk=application.pk).update(days_per_week=2)
    with pytest.raises(Refused, match=r"^The grant cannot be worked out. Days a week must be from 3 to 5, not 2."):
        applications.submit(application, by=lead(application.organisation), at=SUBMITTING)


# --- Reopening and withdrawing ---


def test_a_reopened_application_keeps_its_reference_and_gets_a_new_time():
    application = application_at(Status.SUBMITTED)
    by = lead(application.organisation)
    applications.reopen(application, by=by, at=SUBMITTING)
    assert (fresh(application).status, fresh(application).submitted_at) == (Status.DRAFT, None)
    later = SUBMITTING + timedelta(minutes=10)
    again = applications.submit(fresh(application), by=by, at=later)
    assert (again.reference, again.version, again.submitted_at) == (application.reference, 2, later)
    assert Letter.objects.filter(template="applications.received").count() == 2


def test_nobody_reopens_after_the_close_and_only_a_lead_before():
    application = application_at(Status.SUBMITTED)
    with pytest.raises(Refused) as refusal:
        applications.reopen(application, by=lead(application.organisation), at=CLOSES)
    assert str(refusal.value) == DEADLINE
    with pytest.raises(Refused, match=r"^Only a lead"):
        applications.reopen(application, by=editor_of(application.organisation), at=SUBMITTING)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.RESERVE])
def test_an_application_can_be_withdrawn_until_the_decision_and_from_the_reserve_list(status):
    application = application_at(status)
    assert application.may_be_withdrawn
    applications.withdraw(application, reason="No longer possible.", by=lead(application.organisation), at=CLOSES)
    assert (fresh(application).status, fresh(application).withdrawn_reason) == ("withdrawn", "No longer possible.")


def test_after_the_decision_there_is_nothing_to_withdraw():
    application = application_at(Status.OFFERED)
    assert not application.may_be_withdrawn
    with pytest.raises(Refused, match=r"^The decision has been made"):
        applications.withdraw(application, reason="x", by=lead(application.organisation), at=CLOSES)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_make_one_application_and_twenty_equal_receipts():
    application = ready_application()
    by = lead(application.organisation)
    together = Barrier(20)

    def click(number: int) -> tuple[str, object]:
        together.wait()
        try:
            submitted = applications.submit(application, by=by, at=SUBMITTING + timedelta(milliseconds=number))
            return submitted.reference, submitted.submitted_at
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        receipts = set(pool.map(click, range(20)))
    assert len(receipts) == 1
    assert Application.objects.filter(status=Status.SUBMITTED).count() == 1
    assert Letter.objects.filter(template="applications.received").count() == 1
    assert Entry.objects.filter(event="application submitted").count() == 1


def test_what_a_proposed_secondee_said_is_not_undone_by_a_submit():
    application = ready_application()
    candidate = candidate_of(application)
    candidates.withdraw(candidates.Candidate.objects.get(pk=candidate.pk), at=WRITING)
    with pytest.raises(applications.Incomplete):
        applications.submit(application, by=lead(application.organisation), at=SUBMITTING)

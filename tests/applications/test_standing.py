"""What was submitted last stands at the close, unless its organisation submits again or withdraws."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from applications.actions import applications, calls, candidates, documents, drafts, standing
from applications.autosave import NOT_FROM_A_PAGE
from applications.lifecycle import CandidateStatus, Status
from applications.models import StandingSubmission
from applications.models.section import Section
from applications.visibility import visible_applications
from core.letters.models import Letter
from tests.accounts.factories import editor_of
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    SUBMITTING,
    application_at,
    candidate_of,
    fresh,
    lead,
    officer,
    pdf,
)
from tests.applications.pages import text_of
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

EDITING = SUBMITTING + timedelta(hours=1)


def save(application, section, **facts):
    questions = application.call.questions.filter(section=section)
    drafts.save_section(
        application,
        section,
        facts=facts,
        answers={question.pk: "Changed." for question in questions},
        token=NOT_FROM_A_PAGE,
        by=lead(application.organisation),
        at=EDITING,
    )


@pytest.fixture
def reopened():
    application = application_at(Status.SUBMITTED)
    applications.reopen(application, by=lead(application.organisation), at=EDITING)
    return fresh(application)


def words(application):
    return set(application.answers.values_list("text", flat=True))


def told(template):
    return set(Letter.objects.filter(template=f"applications.{template}").values_list("to_email", flat=True))


def page(application, at):
    client = Client()
    client.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    with time_machine.travel(at, tick=False):
        return text_of(client.get(application.get_absolute_url()))


def test_f8_reopened_and_not_submitted_again_it_stands_as_last_submitted(reopened):
    before = words(reopened)
    save(reopened, Section.EXPERIENCE)
    save(reopened, Section.SECONDMENT, current_salary=Decimal(40000), days_per_week=Decimal(4))
    documents.attach(reopened, "statement", pdf("new.pdf"), by=lead(reopened.organisation), at=EDITING)
    assert standing.put_back_due(CLOSES - timedelta(seconds=1)) == 0
    assert standing.put_back_due(CLOSES) == 1
    application = fresh(reopened)
    assert (application.status, application.submitted_at) == (Status.SUBMITTED, SUBMITTING)
    assert (application.current_salary, application.days_per_week, application.version) == (32000, 3, 1)
    assert words(application) == before
    names = application.documents.filter(replaced_at=None).values_list("original_name", flat=True)
    assert set(names) == {"cv.pdf", "statement.docx"}
    candidate = candidate_of(application)
    assert candidate.status == CandidateStatus.CONFIRMED
    assert candidate.confirmed_digest == candidates.digest_now(candidate)
    assert list(visible_applications(type(application).objects.all(), officer())) == [application]
    assert told("stands") == {lead(application.organisation).email}
    assert told("stands_candidate") == {candidate.email}
    assert standing.put_back_due(CLOSES) == 0
    assert not StandingSubmission.objects.exists()


def test_f8_every_page_says_what_stands_while_a_copy_is_edited(reopened):
    assert "You are editing a copy. What you submitted on" in page(reopened, EDITING)
    assert "Reopened" in page(reopened, EDITING) or "stands unless you submit again" in page(reopened, EDITING)
    after = page(reopened, CLOSES)
    assert "What you submitted on" in after
    assert "was not submitted" not in after


def test_f8_the_letters_of_reopening_say_that_the_submission_stands(reopened):
    for template in ("reopened", "reopened_candidate"):
        letter = Letter.objects.get(template=f"applications.{template}")
        assert "stands" in letter.body


def test_a_second_submission_counts_instead(reopened):
    save(reopened, Section.EXPERIENCE)
    applications.submit(fresh(reopened), by=lead(reopened.organisation), at=EDITING)
    assert standing.put_back_due(CLOSES) == 0
    application = fresh(reopened)
    assert (application.version, application.submitted_at) == (2, EDITING)
    assert "Changed." in words(application)


def test_a_withdrawal_takes_the_copy_and_what_stood(reopened):
    applications.withdraw(reopened, reason="No.", by=lead(reopened.organisation), at=EDITING)
    assert standing.put_back_due(CLOSES) == 0
    assert fresh(reopened).status == Status.WITHDRAWN


@pytest.mark.parametrize("said_of_the_copy", ["replaced", "declined", "nothing"])
@pytest.mark.parametrize("ending", ["withdrawn", "call cancelled"])
def test_whoever_confirmed_what_stands_is_told_that_it_ends(reopened, ending, said_of_the_copy):
    confirmed = candidate_of(reopened)
    if said_of_the_copy == "replaced":
        save(reopened, Section.CANDIDATE, name="Else Other", email="else@example.org", job_title="Worker")
        confirmed.refresh_from_db()
        assert confirmed.status == CandidateStatus.LAPSED
    elif said_of_the_copy == "declined":
        save(reopened, Section.SECONDMENT, current_salary=Decimal(40000))
        candidates.decline(candidate_of(reopened), at=EDITING)
    if ending == "withdrawn":
        applications.withdraw(fresh(reopened), reason="No.", by=lead(reopened.organisation), at=EDITING)
        assert told("withdrawn_candidate") == {confirmed.address}
    else:
        calls.cancel(reopened.call, reason="No money.", by=officer(), at=EDITING)
        assert told("call_cancelled_candidate") == {confirmed.address}


def test_a_candidate_who_declines_a_changed_copy_leaves_the_standing_submission(reopened):
    save(reopened, Section.SECONDMENT, current_salary=Decimal(40000))
    candidate = candidate_of(reopened)
    assert candidate.status == CandidateStatus.ASKED
    candidates.decline(candidate, at=EDITING)
    assert reopened.documents.filter(kind="cv", taken_out_at=None).exists()
    standing.put_back_due(CLOSES)
    application = fresh(reopened)
    assert (application.status, application.current_salary) == (Status.SUBMITTED, 32000)
    assert candidate_of(application).status == CandidateStatus.CONFIRMED


@pytest.mark.parametrize("answer", ["asked", "declined", "confirmed"])
def test_a_candidate_who_withdraws_takes_both_away(reopened, answer):
    if answer != "confirmed":
        save(reopened, Section.SECONDMENT, current_salary=Decimal(40000))
    candidate = candidate_of(reopened)
    if answer == "declined":
        candidates.decline(candidate, at=EDITING)
    candidates.withdraw(candidate, at=EDITING)
    assert standing.put_back_due(CLOSES) == 0
    application = fresh(reopened)
    assert (application.status, application.current_salary) == (Status.DRAFT, None)
    assert not application.documents.filter(kind="cv", taken_out_at=None).exists()


def test_another_person_in_the_copy_does_not_see_the_first_ones_page_and_is_told_in_the_end(reopened):
    first = candidate_of(reopened)
    save(reopened, Section.CANDIDATE, name="Else Other", email="else@example.org", job_title="Worker")
    second = candidate_of(reopened)
    assert second.pk != first.pk
    candidates.ask(second, by=lead(reopened.organisation), at=EDITING)
    standing.put_back_due(CLOSES)
    assert candidate_of(fresh(reopened)) == first
    assert told("candidate_lapsed") == {"else@example.org"}


def test_whoever_was_named_before_is_told_when_the_copy_with_another_person_is_submitted(reopened):
    first = candidate_of(reopened)
    save(reopened, Section.CANDIDATE, name="Else Other", email="else@example.org", job_title="Worker")
    second = candidate_of(reopened)
    candidates.ask(second, by=lead(reopened.organisation), at=EDITING)
    second.refresh_from_db()
    candidates.confirm(second, shown_digest=candidates.digest_now(second), at=EDITING)
    applications.submit(fresh(reopened), by=lead(reopened.organisation), at=EDITING)
    assert told("candidate_lapsed") == {first.email}


def test_a_cancelled_call_leaves_no_copy_behind(reopened):
    calls.cancel(reopened.call, reason="No money.", by=officer(), at=EDITING)
    assert fresh(reopened).status == Status.CALL_CANCELLED
    assert not StandingSubmission.objects.exists()


def test_a_call_is_not_decided_over_a_submission_that_still_stands(reopened):
    from core.lifecycle import Refused

    with pytest.raises(Refused, match="waits for an answer"):
        calls.decide(reopened.call, by=officer(), at=ASSESSING)
    assert fresh(reopened).status in {Status.SUBMITTED, Status.DRAFT}


def test_the_page_of_the_person_offers_to_withdraw_from_both(reopened):
    save(reopened, Section.SECONDMENT, current_salary=Decimal(40000))
    token = candidates.ask(candidate_of(reopened), by=lead(reopened.organisation), at=EDITING)
    with time_machine.travel(EDITING, tick=False):
        client = Client()
        assert "from this change and from what was submitted before" in text_of(client.get(f"/candidate/{token}/"))
        client.post(f"/candidate/{token}/", {"answer": "decline"})
        assert "What was submitted before stands" in text_of(client.get(f"/candidate/{token}/"))
        client.post(f"/candidate/{token}/", {"withdraw": "on"})
    assert not StandingSubmission.objects.exists()


def test_only_a_lead_is_offered_to_reopen():
    application = application_at(Status.SUBMITTED)
    seen = []
    for person in (lead(application.organisation), editor_of(application.organisation)):
        client = Client()
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        with time_machine.travel(EDITING, tick=False):
            seen.append(text_of(client.get(f"{application.get_absolute_url()}reopen/")))
    assert [SAID.only_a_lead_of_can_reopen.format(application.organisation) in page for page in seen] == [False, True]

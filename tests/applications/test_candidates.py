"""The proposed secondee: asked with everything that is said, and never confirmed for more than was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from applications.actions import applications, candidates, documents, drafts
from applications.lifecycle import CandidateStatus, Status
from applications.models import Candidate
from core.accounts.links import digest
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    confirm,
    confirmed_by_candidate,
    fill,
    fresh,
    lead,
    pdf,
    published_call,
    ready_application,
)
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled():
    application = an_application()
    fill(application)
    return application


def asked(application) -> str:
    return candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)


def rename(application, name: str, *, at=WRITING) -> None:
    candidate = candidate_of(application)
    drafts.save_section(
        application,
        "candidate",
        facts={"name": name, "email": candidate.email, "job_title": candidate.job_title},
        answers={},
        by=lead(application.organisation),
        at=at,
    )


def status_of(application) -> str:
    return application.candidates.latest("pk").status


def test_nobody_is_asked_before_everything_said_about_them_is_there():
    application = an_application()
    by = lead(application.organisation)
    candidate = candidates.name(application, name="Sana", email="sana@example.org", job_title="", by=by, at=WRITING)
    with pytest.raises(Refused) as refusal:
        candidates.ask(candidate, by=by, at=WRITING)
    assert str(refusal.value) == (
        SAID.confirms_everything_that_is_said.format(
            "Sana",
            "Present job title; What this person would add; Conflicts of interest to declare; "
            "Your approach to collaboration; Handling conflicts of interest; Supporting statement; "
            "Current full-time salary (£ a year); Present hours a week; Days a week with the host; Earliest start; "
            "Release and backfill",
        )
    )


def test_the_letter_is_secret_and_only_a_digest_of_the_link_is_kept(filled):
    token = asked(filled)
    letter = Letter.objects.get(template="applications.candidate_asked")
    assert (letter.is_secret, token in letter.text, "5pm on Wednesday 13 March 2019" in letter.text) == (
        True,
        True,
        True,
    )
    assert candidate_of(filled).token_digest == digest(token)
    assert [line for line in Entry.objects.all() if token in str(line.detail)] == []


def test_a_link_leads_to_its_own_person_and_a_wrong_one_to_nobody(filled):
    token = asked(filled)
    assert candidates.find(token) == candidate_of(filled)
    assert candidates.find(token[:-1]) is None


def test_a_newer_link_takes_the_place_of_the_one_before(filled):
    first, second = asked(filled), asked(filled)
    assert (candidates.find(first), candidates.find(second)) == (None, candidate_of(filled))


def test_a_confirmation_binds_what_was_shown(filled):
    token = asked(filled)
    candidate = candidates.find(token)
    shown = candidates.digest_now(candidate)
    rename(filled, "Sana S. Secondee")
    with pytest.raises(Refused, match=r"^The application changed while you were reading."):
        candidates.confirm(candidates.find(token), shown_digest=shown, at=WRITING)
    assert status_of(filled) == CandidateStatus.ASKED


def test_confirming_twice_has_one_effect(filled):
    token = asked(filled)
    confirm(token)
    confirm(token)
    assert Entry.objects.filter(event="proposed secondee confirmed").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda application, by: rename(application, "Another Name"),
        lambda application, by: documents.attach(application, "cv", pdf(words="Other"), by=by, at=WRITING),
        lambda application, by: fill(application, by=by, current_salary=33000),
    ],
    ids=["what is said", "the CV", "the salary"],
)
def test_changing_what_was_confirmed_asks_again(filled, change):
    old = confirmed_by_candidate(filled)
    change(filled, lead(filled.organisation))
    assert status_of(filled) == CandidateStatus.ASKED
    assert Letter.objects.filter(template="applications.candidate_changed").count() == 1
    assert candidates.find(old) is None


def test_changing_anything_else_does_not_ask_again(filled):
    confirmed_by_candidate(filled)
    by, facts = lead(filled.organisation), {"contact_phone": "020 7946 0001", "whose_idea": "both"}
    drafts.save_section(filled, "organisation", facts=facts, answers={}, by=by, at=WRITING)
    rename(filled, candidate_of(filled).name)
    assert status_of(filled) == CandidateStatus.CONFIRMED


def test_a_corrected_address_gets_the_link_and_the_wrong_one_no_longer_works(filled):
    old = asked(filled)
    by = lead(filled.organisation)
    person = candidate_of(filled)
    candidates.name(filled, name=person.name, email="right@example.org", job_title="x", by=by, at=WRITING)
    assert candidates.find(old) is None
    newest = Letter.objects.filter(template="applications.candidate_asked").latest("pk")
    assert newest.to_email == "right@example.org"


def test_nobody_names_or_asks_themselves(filled):
    by = lead(filled.organisation)
    with pytest.raises(Refused, match=r"^This is your own email address.") as refusal:
        candidates.name(filled, name="Me", email=by.email.upper(), job_title="Lead", by=by, at=WRITING)
    assert refusal.value.field == "email"
    Candidate.objects.update(email=by.email)
    with pytest.raises(Refused, match=r"^You are the proposed secondee yourself."):
        asked(filled)


def test_nobody_is_swapped_after_the_close(filled):
    by = lead(filled.organisation)
    with pytest.raises(Refused, match=r"^The deadline has passed, so you cannot change the proposed secondee.$"):
        candidates.name(filled, name="Other", email="other@example.org", job_title="x", by=by, at=CLOSES)
    with pytest.raises(Refused):
        candidates.ask(candidate_of(filled), by=by, at=CLOSES)


def test_after_a_decline_another_may_be_named(filled):
    token = asked(filled)
    candidates.decline(candidates.find(token), at=WRITING)
    candidates.decline(candidates.find(token), at=WRITING)
    assert (status_of(filled), filled.documents.filter(kind="cv", replaced_at=None).count()) == ("declined", 0)
    assert Letter.objects.filter(template="applications.candidate_declined").count() == 1
    by = lead(filled.organisation)
    other = candidates.name(filled, name="Omar", email="omar@example.org", job_title="x", by=by, at=WRITING)
    assert candidate_of(filled) == other


def test_a_withdrawal_takes_the_submitted_application_and_the_cv_from_the_assessors():
    application = application_at(Status.SHORTLISTED)
    candidates.withdraw(candidate_of(application), at=CLOSES + timedelta(days=5))
    assert fresh(application).status == Status.WITHDRAWN
    assert application.documents.filter(kind="cv", replaced_at=None).count() == 0
    letter = Letter.objects.get(template="applications.candidate_withdrew")
    assert SAID.your_application_is_therefore_withdrawn in letter.body


def test_a_withdrawal_before_submission_leaves_the_draft():
    application = ready_application()
    candidate = candidate_of(application)
    candidates.withdraw(candidate, at=WRITING)
    candidates.withdraw(candidate, at=WRITING)
    assert (fresh(application).status, status_of(application)) == (Status.DRAFT, CandidateStatus.WITHDRAWN)
    assert SAID.you_can_propose_someone_else in Letter.objects.get(template="applications.candidate_withdrew").body


def test_confirming_after_the_close_is_refused(filled):
    token = asked(filled)
    candidate = candidates.find(token)
    with pytest.raises(Refused, match=r"^The application is no longer a draft"):
        candidates.confirm(candidate, shown_digest=candidates.digest_now(candidate), at=CLOSES)


def test_the_link_ends_with_the_decision(filled):
    token = confirmed_by_candidate(filled)
    applications.submit(filled, by=lead(filled.organisation), at=SUBMITTING)
    assert candidates.find(token) is not None
    type(filled).objects.filter(pk=filled.pk).update(status=Status.UNSUCCESSFUL, released_at=CLOSES)
    assert candidates.find(token) is None


# --- Through the page, without an account ---


@pytest.fixture
def visitor():
    with time_machine.travel(WRITING, tick=False):
        yield Client()


def test_the_page_shows_what_is_said_and_takes_the_answer(visitor, filled):
    address = f"/candidate/{asked(filled)}/"
    page = visitor.get(address)
    text = page.content.decode()
    assert [part for part in ("Sana Secondee", "Youth Worker", "£32,000", "cv.pdf") if part not in text] == []
    assert "/privacy/#secondee" in text
    assert visitor.get(f"{address}cv/").headers["Content-Disposition"].startswith("attachment")
    assert b"Choose whether you confirm or decline" in visitor.post(address, {}).content
    shown = page.context["form"].initial["shown"]
    assert visitor.post(address, {"answer": "confirm", "shown": shown}).status_code == 302
    again = visitor.get(address).content.decode()
    assert ("You have confirmed" in again, SAID.i_no_longer_want_to in again) == (True, True)
    visitor.post(address, {"withdraw": "on"})
    assert (status_of(filled), "You have withdrawn" in visitor.get(address).content.decode()) == ("withdrawn", True)
    assert visitor.get(f"{address}cv/").status_code == 404


def test_what_was_changed_meanwhile_is_shown_again_and_not_confirmed(visitor, filled):
    address = f"/candidate/{asked(filled)}/"
    shown = visitor.get(address).context["form"].initial["shown"]
    rename(filled, "Quite Another")
    response = visitor.post(address, {"answer": "confirm", "shown": shown})
    text = response.content.decode()
    assert (SAID.was_changed_while_you_were in text, "Quite Another" in text) == (True, True)
    assert (
        visitor.post(address, {"answer": "confirm", "shown": response.context["form"]["shown"].value()}).status_code
        == 302
    )
    assert status_of(filled) == CandidateStatus.CONFIRMED


def test_declining_is_an_answer_too(visitor, filled):
    address = f"/candidate/{asked(filled)}/"
    visitor.post(address, {"answer": "decline"})
    text = visitor.get(address).content.decode()
    assert ("You have declined" in text, "£32,000" in text) == (True, False)


def test_a_link_that_is_none_says_what_may_be_wrong(visitor):
    response = visitor.get("/candidate/nonsense/")
    assert (response.status_code, b"This link no longer works" in response.content) == (404, True)
    assert visitor.get("/candidate/nonsense/cv/").status_code == 404


def test_the_link_is_sent_from_its_page(visitor, filled):
    visitor.force_login(lead(filled.organisation))
    address = f"/applications/{filled.draft_reference}/ask/"
    assert b"They will see:" in visitor.get(address).content
    assert visitor.post(address).status_code == 302
    assert status_of(filled) == CandidateStatus.ASKED


def test_the_page_says_what_must_be_there_before_asking(visitor):
    application = an_application(published_call(), organisation=OrganisationFactory())
    by = lead(application.organisation)
    candidates.name(application, name="Sana", email="sana@example.org", job_title="", by=by, at=WRITING)
    visitor.force_login(by)
    assert b"Complete these answers" in visitor.get(f"/applications/{application.draft_reference}/ask/").content
    assert visitor.post(f"/applications/{application.draft_reference}/ask/").status_code == 200
    assert status_of(application) == CandidateStatus.NAMED


def test_the_editor_is_warned_before_a_confirmation_is_lost(visitor):
    application = ready_application()
    visitor.force_login(lead(application.organisation))
    for section in ("candidate", "secondment", "documents"):
        text = visitor.get(f"/applications/{application.draft_reference}/{section}/").content.decode()
        assert (section, SAID.their_confirmation_no_longer_counts in text) == (section, True)

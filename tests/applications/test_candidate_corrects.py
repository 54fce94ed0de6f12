"""The proposed secondee puts things right, says what is wrong, sends the CV, and takes it back for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.html import escape

from applications.actions import applications, candidate_corrections, candidates, documents, drafts, file_deletion
from applications.autosave import SaveToken, fingerprint
from applications.lifecycle import CandidateStatus, Status
from applications.models import Application, Document
from core.audit.models import Entry
from core.letters.models import Letter
from core.lifecycle import Refused
from core.retention import rules
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    confirmed_by_candidate,
    fill,
    fresh,
    lead,
    officer,
    pdf,
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


@pytest.fixture
def visitor():
    with time_machine.travel(WRITING, tick=False) as clock:
        client = Client()
        client.clock = clock
        yield client


def ask(application: Application) -> str:
    return candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)


def letters(template: str) -> list[str]:
    return [letter.text for letter in Letter.objects.filter(template=f"applications.{template}")]


def cv_of(application: Application) -> Document | None:
    return application.documents.filter(kind="cv", replaced_at=None).first()


# --- Told plainly, and in private ---


def test_the_page_says_what_is_held_why_who_sees_it_and_how_long(visitor, filled):
    text = visitor.get(f"/candidate/{ask(filled)}/").text
    wanted = ["What:", "Why:", "Who sees it:", "How long:", "never your salary", "12 months after the decision"]
    assert [part for part in wanted if part not in text] == []


def test_the_page_tells_each_period_of_retention_as_the_nightly_run_has_it(visitor, filled):
    text = visitor.get(f"/candidate/{ask(filled)}/").text
    lines = [line for line in rules.table() if line.case]
    assert len(lines) == 5
    assert [line for line in lines if f"{line.case}, no longer than {line.until}" not in text] == []


def test_every_page_of_the_link_is_private(visitor, filled):
    token = ask(filled)
    pages = [visitor.get(f"/candidate/{token}/{tail}") for tail in ("", "details/", "upload/", "cv/")]
    assert [page.status_code for page in pages] == [200] * 4
    assert [page for page in pages if "no-store" not in page.headers["Cache-Control"]] == []
    assert {page.headers["Referrer-Policy"] for page in pages} == {"strict-origin"}
    assert [page for page in pages if "noindex" not in page.headers["X-Robots-Tag"]] == []


def test_a_wrong_link_leads_nowhere(visitor):
    for tail in ("", "details/", "upload/", "cv/"):
        assert visitor.get(f"/candidate/nonsense/{tail}").status_code == 404


# --- Corrects ---


def test_they_put_their_name_and_job_title_right_and_the_organisation_is_told(visitor, filled):
    address = f"/candidate/{ask(filled)}/"
    assert "Youth Worker" in visitor.get(f"{address}details/").text
    page = visitor.post(f"{address}details/", {"name": "Sana  Świątek", "job_title": "Youth Work Lead"}, follow=True)
    assert SAID.changed_your_employer_has_been.format("Full name, Present job title") in page.text
    assert (candidate_of(filled).name, candidate_of(filled).job_title) == ("Sana Świątek", "Youth Work Lead")
    (body,) = letters("candidate_corrected")
    assert "Present job title: “Youth Worker” is now “Youth Work Lead”" in body
    line = Entry.objects.get(event="proposed secondee corrected")
    assert (line.by, line.detail) == (None, {"through": "their own link", "what": "Full name, Present job title"})


def test_saving_without_a_change_tells_nobody(visitor, filled):
    address = f"/candidate/{ask(filled)}/details/"
    visitor.post(address, {"name": "Sana Secondee", "job_title": "Youth Worker"})
    assert letters("candidate_corrected") == []


@pytest.mark.parametrize(("field", "sentence"), [("name", SAID.enter_your_full_name), ("job_title", "job title")])
def test_an_empty_box_is_refused_and_the_other_kept(visitor, filled, field, sentence):
    address = f"/candidate/{ask(filled)}/details/"
    page = visitor.post(address, {"name": "Sana S.", "job_title": "Lead"} | {field: ""})
    kept = {"name": "Lead", "job_title": "Sana S."}[field]
    assert (sentence in page.text, kept in page.text, candidate_of(filled).name) == (True, True, "Sana Secondee")


def test_a_colleague_who_writes_meanwhile_does_not_overwrite_the_correction(filled):
    ask(filled)
    seen = {"name": fingerprint("Sana Secondee")}
    candidate_corrections.correct(candidate_of(filled), name="Sana Right", job_title="Youth Worker", at=WRITING)
    saved = drafts.save_section(
        filled,
        "candidate",
        facts={"name": "Sana Wrong"},
        answers={},
        token=SaveToken(seen),
        by=lead(filled.organisation),
        at=WRITING,
    )
    assert [(one.name, one.saver) for one in saved.conflicts] == [("name", "The proposed secondee")]
    assert candidate_of(filled).name == "Sana Right"


def test_after_their_answer_nothing_is_corrected(visitor):
    application = ready_application()
    token = confirmed_by_candidate(application)
    with pytest.raises(Refused, match=r"^You have already answered"):
        candidate_corrections.correct(candidate_of(application), name="Other", job_title="x", at=WRITING)
    assert visitor.post(f"/candidate/{token}/details/", {"name": "Other", "job_title": "x"}).status_code == 302
    assert candidate_of(application).name == "Sana Secondee"


@pytest.mark.parametrize("tail", ["details/", "upload/"])
def test_after_the_close_there_is_nothing_to_correct_or_send(visitor, filled, tail):
    token = ask(filled)
    visitor.clock.move_to(CLOSES)
    before = cv_of(filled)
    response = visitor.post(f"/candidate/{token}/{tail}", {"name": "Other", "job_title": "x", "cv": pdf("new.pdf")})
    assert (response.status_code, candidate_of(filled).name, cv_of(filled)) == (302, "Sana Secondee", before)
    for late in (
        lambda: candidate_corrections.correct(candidate_of(filled), name="Other", job_title="x", at=CLOSES),
        lambda: candidate_corrections.remark(candidate_of(filled), text="Wrong", at=CLOSES),
        lambda: documents.attach_cv_by_candidate(filled, pdf(words="New"), at=CLOSES),
    ):
        with pytest.raises(Refused, match=r"^The deadline was 5pm on Wednesday 13 March 2019"):
            late()


def test_a_deadline_of_the_applications_own_counts_and_not_the_calls(visitor, filled):
    token = ask(filled)
    Application.objects.filter(pk=filled.pk).update(own_closes_at=CLOSES + timedelta(days=3))
    visitor.clock.move_to(CLOSES + timedelta(days=1))
    page = visitor.get(f"/candidate/{token}/").text
    assert "5pm on Saturday 16 March 2019" in page
    shown = visitor.get(f"/candidate/{token}/").context["form"].initial["shown"]
    visitor.post(f"/candidate/{token}/", {"answer": "confirm", "shown": shown})
    assert candidate_of(filled).status == CandidateStatus.CONFIRMED


# --- Says what is wrong ---


def test_saying_that_something_is_wrong_is_neither_yes_nor_no_and_shows_until_they_are_asked_again(visitor, filled):
    address = f"/candidate/{ask(filled)}/"
    page = visitor.post(address, {"answer": "remark", "remark": "My salary is <higher>."}, follow=True)
    assert SAID.your_employer_has_been_told in page.text
    assert (candidate_of(filled).status, candidate_of(filled).remark) == ("asked", "My salary is <higher>.")
    (body,) = letters("candidate_remarked")
    assert "My salary is <higher>." in body
    visitor.force_login(lead(filled.organisation))
    draft = f"/applications/{filled.draft_reference}/"
    said = escape("My salary is <higher>.")
    places = [draft, f"{draft}candidate/", "/home/"]
    assert [said in visitor.get(place).text for place in places[:2]] == [True, True]
    assert SAID.says_that_something_is_wrong in visitor.get("/home/").text
    ask(filled)
    assert [said in visitor.get(place).text for place in places[:2]] == [False, False]


def test_confirming_afterwards_takes_the_remark_back(visitor, filled):
    address = f"/candidate/{ask(filled)}/"
    visitor.post(address, {"answer": "remark", "remark": "My job title is wrong."})
    shown = visitor.get(address).context["form"].initial["shown"]
    visitor.post(address, {"answer": "confirm", "shown": shown})
    assert (candidate_of(filled).status, candidate_of(filled).remark) == ("confirmed", "")


def test_the_same_words_twice_are_one_letter(filled):
    ask(filled)
    for _ in range(2):
        candidate_corrections.remark(candidate_of(filled), text="Wrong.", at=WRITING)
    assert len(letters("candidate_remarked")) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"answer": "remark"}, SAID.say_what_is_wrong_so),
        ({"answer": "confirm", "remark": "My hours are wrong."}, SAID.you_wrote_that_something_is),
        ({"remark": "My hours are wrong."}, SAID.choose_whether_you_confirm_or),
    ],
)
def test_half_an_answer_is_asked_again_with_the_words_kept(visitor, filled, given, sentence):
    page = visitor.post(f"/candidate/{ask(filled)}/", given)
    assert (sentence in page.text, given.get("remark", "") in page.text) == (True, True)
    assert (candidate_of(filled).status, candidate_of(filled).remark) == ("asked", "")


# --- Sends the CV ---


def without_cv() -> Application:
    application = an_application()
    fill(application)
    application.documents.filter(kind="cv").delete()
    return application


def test_they_can_be_asked_without_a_cv_send_it_and_then_confirm(visitor):
    application = without_cv()
    address = f"/candidate/{ask(application)}/"
    assert SAID.you_can_also_upload_your in letters("candidate_asked")[0]
    shown = visitor.get(address).context["form"].initial["shown"]
    refused = visitor.post(address, {"answer": "confirm", "shown": shown})
    assert SAID.your_cv_is_not_here in refused.text
    assert SAID.your_cv_is_here in visitor.post(f"{address}upload/", {"cv": pdf("mine.pdf")}, follow=True).text
    document = cv_of(application)
    assert (document.received_from, document.original_name) == (None, "mine.pdf")
    assert len(letters("candidate_sent_cv")) == 1
    shown = visitor.get(address).context["form"].initial["shown"]
    visitor.post(address, {"answer": "confirm", "shown": shown})
    assert candidate_of(application).status == CandidateStatus.CONFIRMED
    assert applications.submit(fresh(application), by=lead(application.organisation), at=SUBMITTING).reference


def test_their_cv_takes_the_place_of_the_organisations(visitor, filled):
    visitor.post(f"/candidate/{ask(filled)}/upload/", {"cv": pdf("mine.pdf", "Mine")})
    assert (cv_of(filled).original_name, cv_of(filled).received_from) == ("mine.pdf", None)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (
            SimpleUploadedFile("cv.pdf", b"MZ not a paper"),
            "CV: This file is a program, not a PDF or a Word document.",
        ),
        (SimpleUploadedFile("cv.pdf", b""), "CV: This file is empty."),
        (None, SAID.choose_your_cv_first_a),
    ],
)
def test_what_is_no_cv_is_refused_in_the_usual_words(visitor, filled, file, sentence):
    before = cv_of(filled)
    page = visitor.post(f"/candidate/{ask(filled)}/upload/", {"cv": file} if file else {})
    assert (sentence in page.text, cv_of(filled)) == (True, before)


def test_nobody_without_the_question_sends_a_cv(filled):
    with pytest.raises(Refused, match=r"^You have already answered"):
        documents.attach_cv_by_candidate(filled, pdf(words="Mine"), at=WRITING)


# --- Takes it back ---


@pytest.mark.parametrize("way", ["withdraw", "decline"])
def test_the_stored_file_itself_is_deleted_and_every_earlier_version(filled, way, django_capture_on_commit_callbacks):
    files = [document.file for document in filled.documents.filter(kind="cv")]
    with django_capture_on_commit_callbacks(execute=True):
        newer = documents.attach(filled, "cv", pdf(words="Newer"), by=lead(filled.organisation), at=WRITING)
    files.append(newer.file)
    statement = filled.documents.get(kind="statement").file
    confirmed_by_candidate(filled) if way == "withdraw" else ask(filled)
    with django_capture_on_commit_callbacks(execute=True):
        getattr(candidates, way)(candidate_of(filled), at=WRITING)
        assert [file.storage.exists(file.name) for file in files] == [False, True]  # nothing goes before the commit
    assert [file.storage.exists(file.name) for file in files] == [False, False]
    assert statement.storage.exists(statement.name)
    assert list(filled.documents.filter(kind="cv").values_list("file", flat=True)) == ["", ""]


def test_a_storage_that_is_away_deletes_later(django_capture_on_commit_callbacks):
    application = ready_application()
    document = cv_of(application)
    away = settings.STORAGES | {"default": {"BACKEND": "tests.applications.storages.Away"}}
    with override_settings(STORAGES=away), django_capture_on_commit_callbacks(execute=True):
        candidates.withdraw(candidate_of(application), at=WRITING)
    assert Document.objects.get(pk=document.pk).file
    assert (file_deletion.erase_due(), file_deletion.erase_due()) == (1, 0)
    assert not document.file.storage.exists(document.file.name)


def test_nobody_opens_what_was_taken_back(visitor):
    application = application_at(Status.SHORTLISTED)
    cv = cv_of(application)
    candidates.withdraw(candidate_of(application), at=CLOSES + timedelta(days=3))
    visitor.clock.move_to(CLOSES + timedelta(days=3))
    visitor.force_login(lead(application.organisation))
    assert visitor.get(f"/applications/{application.reference}/documents/{cv.pk}/").status_code == 404


# --- Nobody swaps the person after the close ---


@pytest.mark.parametrize("how", ["late", "on behalf"])
def test_nobody_is_swapped_after_an_own_deadline(how):
    application = ready_application()
    by = officer() if how == "on behalf" else lead(application.organisation)
    own = CLOSES + timedelta(days=3)
    office = {"entered_by": by, "came_by": "post", "came_at": CLOSES} if how == "on behalf" else {}
    Application.objects.filter(pk=application.pk).update(own_closes_at=own, **office)
    with pytest.raises(Refused, match=r"^The deadline has passed"):
        candidates.name(fresh(application), name="Other", email="other@example.org", job_title="x", by=by, at=own)


def test_the_pages_offer_no_swap_after_the_close(visitor):
    application = application_at(Status.SUBMITTED)
    visitor.clock.move_to(CLOSES)
    visitor.force_login(lead(application.organisation))
    base = f"/applications/{application.reference}/"
    assert visitor.get(f"{base}candidate/").status_code == 302
    person = candidate_of(application)
    given = {"name": "Other", "email": "other@example.org", "job_title": "x"}
    refused = visitor.post(f"{base}candidate/", given)
    assert (refused.status_code, "The deadline was 5pm on Wednesday 13 March 2019" in refused.text) == (409, True)
    assert visitor.post(f"{base}ask/").status_code == 302
    assert (candidate_of(application).pk, candidate_of(application).name) == (person.pk, "Sana Secondee")

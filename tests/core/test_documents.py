"""Documents: requested with frozen content, made once in the background, served by their hash, deleted with their thing."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from core import events, pdf
from core.documents import actions, maker, making, retention, store
from core.documents.models import GeneratedDocument, Status
from core.letters import delivery
from core.letters.models import Letter
from core.lifecycle import Refused
from core.retention import run
from tests.accounts.factories import OrganisationFactory, UserFactory, hold
from tests.applications.factories import published_call
from tests.documents import content_of, make_waiting
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
PAGE = '<!doctype html><html lang="en-GB"><head><title>{0}</title></head><body><h1>{0}</h1></body></html>'


def requested(words="Receipt", *, thing=None, at=NOW, kind="receipt", **facts):
    thing = thing or OrganisationFactory()
    return store.request(thing, kind, PAGE.format(words), name=f"{words}.pdf", at=at, **facts)


def letter_with(document):
    Letter.objects.create(
        key="one",
        message_id="<one@example.org>",
        template="testing",
        to_email="ada@example.org",
        subject="Your receipt",
        body="It is attached.",
        attachments=[["core.documents.store.attachment", document.pk]],
        posted_at=NOW,
        next_try_at=NOW,
    )


@pytest.fixture
def broken(monkeypatch):
    """Have WeasyPrint fail for as long as the test runs."""

    def fail(_html, *_):
        raise OSError("cannot load library 'libpango'")

    monkeypatch.setattr(pdf, "write", fail)


# --- Requested and made ---


def test_a_document_is_made_with_the_hash_of_its_bytes_and_keeps_no_html():
    document = requested()
    assert making.make_due(NOW) == 1
    document.refresh_from_db()
    name, kind, content = store.attachment(document.pk)
    assert (name, kind, content[:5]) == ("Receipt.pdf", "application/pdf", b"%PDF-")
    assert (document.status, document.sha256, document.html) == (Status.MADE, sha256(content).hexdigest(), "")


def test_the_same_content_of_a_thing_is_one_document_made_once():
    thing = OrganisationFactory()
    first = requested(thing=thing)
    making.make_due(NOW)
    again = requested(thing=thing, at=NOW + timedelta(days=9))
    assert (again, again.is_made) == (first, True)
    assert making.make_due(NOW + timedelta(days=9)) == 0


def test_the_same_content_of_another_thing_is_copied_and_not_rendered(monkeypatch):
    first = requested()
    making.make_due(NOW)
    second = requested()
    monkeypatch.setattr(pdf, "write", lambda html: pytest.fail("It was rendered again."))
    assert making.make_due(NOW) == 1
    assert store.attachment(first.pk) == store.attachment(second.pk)
    files = GeneratedDocument.objects.values_list("file", flat=True)
    assert len(set(files)) == 2


def test_another_style_sheet_or_version_is_another_document(monkeypatch):
    before = pdf.content_key("words")
    monkeypatch.setattr(pdf, "version", lambda _: "999")
    pdf._edition.cache_clear()
    assert pdf.content_key("words") != before
    pdf._edition.cache_clear()


def test_a_new_copy_replaces_those_before_it_and_never_a_frozen_one():
    thing = OrganisationFactory()
    frozen = requested("What was submitted", thing=thing, is_frozen=True)
    old = requested("Draft 1", thing=thing)
    other = requested("Other kind", thing=thing, kind="other")
    making.make_due(NOW)
    file = GeneratedDocument.objects.get(pk=old.pk).file.name
    requested("Draft 2", thing=thing, at=NOW + timedelta(hours=2))
    store.sweep()
    assert set(GeneratedDocument.objects.filter(status=Status.MADE)) == {frozen, other}
    assert not default_storage.exists(file)


def test_a_copy_that_becomes_a_receipt_is_frozen():
    thing = OrganisationFactory()
    copy = requested(thing=thing)
    assert requested(thing=thing, is_frozen=True) == copy
    assert GeneratedDocument.objects.get().is_frozen


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_document_is_rendered(monkeypatch, settings):
    settings.DOCUMENT_MAKER = "nobody"
    open_while = []
    write = pdf.write
    monkeypatch.setattr(pdf, "write", lambda html: open_while.append(connection.in_atomic_block) or write(html))
    requested()
    making.make_due(NOW)
    assert open_while == [False]


@pytest.mark.django_db(transaction=True)
def test_it_is_made_after_the_commit_and_not_before():
    with transaction.atomic():
        document = requested()
        assert GeneratedDocument.objects.get() == document
        assert not GeneratedDocument.objects.get().is_made
    assert GeneratedDocument.objects.get().is_made


# --- Failures ---


def test_a_document_that_fails_is_tried_again_and_then_given_up_visibly(broken):
    document = requested()
    moments = [NOW, NOW + timedelta(minutes=2), NOW + timedelta(minutes=10), NOW + timedelta(minutes=40)]
    for moment in moments:
        assert making.make_due(moment) == 0
    document.refresh_from_db()
    assert (document.status, document.attempts) == (Status.FAILED, 4)
    assert document.problem == "OSError: cannot load library 'libpango'"
    output = StringIO()
    call_command("send_due", stdout=output)
    assert "Given up: 1." in output.getvalue()


def test_it_is_not_tried_again_before_its_time(broken):
    document = requested()
    for seconds in (0, 30, 59):
        making.make_due(NOW + timedelta(seconds=seconds))
    document.refresh_from_db()
    assert document.attempts == 1


def test_what_was_claimed_by_a_process_that_died_is_made_ten_minutes_later():
    document = requested()
    assert making.claim(document, NOW)
    assert making.make_due(NOW + timedelta(minutes=9)) == 0
    assert making.make_due(NOW + timedelta(minutes=10)) == 1


def test_of_two_who_claim_at_once_one_succeeds():
    document = requested()
    same = GeneratedDocument.objects.get(pk=document.pk)
    assert (making.claim(document, NOW), making.claim(same, NOW)) == (True, False)


def test_one_bad_document_does_not_hold_up_the_others(monkeypatch):
    bad, good = requested("Bad"), requested("Good")
    write = pdf.write
    monkeypatch.setattr(pdf, "write", lambda html: 1 / 0 if "Bad" in html else write(html))
    assert making.make_due(NOW) == 1
    assert GeneratedDocument.objects.get(status=Status.MADE) == good
    assert GeneratedDocument.objects.get(pk=bad.pk).problem == "ZeroDivisionError: division by zero"


def test_a_handler_that_raises_leaves_the_document_to_be_made_again(monkeypatch):
    document = requested()

    def refuse(*_, **__):
        raise Refused("Not now.")

    monkeypatch.setattr(making, "publish", refuse)
    assert making.make_due(NOW) == 0
    document.refresh_from_db()
    assert (document.status, document.html != "") == (Status.WAITING, True)


def test_an_administrator_has_a_document_made_again(broken):
    document = requested()
    GeneratedDocument.objects.update(status=Status.FAILED, attempts=4)
    document.refresh_from_db()
    person = UserFactory()
    with pytest.raises(Refused) as refusal:
        actions.make_again(document, by=person, at=NOW)
    assert refusal.value.code == "documents.make_again_generateddocument"
    hold(person, "Administrator")
    actions.make_again(document, by=person, at=NOW)
    document.refresh_from_db()
    assert (document.status, document.attempts) == (Status.WAITING, 0)


# --- Letters wait for their documents ---


def test_a_letter_is_sent_only_when_its_document_is_ready(mailoutbox):
    document = requested()
    letter_with(document)
    assert delivery.drain(NOW) == 0
    letter = Letter.objects.get()
    assert (letter.status, letter.attempts) == ("queued", 0)
    making.make_due(NOW)
    assert delivery.drain(NOW + timedelta(seconds=5)) == 1
    assert mailoutbox[0].attachments[0][0] == "Receipt.pdf"


# --- Deleted with their thing ---


def test_documents_are_deleted_with_their_thing_file_and_row():
    thing = OrganisationFactory()
    requested(thing=thing)
    waiting = requested("Waiting", thing=thing, is_frozen=True)
    other = requested()
    making.make_due(NOW)
    GeneratedDocument.objects.filter(pk=waiting.pk).update(status=Status.MAKING)
    store.discard(store.documents_of(type(thing), [thing.pk]))
    assert not making._finish(waiting, status=Status.MADE)
    with pytest.raises(GeneratedDocument.DoesNotExist):
        store.attachment(waiting.pk)
    assert store.sweep() == 2
    assert list(GeneratedDocument.objects.all()) == [other]
    assert len(default_storage.listdir("documents")[0]) >= 1


def test_what_was_discarded_may_be_requested_again():
    thing = OrganisationFactory()
    requested(thing=thing)
    store.discard(store.documents_of(type(thing), [thing.pk]))
    again = requested(thing=thing)
    assert (again.status, GeneratedDocument.objects.count()) == (Status.WAITING, 2)


def test_retention_deletes_the_documents_of_what_is_gone_and_of_nothing_else():
    kept, gone = OrganisationFactory(), OrganisationFactory()
    requested(thing=gone)
    document = requested(thing=kept)
    making.make_due(NOW)
    gone.delete()
    assert run.due(NOW)[retention.TABLE[0].what] == 1
    run.run(NOW)
    assert list(GeneratedDocument.objects.all()) == [document]


# --- Served ---


def blank(call):
    return f"{call.get_absolute_url()}blank.pdf"


def test_a_document_that_is_not_made_is_answered_with_a_page_that_waits(client):
    call = published_call()
    response = client.get(blank(call))
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (202, "2", "no-store")
    assert SAID.we_are_preparing_your_document in response.text
    assert SAID.hx_trigger_load_delay_2s in response.text


def test_the_waiting_page_goes_on_by_itself(client):
    call = published_call()
    polls = {"HX-Request": "true", "HX-Target": "document-progress"}
    assert SAID.will_be_ready_in_a in client.get(blank(call), headers=polls).text
    make_waiting()
    assert SAID.your_document_is_ready in client.get(blank(call), headers=polls).text
    opens = client.get(blank(call), headers={"HX-Request": "true", "HX-Target": "document-opens"})
    assert opens["HX-Redirect"] == blank(call)


def test_the_waiting_page_says_when_a_document_was_given_up(client):
    call = published_call()
    GeneratedDocument.objects.update(status=Status.FAILED)
    response = client.get(blank(call))
    assert (response.status_code, "Retry-After" in response) == (503, False)
    assert SAID.we_could_not_make_this in response.text


def test_a_public_document_is_cached_by_everybody_and_served_by_its_hash(client):
    call = published_call()
    make_waiting()
    response = client.get(blank(call))
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["ETag"] == f'"{sha256(content_of(response)).hexdigest()}"'
    again = client.get(blank(call), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, response["ETag"], "public, max-age=300")


def test_strangers_asking_for_the_blank_form_render_nothing(client, monkeypatch):
    call = published_call()
    make_waiting()
    monkeypatch.setattr(pdf, "write", lambda html: pytest.fail("It was rendered again."))
    assert {client.get(blank(call)).status_code for _ in range(3)} == {200}
    assert GeneratedDocument.objects.filter(kind="blank form").count() == 1


def test_no_request_for_a_document_loads_weasyprint(client, monkeypatch):
    """The web processes have no WeasyPrint: a request that needed it would fail here."""
    call = published_call()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert client.get(blank(call)).status_code == 202


# --- Who makes them ---


def test_with_a_broker_a_request_starts_no_process(settings, django_capture_on_commit_callbacks):
    settings.DOCUMENT_MAKER = "worker"
    with django_capture_on_commit_callbacks() as callbacks:
        requested()
    assert callbacks == []


def test_without_a_broker_whoever_asks_for_a_document_waits_a_moment_and_has_it(
    client, settings, tmp_path, monkeypatch
):
    settings.VAR, settings.DOCUMENT_MAKER = tmp_path, "child"
    call = published_call()
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # it is rendered in a process of its own
    response = client.get(blank(call))
    assert (response.status_code, content_of(response)[:5]) == (200, b"%PDF-")


def test_what_takes_longer_than_a_moment_is_left_to_the_process_that_makes_documents(
    client, settings, tmp_path, monkeypatch
):
    settings.VAR, settings.DOCUMENT_MAKER = tmp_path, "child"
    monkeypatch.setattr(making, "READER_WAITS", 0.2)
    started = []
    monkeypatch.setattr(maker, "start_child", lambda: started.append(1))
    assert client.get(blank(published_call())).status_code == 202
    document = GeneratedDocument.objects.get()
    assert (document.status, document.attempts, started) == (Status.WAITING, 1, [1])


def test_while_another_process_makes_documents_a_reader_is_asked_to_wait(client, settings, tmp_path, monkeypatch):
    settings.VAR, settings.DOCUMENT_MAKER = tmp_path, "child"
    monkeypatch.setattr(making, "READER_WAITS", 0.1)
    started = []
    monkeypatch.setattr(maker, "start_child", lambda: started.append(1))
    with maker.alone():
        assert client.get(blank(published_call())).status_code == 202
    assert GeneratedDocument.objects.get().status == Status.WAITING


def test_one_process_makes_documents_at_a_time(tmp_path, settings):
    settings.VAR = tmp_path
    with maker.alone() as first, maker.alone() as second:
        assert (first, second) == (True, False)
        requested()
        call_command("make_documents")
        assert not GeneratedDocument.objects.get().is_made


def test_many_requests_at_once_start_one_process(tmp_path, settings, django_capture_on_commit_callbacks):
    settings.VAR, settings.BASE_DIR, settings.DOCUMENT_MAKER = tmp_path, tmp_path, "child"
    (tmp_path / "manage.py").write_text("import time; time.sleep(60)")  # one that is still loading Django
    maker._children.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            requested(f"Paper {number}")
    (child,) = maker._children
    child.kill()
    child.wait(timeout=10)
    with maker.alone() as is_alone:
        assert is_alone, "one that died holds nobody up"


def test_the_process_that_was_handed_the_lock_makes_what_waits_and_gives_it_up(tmp_path, settings):
    settings.VAR = tmp_path
    requested()
    with (tmp_path / maker.LOCK).open("w") as lock:
        assert maker._lock(lock)
        call_command("make_documents", "--lock", str(os.dup(lock.fileno())), stdout=StringIO())
        assert GeneratedDocument.objects.get().is_made
    with maker.alone() as is_alone:
        assert is_alone


def test_the_command_makes_what_waits_and_sends_the_letters_that_waited(tmp_path, settings, mailoutbox):
    settings.VAR = tmp_path
    document = requested()
    letter_with(document)
    call_command("make_documents", stdout=StringIO())
    assert (GeneratedDocument.objects.get().is_made, len(mailoutbox)) == (True, 1)


def test_a_document_that_is_made_is_an_event():
    assert "grants.handlers" in [path for path, _ in events.handlers_of(events.Event.DOCUMENT_MADE)]


def test_an_administrator_sees_what_was_given_up_and_presses_make_again(client, broken):
    document = requested()
    GeneratedDocument.objects.update(status=Status.FAILED, problem="OSError: no Pango")
    person = UserFactory(is_staff=True)
    hold(person, "Administrator")
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    listed = client.get("/admin/documents/generateddocument/")
    assert "Receipt.pdf" in listed.text
    page = client.get(f"/admin/documents/generateddocument/{document.pk}/change/")
    assert "OSError: no Pango" in page.text
    client.post(f"/admin/documents/generateddocument/{document.pk}/steps/make_again/")
    document.refresh_from_db()
    assert document.status == Status.WAITING

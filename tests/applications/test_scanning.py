"""The virus scan: nothing is opened before it is clean, nothing waits for it, and nothing infected stays."""

from __future__ import annotations

import struct
import time
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from applications import documents, work_queue
from applications.actions import (
    applications,
    assessments,
    candidates,
    virus_scans,
)
from applications.actions import (
    documents as document_actions,
)
from applications.lifecycle import Status
from applications.models import Application, Document
from applications.reminders import unscanned
from core.accounts.roles import Role
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.documents import making, store
from core.files import clamd as scanner
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import person_with
from tests.applications.clamav import DAEMON, INFECTION, Clamd, free_port, misbehaving
from tests.applications.factories import (
    ASSESSING,
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
    programme,
    ready_application,
)
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
NOBODY = "tcp://127.0.0.1:9"
SECOND = timedelta(seconds=1)


def infected(name: str = "cv.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf().read() + b"\n%" + INFECTION + b"\n", "application/pdf")


def says(words: bytes):
    """A daemon that reads the whole file and then says these words."""

    def answer(line) -> None:
        command = line.recv(10)
        if command.startswith(b"zPING"):  # whether it is there at all
            line.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        stream = line.makefile("rb")
        while size := struct.unpack("!I", stream.read(4))[0]:
            stream.read(size)
        line.sendall(words)

    return answer


@pytest.fixture
def waiting_cv(settings):
    """A submitted application whose CV waits for the scan."""
    settings.CLAMD_URL = NOBODY
    application = application_at(Status.SUBMITTED)
    return application.documents.get(kind="cv")


def again(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


# --- Before it is clean ---


def test_without_a_scanner_nothing_waits():
    application = ready_application()
    assert set(application.documents.values_list("scan", flat=True)) == {"none"}
    assert virus_scans.run(WRITING) == 0


def test_submitting_does_not_wait_for_the_scan(waiting_cv):
    assert (waiting_cv.scan, waiting_cv.application.status) == ("waiting", Status.SUBMITTED)


def test_nobody_opens_it_before_it_is_clean(waiting_cv):
    application = waiting_cv.application
    assessor = person_with(Role.FUNDER_ASSESSOR, works_for=programme().funder)
    assessments.assign(application, assessor=assessor, party="funder", by=officer(), at=ASSESSING)
    assessments.declare(application.assessments.get(), has_conflict=False, explanation="", by=assessor, at=ASSESSING)
    admin = person_with(Role.OFFICER, works_for=programme().funder, is_superuser=True)
    address = f"/applications/{application.reference}/documents/{waiting_cv.pk}/"
    with time_machine.travel(ASSESSING, tick=False):
        for person in (lead(application.organisation), officer(), assessor, admin):
            client = Client()
            client.force_login(person)
            page = client.get(address)
            assert (page.status_code, SAID.waits_for_the_virus_scan in page.text) == (409, True), person
    assert not Entry.objects.filter(event="CV opened").exists()
    with pytest.raises(Refused, match=SAID.waits_for_the_virus_scan):
        documents.send(waiting_cv, by=None, at=ASSESSING)


def test_the_pages_say_that_it_waits_and_offer_no_link(settings):
    settings.CLAMD_URL = NOBODY
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    cv = application.documents.get(kind="cv")
    with time_machine.travel(WRITING, tick=False):
        candidate, client = Client(), Client()
        own = candidate.get(f"/candidate/{token}/")
        assert candidate.get(f"/candidate/{token}/cv/").status_code == 409
        client.force_login(lead(application.organisation))
        page = client.get(f"/applications/{application.draft_reference}/documents/")
    assert (SAID.waits_for_the_virus_scan_2 in page.text, str(cv.pk) in page.text) == (True, False)
    assert (SAID.it_waits_for_the_virus in own.text, f"/candidate/{token}/cv/" in own.text) == (True, False)


def test_the_copy_holds_the_files_name_and_never_its_content(settings):
    settings.CLAMD_URL = NOBODY
    application = an_application()
    fill(application)
    document_actions.attach(application, "cv", infected(), by=lead(application.organisation), at=WRITING)
    whole = Application.objects.whole().get(pk=application.pk)
    copy = documents.copy(whole, with_salary=True, at=WRITING)
    making.make_now(copy, WRITING)
    assert INFECTION not in store.attachment(copy.pk)[2]


# --- The verdict ---


def test_what_is_clean_can_be_opened(waiting_cv, settings):
    with misbehaving(says(b"stream: OK\0")) as settings.CLAMD_URL:
        assert virus_scans.run(SUBMITTING) == 2
    assert again(waiting_cv).scan == "clean"
    b"".join(documents.send(again(waiting_cv), by=officer(), at=ASSESSING).streaming_content)


@pytest.fixture
def finds(settings):
    """Find something in every file that waits, at this instant."""

    def find(at) -> int:
        with misbehaving(says(b"stream: Invented.Test.Heron FOUND\0")) as settings.CLAMD_URL:
            return virus_scans.run(at)

    return find


def test_what_is_infected_is_taken_out_and_deleted(waiting_cv, finds, django_capture_on_commit_callbacks):
    storage, name = waiting_cv.file.storage, waiting_cv.file.name
    with django_capture_on_commit_callbacks(execute=True):
        finds(SUBMITTING)
    taken = again(waiting_cv)
    assert (taken.scan, taken.replaced_at is not None, taken.taken_out_at is not None) == ("infected", True, True)
    assert (storage.exists(name), taken.file.name) == (False, "")
    line = Entry.objects.get(event=SAID.cv_taken_out_by_the)
    assert (line.by, line.detail["found"]) == (None, "Invented.Test.Heron")


def letter(template: str) -> str:
    return Letter.objects.filter(template=f"applications.{template}").first().body


def test_a_draft_lacks_the_file_again_and_the_organisation_is_told(settings, finds):
    settings.CLAMD_URL = NOBODY
    application = ready_application()
    finds(WRITING)
    with pytest.raises(applications.Incomplete) as refusal:
        applications.submit(fresh(application), by=lead(application.organisation), at=SUBMITTING)
    assert refusal.value.gaps == [SAID.cv_of_the_proposed_secondee, "Supporting statement"]
    assert SAID.save_the_document_again in letter("infected")
    assert not Letter.objects.filter(template="applications.infected_candidate").exists()


def test_the_proposed_secondee_is_told_where_the_file_was_theirs(settings, finds):
    settings.CLAMD_URL = NOBODY
    application = an_application()
    fill(application)
    candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    document_actions.attach_cv_by_candidate(application, pdf(words="Mine"), at=WRITING)
    finds(WRITING)
    told = Letter.objects.get(template="applications.infected_candidate")
    assert (told.to_email, "Save it again" in told.body) == (candidate_of(application).email, True)


def test_a_replaced_file_is_deleted_too_and_nobody_is_bothered(settings, finds):
    settings.CLAMD_URL = NOBODY
    application = ready_application()
    by = lead(application.organisation)
    old = application.documents.get(kind="cv")
    settings.CLAMD_URL = ""
    application.documents.filter(kind="statement").update(scan="none", scan_next_at=None)
    applications.submit(application, by=by, at=SUBMITTING)
    applications.reopen(fresh(application), by=by, at=SUBMITTING)
    document_actions.attach(fresh(application), "cv", pdf(words="New"), by=by, at=SUBMITTING + SECOND)
    assert finds(SUBMITTING + SECOND) == 1
    assert again(old).scan == "infected"
    assert application.documents.get(kind="cv", replaced_at=None).original_name == "cv.pdf"
    assert not Letter.objects.filter(template="applications.infected").exists()


def test_a_submitted_application_stays_so_and_can_be_mended_before_the_close_by_reopening(waiting_cv, finds):
    application = waiting_cv.application
    finds(SUBMITTING)
    assert fresh(application).status == Status.SUBMITTED
    assert SAID.reopen_the_application_before_the in letter("infected")
    office = [item.sentence for item in work_queue.for_the_office(officer(), SUBMITTING)]
    assert f"{application.organisation}, CII-2019-001: the virus scan deleted the CV" in office
    by = lead(application.organisation)
    applications.reopen(fresh(application), by=by, at=SUBMITTING)
    for kind in ("cv", "statement"):
        document_actions.attach(application, kind, pdf(words=f"Clean {kind}"), by=by, at=SUBMITTING)
    confirmed_by_candidate(application, at=SUBMITTING)
    Document.objects.filter(scan="waiting").update(scan="clean", scanned_at=SUBMITTING, scan_next_at=None)
    assert applications.submit(fresh(application), by=by, at=SUBMITTING).reference == "CII-2019-001"
    assert not [item for item in work_queue.for_the_office(officer(), SUBMITTING) if "virus" in item.sentence]


def test_after_the_close_the_office_lets_it_be_mended_by_a_late_admission(waiting_cv, finds):
    from applications.actions import late_admissions

    application = waiting_cv.application
    finds(CLOSES + SECOND)
    assert SAID.a_grants_officer_can_reopen in letter("infected")
    by = lead(application.organisation)
    with pytest.raises(Refused, match=r"^The deadline was"):
        applications.reopen(fresh(application), by=by, at=CLOSES + SECOND)
    second = person_with(Role.OFFICER, works_for=programme().funder)
    until = CLOSES + timedelta(days=3)
    admission = late_admissions.ask(
        application.call,
        organisation=application.organisation,
        closes_at=until,
        reason="The virus scan deleted the CV.",
        by=officer(),
        at=CLOSES + SECOND,
    )
    late_admissions.confirm(admission, by=second, at=CLOSES + SECOND)
    applications.reopen(fresh(application), by=by, at=CLOSES + SECOND)
    assert fresh(application).status == Status.DRAFT


# --- A scanner that does not do as it should ---


def test_while_the_scanner_is_away_everything_waits_a_little_longer_each_time(waiting_cv):
    assert virus_scans.run(SUBMITTING) == 0
    assert again(waiting_cv).scan == "waiting"
    turns = Document.objects.filter(scan="waiting").values_list("scan_next_at", flat=True)
    assert all(SUBMITTING < turn <= SUBMITTING + virus_scans.LONGEST + 5 * SECOND for turn in turns)
    soon = an_application()
    new = document_actions.attach(soon, "cv", pdf(), by=lead(soon.organisation), at=SUBMITTING + 90 * SECOND)
    virus_scans.run(SUBMITTING + 90 * SECOND)
    assert again(new).scan_next_at <= SUBMITTING + 96 * SECOND + virus_scans.LONGEST


def test_when_it_is_back_the_files_are_scanned_within_a_minute(waiting_cv, settings):
    virus_scans.run(SUBMITTING)
    with misbehaving(says(b"stream: OK\0")) as settings.CLAMD_URL:
        virus_scans.run(SUBMITTING + virus_scans.LONGEST + 5 * SECOND)
    assert again(waiting_cv).scan == "clean"


@pytest.mark.parametrize("how", ["hangs", "hangs up", "speaks of something else", "cannot"])
def test_a_daemon_that_misbehaves_leaves_the_file_waiting(waiting_cv, settings, monkeypatch, how):
    monkeypatch.setattr(scanner, "ANSWER_WITHIN", 0.5)
    ways = {
        "hangs": lambda line: time.sleep(3),
        "hangs up": lambda line: line.recv(4),
        "speaks of something else": lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\0"),
        "cannot": says(b"INSTREAM size limit exceeded. ERROR\0"),
    }
    began = time.monotonic()
    with misbehaving(ways[how]) as settings.CLAMD_URL:
        assert virus_scans.run(SUBMITTING) == 0
    assert time.monotonic() - began < 3
    assert (again(waiting_cv).scan, again(waiting_cv).scan_next_at > SUBMITTING) == ("waiting", True)


def test_no_request_waits_for_a_daemon_that_hangs(settings):
    with misbehaving(lambda line: time.sleep(30)) as settings.CLAMD_URL, time_machine.travel(WRITING, tick=False):
        application = an_application()
        client = Client()
        client.force_login(lead(application.organisation))
        began = time.perf_counter()
        page = client.post(f"/applications/{application.draft_reference}/documents/", {"cv": pdf()})
    assert (page.status_code, time.perf_counter() - began < 2) == (302, True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "tcp://127.0.0.1", "unix:///nowhere/clamd.ctl", "clamd"])
def test_a_wrong_address_is_the_scanner_being_away(settings, url):
    settings.CLAMD_URL = url
    with pytest.raises(scanner.ScannerAwayError):
        scanner.threat_in(BytesIO(b"x"))


def test_two_workers_scan_a_file_once(waiting_cv):
    first, second = again(waiting_cv), again(waiting_cv)
    assert (virus_scans.claim(first, SUBMITTING), virus_scans.claim(second, SUBMITTING)) == (True, False)
    assert virus_scans.conclude(second, "Late", at=SUBMITTING + SECOND) is False
    assert virus_scans.conclude(first, "", at=SUBMITTING + SECOND) is True
    assert (again(waiting_cv).scan, virus_scans.conclude(first, "Again", at=SUBMITTING + SECOND)) == ("clean", False)


def test_the_workers_clock_knows_every_task():
    from cii.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert "applications.tasks.scan" in app.tasks


def test_a_worker_that_died_gives_its_file_back(waiting_cv, settings):
    virus_scans.claim(again(waiting_cv), SUBMITTING)
    with misbehaving(says(b"stream: OK\0")) as settings.CLAMD_URL:
        virus_scans.run(SUBMITTING + SECOND)
        assert again(waiting_cv).scan == "waiting"
        virus_scans.run(SUBMITTING + virus_scans.LEASE)
    assert again(waiting_cv).scan == "clean"


def test_what_was_taken_back_meanwhile_is_not_scanned(waiting_cv, settings):
    candidates.withdraw(candidate_of(waiting_cv.application), at=SUBMITTING)
    with bypass_triggers():
        waiting_cv.application.documents.filter(kind="statement").delete()
    with misbehaving(says(b"stream: OK\0")) as settings.CLAMD_URL:
        assert virus_scans.run(SUBMITTING) == 0


def test_after_an_hour_the_office_is_told_on_its_list_and_by_letter_once_a_day(waiting_cv):
    person = officer()
    soon, late = waiting_cv.received_at + timedelta(minutes=59), waiting_cv.received_at + timedelta(hours=1)
    assert not [item for item in work_queue.for_the_office(person, soon) if "virus" in item.sentence]
    sentence = SAID.is_the_scanner_running
    assert sentence in [item.sentence for item in work_queue.for_the_office(person, late)]
    assert ([*unscanned(soon)], [found.to for found in unscanned(late)]) == ([], [person])
    assert len({found.key for at in (late, late + SECOND) for found in unscanned(at)}) == 1


def test_without_a_worker_the_command_scans(waiting_cv, settings, capsys):
    with misbehaving(says(b"stream: OK\0")) as settings.CLAMD_URL, time_machine.travel(SUBMITTING, tick=False):
        call_command("send_due")
    assert ("Files scanned: 2." in capsys.readouterr().out, again(waiting_cv).scan) == (True, "clean")


# --- A real ClamAV daemon ---

real = [
    pytest.mark.clamd,
    pytest.mark.skipif(DAEMON is None, reason="clamd is not installed: apt-get install clamav-daemon"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    daemon = Clamd(tmp_path_factory.mktemp("clamd"), free_port())
    yield daemon
    daemon.kill()


@pytest.fixture
def clamd(running, settings):
    settings.CLAMD_URL = running.url
    return running


def uploaded(file) -> Document:
    application = an_application()
    return document_actions.attach(application, "cv", file, by=lead(application.organisation), at=WRITING)


class TestARealDaemon:
    """Against a daemon of the test's own, with one invented signature."""

    pytestmark = real

    def test_a_clean_file_is_clean_and_an_infected_one_is_found(self, clamd):
        clean, bad = uploaded(pdf()), uploaded(infected())
        assert virus_scans.run(WRITING) == 2
        assert (again(clean).scan, again(bad).scan) == ("clean", "infected")
        assert Entry.objects.get(event=SAID.cv_taken_out_by_the).detail["found"].startswith("Invented.Test.Heron")

    def test_it_is_reached_over_the_network_too(self, clamd, settings):
        settings.CLAMD_URL = f"tcp://127.0.0.1:{clamd.port}"
        assert scanner.threat_in(BytesIO(b"nothing")) == ""
        assert scanner.threat_in(BytesIO(INFECTION)).startswith("Invented.Test.Heron")

    def test_the_largest_file_is_scanned_to_its_end(self, clamd):
        big = SimpleUploadedFile("cv.pdf", (pdf().read() + b"\n%").ljust(10 * 1024**2 - 100, b"x") + INFECTION)
        document = uploaded(big)
        virus_scans.run(WRITING)
        assert again(document).scan == "infected"

    def test_a_daemon_killed_in_the_middle_loses_nothing(self, tmp_path, settings):
        daemon = Clamd(tmp_path, free_port())
        settings.CLAMD_URL = daemon.url

        class Killing(BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                if self.tell():
                    daemon.kill()
                return super().read(size)

        with pytest.raises(scanner.ScannerAwayError):
            scanner.threat_in(Killing(b"x" * 5_000_000))
        document = uploaded(infected())
        assert (virus_scans.run(WRITING), again(document).scan) == (0, "waiting")

    def test_and_when_another_daemon_runs_the_file_is_found(self, clamd, settings):
        settings.CLAMD_URL = NOBODY
        document = uploaded(infected())
        virus_scans.run(WRITING)
        settings.CLAMD_URL = clamd.url
        virus_scans.run(WRITING + virus_scans.LONGEST + SECOND)
        assert again(document).scan == "infected"

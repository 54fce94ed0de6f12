"""A file store that is silent, away or full costs seconds and a sentence, and holds nobody else up (F3, F16)."""

from __future__ import annotations

import errno
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import time_machine
from botocore.config import Config
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import override_settings
from moto.server import ThreadedMotoServer

from applications.actions import applications, documents
from applications.models import Document
from core.files import store
from core.files.folder import Folder
from core.files.store import STORE_AWAY, StoreAway
from core.lifecycle import Refused
from core.rights.erasing import delete_file
from core.rights.models import RightsRequest
from tests.applications.factories import SUBMITTING, WRITING, an_application, fill, fresh, lead, pdf, ready_application
from tests.client import Client
from tests.faults.silence import line
from tests.rights.asked import record
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
LOGIN = {"region_name": "eu-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


def in_s3(port):
    """The storages with S3 at this port, and with the time-outs that a service has."""
    options = {
        "bucket_name": "faults",
        "endpoint_url": f"http://127.0.0.1:{port}",
        "access_key": "a",
        "secret_key": "b",
        "region_name": "eu-west-2",
        "file_overwrite": False,
        "client_config": Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2}),
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    return override_settings(STORAGES=configured.STORAGES | {"default": storage})


@pytest.fixture
def s3():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    store = boto3.resource("s3", endpoint_url=f"http://{host}:{port}", **LOGIN)
    bucket = store.create_bucket(Bucket="faults", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    yield host, port
    bucket.objects.all().delete()
    bucket.delete()
    server.stop()


def upload(application, **given):
    return documents.attach(application, "cv", pdf(**given), by=lead(application.organisation), at=WRITING)


def test_f3_a_store_that_accepts_and_never_answers_costs_seconds_and_a_sentence(s3):
    application = an_application()
    client = Client()
    with line(s3) as silent, in_s3(silent.port), time_machine.travel(WRITING, tick=True):
        client.force_login(lead(application.organisation))
        address = f"/applications/{application.draft_reference}/documents/"
        assert client.post(address, {"cv": pdf()}).status_code == 302  # the control: the same line, while it carries
        silent.silence()
        began = time.monotonic()
        page = client.post(address, {"cv": pdf(words="Newer")})
        took = time.monotonic() - began
    assert SAID.file_store_away in page.content.decode()
    assert took < 15
    assert Document.objects.get().replaced_at is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_f3_submitting_does_not_wait_for_somebody_elses_upload(s3, settings):
    settings.DOCUMENT_MAKER = "worker"  # submitting asks for a PDF, which the worker stores
    application = ready_application()
    by = lead(application.organisation)

    def slow_upload():
        try:
            documents.attach(application, "statement", pdf(words="Newer"), by=by, at=WRITING)
        except StoreAway as refusal:
            return refusal
        finally:
            connection.close()

    with line(s3) as silent, in_s3(silent.port), ThreadPoolExecutor(1) as pool:
        silent.silence()
        waiting = pool.submit(slow_upload)
        time.sleep(1)
        began = time.monotonic()
        applications.submit(application, by=by, at=SUBMITTING)
        took = time.monotonic() - began
        assert not waiting.done()
        assert isinstance(waiting.result(30), StoreAway)
    assert took < 3


def test_the_settings_bound_every_wait_for_the_store():
    source = (Path(configured.BASE_DIR) / "cii" / "settings.py").read_text()
    assert 'Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2})' in source


class Full(Folder):
    """A disk that takes ten bytes of each file."""

    def _save(self, name, content):
        class Cut(ContentFile):
            def chunks(self, chunk_size=None):
                yield b"0123456789"
                raise OSError(errno.ENOSPC, "No space left on device")

        return super()._save(name, Cut(b""))


@pytest.fixture
def full_disk():
    with override_settings(STORAGES=configured.STORAGES | {"default": {"BACKEND": "tests.faults.test_storage.Full"}}):
        yield


def stored_files():
    return [path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_f16_a_full_disk_leaves_a_sentence_and_no_half_file(full_disk):
    application = an_application()
    with pytest.raises(StoreAway) as refusal:
        upload(application)
    assert (refusal.value.sentence, refusal.value.field) == (STORE_AWAY, "cv")
    assert (stored_files(), Document.objects.count()) == ([], 0)


def test_f16_the_control_a_disk_with_room_keeps_the_whole_file_under_its_name():
    document = upload(an_application())
    assert [path.name for path in stored_files()] == [Path(document.file.name).name]
    assert default_storage.open(document.file.name).read() == pdf().read()


def test_a_file_of_a_refused_upload_is_deleted_again():
    application = ready_application()
    before = stored_files()
    applications.submit(application, by=lead(application.organisation), at=SUBMITTING)
    with pytest.raises(Refused):
        upload(fresh(application), words="After submitting")
    assert set(stored_files()) - set(before) == set()


def test_the_same_file_sent_twice_is_stored_once(django_capture_on_commit_callbacks):
    application = an_application()
    with django_capture_on_commit_callbacks(execute=True):
        upload(application)
        upload(application)
    assert len(stored_files()) == 1


def test_files_of_uploads_whose_process_died_are_swept_after_a_day():
    kept = upload(an_application())
    name = default_storage.save("applications/document/orphan", ContentFile(b"x"))
    now = default_storage.get_modified_time(name)
    assert (store.sweep_unused(now + timedelta(hours=23)), len(stored_files())) == (0, 2)
    assert store.sweep_unused(now + timedelta(hours=25)) == 1
    assert [path.name for path in stored_files()] == [Path(kept.file.name).name]


def test_the_file_that_answered_a_data_request_is_swept_where_the_process_died_after_emptying_its_row():
    an_application()
    request = record("access")
    name = store.put(request.file, ContentFile(b"x"), refused_at="answer")
    RightsRequest.objects.filter(pk=request.pk).update(file=name)
    now = default_storage.get_modified_time(name)
    assert (store.sweep_unused(now + timedelta(hours=25)), default_storage.exists(name)) == (0, True)
    delete_file(request.pk)  # nothing is committed here, so that what follows a commit does not happen
    assert default_storage.exists(name)
    assert (store.sweep_unused(now + timedelta(hours=23)), default_storage.exists(name)) == (0, True)
    assert (store.sweep_unused(now + timedelta(hours=25)), default_storage.exists(name)) == (1, False)


def test_sweeping_before_anything_was_uploaded_finds_nothing():
    assert store.sweep_unused(WRITING) == 0


def test_f16_a_replaced_file_of_a_draft_is_deleted(django_capture_on_commit_callbacks):
    application = an_application()
    first = upload(application)
    with django_capture_on_commit_callbacks(execute=True):
        second = upload(application, words="Newer")
    assert not default_storage.exists(first.file.name)
    assert default_storage.exists(second.file.name)


def test_uploads_of_an_application_are_limited_for_a_day(monkeypatch):
    monkeypatch.setattr(documents, "MOST_A_DAY", 2)
    application = an_application()
    upload(application)
    upload(application, words="Newer")
    with pytest.raises(Refused) as refusal:
        upload(application, words="Newest")
    assert (refusal.value.sentence, refusal.value.field) == (documents.TOO_MANY_TODAY, "cv")
    by = lead(application.organisation)
    documents.attach(application, "cv", pdf(words="Newest"), by=by, at=WRITING + timedelta(days=1, seconds=1))


def test_uploads_of_an_application_are_limited_in_all(monkeypatch):
    monkeypatch.setattr(documents, "MOST_IN_ALL", 2)
    application = an_application()
    fill(application)
    with pytest.raises(Refused) as refusal:
        upload(application, words="Newest")
    assert refusal.value.sentence == documents.TOO_MANY_IN_ALL

"""The scan as it runs in service: a Celery worker takes the files that wait to a real ClamAV daemon."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions import documents
from applications.models import Document
from tests.applications.clamav import DAEMON, INFECTION, Clamd, free_port
from tests.applications.factories import WRITING, an_application, lead, pdf
from tests.letters.celery_worker import ask_for, wait_until, worker

pytestmark = [
    pytest.mark.clamd,
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(DAEMON is None, reason="clamd is not installed: apt-get install clamav-daemon"),
]


@pytest.fixture
def clamd(tmp_path):
    daemon = Clamd(tmp_path, free_port())
    yield daemon
    daemon.kill()


def test_a_worker_takes_what_was_uploaded_to_the_daemon_and_what_is_infected_is_gone(broker, clamd, tmp_path, settings):
    settings.CLAMD_URL = clamd.url
    application = an_application()
    files = {
        "cv": pdf(),
        "statement": SimpleUploadedFile("s.pdf", pdf().read() + b"\n%" + INFECTION, "application/pdf"),
    }
    for kind, file in files.items():
        documents.attach(application, kind, file, by=lead(application.organisation), at=WRITING)
    assert set(Document.objects.values_list("scan", flat=True)) == {"waiting"}
    with worker(tmp_path, CLAMD_URL=clamd.url, MEDIA_ROOT=settings.MEDIA_ROOT):
        ask_for("applications.tasks.scan")
        wait_until(lambda: not Document.objects.filter(scan="waiting").exists())
        uploads = Path(settings.MEDIA_ROOT, "applications")
        wait_until(lambda: len([path for path in uploads.rglob("*") if path.is_file()]) == 1)
    assert dict(Document.objects.values_list("kind", "scan")) == {"cv": "clean", "statement": "infected"}

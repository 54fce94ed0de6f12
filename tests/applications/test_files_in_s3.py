"""Files in S3, against a server of the test's own: kept, given out, and deleted when they are taken back."""

from __future__ import annotations

import boto3
import pytest
from django.conf import settings
from django.test import override_settings
from moto.server import ThreadedMotoServer

from applications import documents
from applications.actions import candidates
from applications.actions import documents as document_actions
from tests.applications.factories import WRITING, candidate_of, lead, officer, pdf, ready_application

pytestmark = pytest.mark.django_db
LOGIN = {"region_name": "eu-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


@pytest.fixture
def bucket():
    """An empty bucket, and the default storage in it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    s3 = boto3.resource("s3", endpoint_url=endpoint, **LOGIN)
    found = s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    options = {
        "bucket_name": "files",
        "endpoint_url": endpoint,
        "access_key": "a",
        "secret_key": "b",
        "region_name": "eu-west-2",
        "file_overwrite": False,
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    with override_settings(STORAGES=settings.STORAGES | {"default": storage}):
        yield found
    server.stop()


def keys(bucket) -> set[str]:
    return {item.key for item in bucket.objects.all()}


def test_what_is_taken_back_is_deleted_there_too(bucket, django_capture_on_commit_callbacks):
    application = ready_application()
    document_actions.attach(application, "statement", pdf(words="Newer"), by=lead(application.organisation), at=WRITING)
    cv = application.documents.get(kind="cv")
    assert (cv.file.name in keys(bucket), len(keys(bucket))) == (True, 3)
    assert b"".join(documents.send(cv, by=officer(), at=WRITING).streaming_content).startswith(b"%PDF-")
    with django_capture_on_commit_callbacks(execute=True):
        candidates.decline(candidate_of(application), at=WRITING)
    assert (cv.file.name in keys(bucket), len(keys(bucket))) == (False, 2)

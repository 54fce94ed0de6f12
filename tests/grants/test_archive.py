"""A call as a zip: each application's dossier and files as its reader may see them, with hashes that a command checks."""

import io
import subprocess
import zipfile

import pytest
import time_machine
from django.urls import reverse

from applications.actions import assessments
from applications.lifecycle import Status
from core.audit import trail
from grants.admin.archive import MANIFEST
from tests.applications.factories import ASSESSING, application_at, officer
from tests.client import Client
from tests.documents import content_of, make_waiting
from tests.grants.factories import RECORDING, committee_member, director

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RECORDING, tick=False):
        yield


@pytest.fixture
def pair():
    first = application_at(Status.SHORTLISTED)
    return first, application_at(Status.SHORTLISTED, call=first.call)


def page(call):
    return reverse("admin:grants_decision_archive", args=[call.pk])


def file(call):
    return reverse("admin:grants_decision_archive_zip", args=[call.pk])


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def taken(person, call):
    """The zip, asked for, made and downloaded."""
    client = as_(person)
    client.post(page(call))
    make_waiting()
    return zipfile.ZipFile(io.BytesIO(content_of(client.get(file(call)))))


def test_the_zip_has_each_dossier_with_its_files_and_hashes_that_the_command_checks(pair, tmp_path):
    archive = taken(officer(), pair[0].call)
    names = {f"{one}/Dossier {one}.pdf" for one in pair}
    names |= {f"{one}/{one} CV.pdf" for one in pair}
    assert names <= set(archive.namelist())
    archive.extractall(tmp_path)
    assert subprocess.run(["sha256sum", "-c", MANIFEST], cwd=tmp_path, check=False).returncode == 0
    listed = {line.split("  ", 1)[1] for line in archive.read(MANIFEST).decode().splitlines()}
    assert listed == set(archive.namelist()) - {MANIFEST}
    (tmp_path / f"{pair[0]}/Dossier {pair[0]}.pdf").write_bytes(b"%PDF other")
    assert subprocess.run(["sha256sum", "-c", MANIFEST], cwd=tmp_path, check=False).returncode == 1


def test_of_a_case_that_somebody_stood_aside_from_the_zip_has_no_trace(pair):
    kept, left = pair
    assessments.declare_conflict(left, explanation="I am a trustee.", by=director(), at=ASSESSING)
    archive = taken(director(), kept.call)
    whole = "\n".join(archive.namelist()) + archive.read(MANIFEST).decode()
    assert str(kept) in whole
    assert str(left) not in whole
    assert "1 of 1 dossier" in as_page(director(), kept.call)


def as_page(person, call):
    client = as_(person)
    client.post(page(call))
    make_waiting()
    return client.get(page(call)).content.decode()


def test_who_stood_aside_after_asking_gets_that_case_no_more(pair):
    kept, left = pair
    client = as_(director())
    client.post(page(kept.call))
    make_waiting()
    assessments.declare_conflict(left, explanation="I am a trustee.", by=director(), at=ASSESSING)
    archive = zipfile.ZipFile(io.BytesIO(content_of(client.get(file(kept.call)))))
    assert {name.split("/")[0] for name in archive.namelist()} == {str(kept), MANIFEST}


def test_the_trail_of_the_call_and_of_each_application_says_who_took_it(pair):
    taken(officer(), pair[0].call)
    assert [line.by for line in trail.history(pair[0].call) if line.event == "dossiers of the call taken"] == [
        officer()
    ]
    for application in pair:
        events = [line.event for line in trail.history(application) if line.by == officer()]
        assert {"dossier made", "CV opened"} <= set(events)


def test_until_every_dossier_is_made_the_page_says_how_far_it_is(pair):
    client = as_(officer())
    client.post(page(pair[0].call))
    answer = client.get(file(pair[0].call))
    assert answer.status_code == 202
    assert "0 of 2 dossiers" in answer.content.decode()


def test_only_the_office_takes_a_call_away_and_shows_again_who_they_are(pair):
    call = pair[0].call
    assert as_(committee_member()).get(page(call)).status_code in {302, 403, 404}
    client = as_(officer())
    with time_machine.travel(RECORDING.replace(hour=RECORDING.hour + 2), tick=False):
        assert client.post(page(call)).status_code == 302
        assert client.get(file(call)).status_code == 302

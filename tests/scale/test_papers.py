"""The papers of a meeting with forty applications are made while the members wait for the kettle, on two cores."""

import time
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Call
from core.documents.models import GeneratedDocument
from tests.applications.factories import application_at, published_call
from tests.applications.panel import both_views, complete, says_none, visit
from tests.client import Client
from tests.documents import content_of, make_waiting
from tests.grants.factories import RECORDING, committee_member, meeting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FORTY, SECONDS = 40, 30


def assessed(call: Call) -> None:
    for _ in range(FORTY):
        application = application_at(Status.SHORTLISTED, call=call)
        complete(application, party="funder")
        complete(application, party="host")
        both_views(application)
        visit(application, status="held")


def test_papers_of_forty_applications_are_made_within_thirty_seconds():
    with time_machine.travel(RECORDING, tick=False):
        # A title of its own, so that no PDF of an earlier run answers (tests/pdf_cache.py).
        assessed(published_call(title=f"Secondments {uuid4().hex}"))
        member = says_none(committee_member())
        client = Client()
        client.force_login(member)
        address = reverse("admin:grants_decision_papers", args=[meeting().pk])
        began = time.perf_counter()
        waits = client.get(address)
        asked = time.perf_counter() - began
        make_waiting()
        made = time.perf_counter() - began
        document = GeneratedDocument.objects.get(kind__startswith="papers")
        assert waits.status_code == 202
        assert document.is_made
        papers = content_of(client.get(address))
        assert papers.startswith(b"%PDF")
    assert asked < SECONDS / 10
    assert made < SECONDS

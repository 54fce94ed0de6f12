"""The line is cut after the database has committed and before the first byte of the answer: sent again, same receipt."""

from __future__ import annotations

import re
from collections import Counter
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
from django.conf import settings as configured
from django.core import mail

from applications.lifecycle import Status
from applications.models import Answer, Application, Document
from core.audit.models import Entry
from core.letters.models import Letter
from tests.applications.factories import SUBMITTING, WRITING, an_application, fresh, lead, pdf, ready_application
from tests.client import Client
from tests.races.proxy import cutting

pytestmark = pytest.mark.django_db(transaction=True)
CUT = (ConnectionError, TimeoutError)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def clock():
    with time_machine.travel(SUBMITTING, tick=True) as found:
        yield found


@pytest.fixture
def proxy(clock, live_server):
    with cutting(live_server.url) as found:
        yield found


class Line:
    """A signed-in person's requests through the proxy, each over a connection of its own."""

    def __init__(self, person, proxy) -> None:
        client = Client()
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        self.cookies = f"{configured.SESSION_COOKIE_NAME}={client.cookies[configured.SESSION_COOKIE_NAME].value}"
        self.host = urlsplit(proxy.site).netloc

    def ask(self, method: str, path: str, body: bytes | str = b"", kind: str = FORM) -> tuple[int, str, str]:
        connection = HTTPConnection(self.host, timeout=30)
        try:
            headers = {"Cookie": self.cookies} | ({"Content-Type": kind} if body else {})
            connection.request(method, path, body or None, headers)
            answer: HTTPResponse = connection.getresponse()
            if made := re.search(r"csrftoken=(\w+)", answer.headers.get("Set-Cookie", "")):
                self.cookies = re.sub(r"; csrftoken=\w+|$", f"; csrftoken={made[1]}", self.cookies, count=1)
            return answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def form(self, path: str) -> dict[str, str]:
        page = self.ask("GET", path)[2]
        hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)"'
        return dict(re.findall(hidden, page))


def test_a_submit_cut_off_after_the_commit_is_sent_again_and_gives_the_same_receipt(proxy):
    application = ready_application()
    line = Line(lead(application.organisation), proxy)
    address = f"/applications/{application.draft_reference}/submit/"
    body = urlencode(line.form(f"/applications/{application.draft_reference}/check/") | {"declaration": "on"})

    proxy.cut(f"POST {address}")
    with pytest.raises(CUT):
        line.ask("POST", address, body)
    assert proxy.answers_kept_back[0].startswith(b"HTTP/1.1 302")
    first = fresh(application)
    assert first.status == Status.SUBMITTED  # what the applicant cannot know

    status, onward, _ = line.ask("POST", address, body)
    assert (status, onward) == (302, f"/applications/{first.reference}/receipt/")
    receipt = line.ask("GET", onward)[2]
    assert first.reference in receipt
    again = fresh(application)
    assert (again.reference, again.submitted_at, again.version) == (first.reference, first.submitted_at, 1)
    assert Application.objects.count() == 1
    assert Entry.objects.filter(event="application submitted").count() == 1
    keys = Counter(
        Letter.objects.filter(template__startswith="applications.received").values_list("to_email", flat=True)
    )
    assert set(keys.values()) == {1}
    sent = Counter(one.to[0] for one in mail.outbox if application.call.title and first.reference in one.subject)
    assert set(sent.values()) == {1}


def test_an_upload_cut_off_after_the_commit_is_sent_again_and_kept_once(proxy, clock):
    clock.move_to(WRITING)
    application = an_application()
    line = Line(lead(application.organisation), proxy)
    address = f"/applications/{application.draft_reference}/documents/"
    token = line.form(address)["csrfmiddlewaretoken"]
    paper = pdf().read()
    body = (
        (
            f'--cut\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--cut\r\n'
            'Content-Disposition: form-data; name="cv"; filename="cv.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        ).encode()
        + paper
        + b"\r\n--cut--\r\n"
    )
    kind = "multipart/form-data; boundary=cut"
    proxy.cut(f"POST {address}")
    with pytest.raises(CUT):
        line.ask("POST", address, body, kind)
    assert line.ask("POST", address, body, kind)[0] == 302
    assert [row.replaced_at for row in Document.objects.filter(application=application)] == [None]


def test_a_save_cut_off_after_the_commit_is_sent_again_and_the_words_are_there(proxy, clock):
    clock.move_to(WRITING)
    application = an_application()
    line = Line(lead(application.organisation), proxy)
    address = f"/applications/{application.draft_reference}/experience/"
    name = f"question_{application.call.questions.filter(section='experience').first().pk}"
    body = urlencode(line.form(address) | {name: "Words over a bad line."})
    proxy.cut(f"POST {address}")
    with pytest.raises(CUT):
        line.ask("POST", address, body)
    assert line.ask("POST", address, body)[0] == 302
    assert list(Answer.objects.exclude(text="").values_list("text", flat=True)) == ["Words over a bad line."]

"""Anyone with the file of an agreement can check that it is what was signed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grants.lifecycle import GrantStatus
from grants.models import Agreement
from tests.grants.factories import grant_at, prepared
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
PAGE = "/grants/verify/"


def signed():
    """Return the agreement of a grant that both have signed, and the bytes of its file."""
    agreement = Agreement.objects.select_related("document", "grant").get(grant=grant_at(GrantStatus.AGREED))
    with agreement.document.file.open() as stored:
        return agreement, stored.read()


def checked(client, content):
    return client.post(PAGE, {"file": SimpleUploadedFile("agreement.pdf", content, "application/pdf")}).text


def test_the_file_that_was_signed_is_recognised_with_its_grant_and_both_moments(client):
    agreement, content = signed()
    page = checked(client, content)
    assert SAID.this_file_is_what_was_signed in page
    assert (agreement.grant.reference in page, agreement.fingerprint in page) == (True, True)
    assert page.count("2019") >= agreement.signatures.count() == 2


def test_no_person_and_no_sum_is_named(client):
    agreement, content = signed()
    page = checked(client, content)
    names = [signature.signed_by.name for signature in agreement.signatures.all()]
    assert [word for word in [*names, "29,700", "£"] if word in page] == []


def test_one_byte_more_is_another_file(client):
    _, content = signed()
    assert SAID.this_file_was_not_signed in checked(client, content + b" ")


def test_an_agreement_that_nobody_has_signed_is_not_recognised(client):
    with prepared(grant_at("accepted")).document.file.open() as stored:
        assert SAID.this_file_was_not_signed in checked(client, stored.read())


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose the file of the agreement"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "The file is empty. Choose another"),
    ],
)
def test_without_a_file_the_page_says_what_to_choose(client, sent, sentence):
    page = client.post(PAGE, sent).text
    assert sentence in page


def test_a_file_far_larger_than_any_agreement_is_refused(client, monkeypatch):
    monkeypatch.setattr("grants.forms.verify.MOST_BYTES", 10)
    assert "is larger than 20 MB" in checked(client, b"x" * 11)

"""Findings of the learning partner, and what changed because of them."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from core.accounts.roles import Role
from core.audit import trail
from core.lifecycle import Refused
from core.visibility import visible
from learning import actions
from learning.models import Change, Finding
from tests.accounts.factories import UserFactory, hold, person_with
from tests.applications.factories import officer, programme
from tests.learning.factories import partner
from tests.secondments.factories import line_manager, other_programme, programme_manager, strand
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
AT = datetime(2019, 9, 10, 9, tzinfo=UTC)


@pytest.fixture
def finding():
    return actions.record_finding(
        programme(), statement="Sign-off is slow.", evidence="A workshop.", by=partner(), at=AT
    )


@pytest.fixture
def as_person(client):
    def sign_in(person):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client

    return sign_in


def cast():
    return {
        "partner": partner(),
        "officer": officer(),
        "director": person_with(Role.DIRECTOR),
        "another programme's partner": person_with(Role.LEARNING_PARTNER, within=other_programme()),
        "another programme's officer": person_with(Role.OFFICER, within=other_programme()),
        "finance": person_with(Role.FINANCE),
        "programme manager": programme_manager(),
        "line manager": line_manager(),
        "stranger": UserFactory(),
        "anonymous": AnonymousUser(),
    }


def test_who_may_what_with_findings(finding):
    found = {
        verb: {who for who, person in cast().items() if person.has_perm(f"learning.{verb}", finding)}
        for verb in ("view_finding", "add_finding", "add_change")
    }
    readers = {"partner", "officer", "director"}
    assert found == {"view_finding": readers, "add_finding": {"partner"}, "add_change": readers}


def test_a_finding_is_listed_if_and_only_if_it_may_be_viewed(finding):
    for who, person in cast().items():
        is_listed = visible(Finding, person).filter(pk=finding.pk).exists()
        assert (who, is_listed) == (who, person.has_perm("learning.view_finding", finding))


def test_only_the_programmes_learning_partner_records_findings():
    for who, person in cast().items():
        if who not in {"partner", "anonymous"}:
            with pytest.raises(Refused, match=SAID.only_the_programme_s_learning):
                actions.record_finding(programme(), statement="A.", evidence="B.", by=person, at=AT)
    assert Finding.objects.count() == 0


def test_partner_and_officers_record_what_changed(finding):
    actions.record_change(finding, what="Dates are kept.", since_on=date(2019, 9, 1), by=officer(), at=AT)
    with pytest.raises(Refused, match=SAID.only_the_learning_partner_and):
        actions.record_change(finding, what="Nothing.", since_on=date(2019, 9, 1), by=programme_manager(), at=AT)
    assert [str(change) for change in Change.objects.all()] == ["Dates are kept."]
    assert [entry.event for entry in trail.history(finding)] == ["finding recorded", "change recorded"]


def test_a_change_that_is_still_to_come_is_refused(finding):
    with pytest.raises(Refused) as refused:
        actions.record_change(finding, what="Soon.", since_on=date(2019, 9, 11), by=partner(), at=AT)
    assert (refused.value.sentence, refused.value.field) == (
        SAID.record_the_change_after_it.format(SAID.is_in_the_future.format("Wednesday 11 September 2019")),
        "since_on",
    )


def test_a_finding_without_evidence_is_refused_by_the_database(finding):
    with pytest.raises(IntegrityError):
        Finding.objects.filter(pk=finding.pk).update(evidence="")


def test_the_partner_records_a_finding_and_a_change_on_the_pages(as_person):
    client = as_person(partner())
    assert "No findings yet" in client.get("/learning/").content.decode()
    refused = client.post("/learning/findings/new/", {"programme": programme().pk, "statement": "Roles stay unclear."})
    assert SAID.enter_the_evidence_for_the in refused.content.decode()
    assert "Roles stay unclear." in refused.content.decode()
    words = {
        "programme": programme().pk,
        "statement": "Roles stay unclear.",
        "evidence": "Interviews.",
        "strand": strand().pk,
    }
    assert client.post("/learning/findings/new/", words).url == "/learning/"
    finding = Finding.objects.get()
    client.post(
        f"/learning/findings/{finding.pk}/changes/new/", {"what": "Roles are written down.", "since_on": "2019-09-01"}
    )
    shown = client.get("/learning/").content.decode()
    assert [words in shown for words in ("Roles stay unclear.", "Roles are written down.", "1 September 2019")] == [
        True
    ] * 3


def test_a_strand_belongs_to_the_findings_programme(as_person):
    other = other_programme()
    hold(partner(), Role.LEARNING_PARTNER, within=other)
    words = {"programme": other.pk, "statement": "A.", "evidence": "B.", "strand": strand().pk}
    response = as_person(partner()).post("/learning/findings/new/", words)
    assert SAID.is_not_a_strand_of.format("Young Londoners", "Another programme") in response.content.decode()


def test_others_do_not_see_the_pages(as_person, finding):
    for person in (programme_manager(), UserFactory(), person_with(Role.FINANCE)):
        client = as_person(person)
        for address in ("/learning/", "/learning/findings/new/"):
            assert (address, client.get(address).status_code) == (address, 403)
        assert client.get(f"/learning/findings/{finding.pk}/changes/new/").status_code == 404
    assert as_person(officer()).get("/learning/findings/new/").status_code == 403
    other = person_with(Role.LEARNING_PARTNER, within=other_programme())
    assert as_person(other).get(f"/learning/findings/{finding.pk}/changes/new/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_three_findings_as_for_one(as_person, finding, django_assert_num_queries, rows):
    for _ in range(rows - 1):
        another = actions.record_finding(programme(), statement="A.", evidence="B.", by=partner(), at=AT)
        actions.record_change(another, what="C.", since_on=date(2019, 9, 1), by=partner(), at=AT)
    client = as_person(partner())
    with django_assert_num_queries(8):
        assert len(client.get("/learning/").context["page_obj"]) == rows

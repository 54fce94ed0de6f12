"""What a grant lacks in the open data is found by the export's own rules, and says where it is put right."""

import pytest

from core.accounts.models import Organisation, Programme
from core.audit.immutability import bypass_triggers
from grants import exports
from grants.exports.columns import FIELDS
from grants.exports.readiness import JUDGED, readiness_of
from grants.lifecycle import GrantStatus
from grants.models import Grant
from tests.applications.factories import officer, programme
from tests.applications.panel import viewed
from tests.client import Client
from tests.grants.factories import committee_member, grant_at
from tests.grants.test_exports import published
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def missing(grant):
    return [lack.what for lack in readiness_of(grant).lacks]


def numbered():
    Organisation.objects.filter(pk=programme().funder_id).update(charity_number="1100002")


def page_of(person, grant):
    client = Client()
    client.force_login(person)
    return client.get(f"/admin/grants/grant/{grant.pk}/change/").content.decode()


def test_a_complete_record_lacks_nothing():
    grant = published()
    numbered()
    ready = readiness_of(grant)
    assert (ready.is_listed, ready.is_open, ready.lacks) == (True, True, [])
    assert SAID.nothing_is_missing in page_of(officer(), grant)


def test_each_empty_column_is_said_once_and_where_it_is_put_right():
    grant = published()
    Programme.objects.update(area="", area_code="")
    Organisation.objects.update(charity_number="", company_number="")
    with bypass_triggers():
        grant.post.call.strands.clear()
    grant = Grant.objects.get(pk=grant.pk)
    body, funder = grant.organisation, grant.programme.funder
    found = {lack.what: lack.url for lack in readiness_of(grant).lacks}
    of_programme = f"/admin/accounts/programme/{grant.programme_id}/change/"
    assert found == {
        "Area": of_programme,
        "Code of the area": of_programme,
        "Strand": "",
        f"Register number of {body}": f"/admin/accounts/organisation/{body.pk}/change/",
        f"Register number of {funder}": f"/admin/accounts/organisation/{funder.pk}/change/",
    }


def test_a_link_stands_only_where_the_person_may_put_it_right():
    grant = published()
    Programme.objects.update(area="")
    viewed(grant.decision.application)
    link = f'href="/admin/accounts/programme/{grant.programme_id}/change/"'
    assert (link in page_of(officer(), grant), link in page_of(committee_member(), grant)) == (True, False)
    assert SAID.the_programme_does_not_name in page_of(committee_member(), grant)


def test_a_body_without_a_register_of_its_own_lacks_no_number():
    grant = published()
    Organisation.objects.update(charity_number="", company_number="", legal_form=Organisation.LegalForm.PUBLIC)
    assert missing(Grant.objects.get(pk=grant.pk)) == []


def test_an_offer_is_not_published_and_waits_for_both_signatures():
    grant = grant_at(GrantStatus.ACCEPTED)
    ready = readiness_of(grant)
    assert (ready.is_listed, ready.is_open) == (False, False)
    assert "Award date" in missing(grant)
    assert SAID.this_grant_is_not_published in page_of(officer(), grant)


def test_an_award_without_an_amount_on_record_is_listed_and_not_open():
    grant = published()
    with bypass_triggers():
        Grant.objects.filter(pk=grant.pk).update(is_illustrative=True)
    ready = readiness_of(grant)
    assert (ready.is_listed, ready.is_open) == (True, False)
    assert "Amount awarded" in missing(grant)


@pytest.mark.parametrize("status", list(GrantStatus))
def test_it_says_open_exactly_of_what_is_exported(status):
    grant = grant_at(status)
    assert readiness_of(grant).is_open == exports.open_awards().filter(pk=grant.pk).exists()


def test_what_is_judged_are_columns_of_the_export():
    assert set(JUDGED) <= {".".join(way) for _, way in FIELDS}

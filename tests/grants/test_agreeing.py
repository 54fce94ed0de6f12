"""The funding agreement: prepared, read, signed by both."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.core.files.storage import default_storage

from core.accounts.models import User
from core.documents import making, store
from core.files.types import sha256_of
from core.letters.models import Letter
from core.lifecycle import Refused
from grants import documents
from grants.actions import agreements
from grants.lifecycle import GrantStatus
from grants.models import Agreement, Signature
from grants.models.report_schedule import Rhythm
from tests.accounts.factories import MembershipFactory, editor_of, lead_of
from tests.applications.factories import lead, officer
from tests.grants.factories import AGREEING, PREPARING, SIGNING, director, fresh, grant_at, prepared, signed
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant():
    return grant_at(GrantStatus.ACCEPTED)


def sign(agreement, by, **words):
    return agreements.sign(agreement, **{"name_typed": by.name, **words}, by=by, at=SIGNING)


def test_the_agreement_is_kept_with_the_hash_of_its_bytes(grant):
    agreement = prepared(grant)
    with agreement.document.file.open() as stored:
        assert sha256_of(stored) == agreement.sha256
        with pikepdf.open(BytesIO(stored.read())) as paper:
            assert paper.docinfo["/Title"] == f"Funding agreement {grant.reference}"


def test_the_agreement_says_sums_plan_and_duties(grant):
    said = documents.agreement_context(grant, prepared_at=PREPARING)
    assert [(part.due_on, part.amount) for part in said["plan"]] == [
        (date(2019, 5, 1), Decimal("7425.15")),
        (date(2019, 8, 1), Decimal("7425.15")),
        (date(2019, 11, 1), Decimal("7425.15")),
        (date(2020, 2, 1), Decimal("7425.15")),
    ]
    assert said["conditions"] == ["Name a backfill"]
    assert sum(line.amount for line in said["lines"]) == grant.total


def test_preparing_anew_before_any_signature_replaces_it(grant):
    first = prepared(grant)
    before = first.document.file.name
    second = agreements.prepare(grant, by=director(), at=AGREEING)
    making.make_now(second.document, AGREEING)
    store.sweep()
    assert Agreement.objects.get() == second
    assert (default_storage.exists(before), default_storage.exists(second.document.file.name)) == (False, True)


def test_after_a_signature_it_is_not_prepared_anew(grant):
    agreement = prepared(grant)
    signed(agreement, director())
    with pytest.raises(Refused, match=SAID.the_agreement_has_been_signed):
        prepared(grant)
    assert Agreement.objects.get().sha256 == agreement.sha256


@pytest.mark.parametrize("status", [GrantStatus.OFFERED, GrantStatus.DECLINED, GrantStatus.ACTIVE])
def test_an_agreement_follows_an_accepted_offer(status):
    with pytest.raises(Refused, match=SAID.you_can_prepare_an_agreement):
        prepared(grant_at(status))


def test_another_name_does_not_sign(grant):
    agreement = prepared(grant)
    by = lead(grant.organisation)
    with pytest.raises(Refused) as refusal:
        sign(agreement, by, name_typed="Somebody Else")
    assert (refusal.value.field, refusal.value.sentence) == (
        "name_typed",
        SAID.enter_your_full_name_as.format(by.name),
    )


def test_the_name_may_be_typed_with_other_capitals_and_spaces(grant):
    by = lead(grant.organisation)
    assert sign(prepared(grant), by, name_typed=f"  {by.name.upper()} ").party == Signature.Party.ORGANISATION


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Siobhán O'Neil-Vaughan", "Siobhán O’Neil-Vaughan"),
        ("Siobhán O’Neil-Vaughan", "siobhán o'neil-vaughan"),
        ("Siobhán O'Neil-Vaughan", "Siobha\u0301n O'Neil\u2011Vaughan"),
        ("Siobhán O'Neil-Vaughan", "Siobhán\u00a0O`Neil–Vaughan\u200b"),
        ("Nguyễn Thị Hạnh", "Nguye\u0302\u0303n Thi\u0323 Ha\u0323nh"),
    ],
)
def test_a_name_signs_as_people_see_it_whatever_their_keyboard_writes(grant, name, typed):
    by = lead(grant.organisation)
    by.name = name
    by.save(update_fields=["name"])
    assert sign(prepared(grant), by, name_typed=typed).name_typed == " ".join(typed.split())


@pytest.mark.parametrize("typed", ["Siobhan O'Neil-Vaughan", "Siobhán ONeil-Vaughan", "Siobhán O'Neil", "\u200b"])
def test_a_name_that_looks_different_does_not_sign(grant, typed):
    by = lead(grant.organisation)
    by.name = "Siobhán O'Neil-Vaughan"
    by.save(update_fields=["name"])
    with pytest.raises(Refused):
        sign(prepared(grant), by, name_typed=typed)


def test_a_document_prepared_anew_since_the_page_was_opened_is_not_signed(grant):
    agreement = prepared(grant)
    with pytest.raises(Refused, match=SAID.a_new_version_of_the):
        sign(agreement, director(), shown_sha256="0" * 64)


def test_only_a_signatory_of_the_organisation_and_the_director_sign(grant):
    agreement = prepared(grant)
    with pytest.raises(Refused) as refusal:
        sign(agreement, editor_of(grant.organisation))
    assert refusal.value.code == "grants.sign_grant"
    with pytest.raises(Refused) as refusal:
        sign(agreement, officer())
    assert refusal.value.code == "grants.sign_grant"


def test_a_director_who_belongs_to_the_organisation_signs_for_neither_side(grant):
    agreement, both = prepared(grant), director()
    MembershipFactory(person=both, organisation=grant.organisation)
    both = User.objects.get(pk=both.pk)
    assert not both.has_perm("grants.sign_grant", grant)
    with pytest.raises(Refused) as refusal:
        sign(agreement, both)
    assert refusal.value.code == "grants.sign_grant"


def test_one_person_of_both_sides_signs_for_neither(grant):
    agreement = prepared(grant)
    both = director()
    lead_of(grant.organisation, is_signatory=True).memberships.update(person=both)
    with pytest.raises(Refused) as refused:
        sign(agreement, User.objects.get(pk=both.pk))
    assert refused.value.code == "grants.sign_grant"
    assert not Signature.objects.exists()


def test_a_second_signatory_does_not_sign_for_the_same_side(grant):
    agreement = prepared(grant)
    signed(agreement, lead(grant.organisation))
    with pytest.raises(Refused, match=SAID.someone_else_has_already_signed):
        sign(agreement, lead_of(grant.organisation, is_signatory=True))


@pytest.mark.parametrize("is_director_first", [True, False])
def test_with_both_signatures_the_grant_is_agreed_in_either_order(grant, is_director_first):
    agreement = prepared(grant)
    people = [director(), lead(grant.organisation)]
    first, second = people if is_director_first else people[::-1]
    signed(agreement, first)
    assert fresh(grant).status == GrantStatus.ACCEPTED
    assert grant.instalments.count() == 0
    signed(agreement, second, at=AGREEING)
    grant = fresh(grant)
    # half past eleven at night in UTC is the next day in London
    assert (grant.status, grant.agreed_on) == (GrantStatus.AGREED, date(2019, 4, 16))
    assert list(grant.instalments.values_list("number", "due_on", "amount", "status")) == [
        (1, date(2019, 5, 1), Decimal("7425.15"), "scheduled"),
        (2, date(2019, 8, 1), Decimal("7425.15"), "scheduled"),
        (3, date(2019, 11, 1), Decimal("7425.15"), "scheduled"),
        (4, date(2020, 2, 1), Decimal("7425.15"), "scheduled"),
    ]
    assert list(grant.reports.values_list("number", "covers_from_on", "covers_to_on", "due_on")) == [
        (1, date(2019, 5, 1), date(2019, 10, 31), date(2019, 11, 1)),
        (2, date(2019, 11, 1), date(2020, 4, 30), date(2020, 5, 30)),
    ]


def test_the_letter_of_the_agreed_grant_carries_the_document_that_was_signed(grant):
    agreement = prepared(grant)
    signed(agreement, lead(grant.organisation))
    signed(agreement, director())
    letter = Letter.objects.get(template="grants.agreed", to_email=lead(grant.organisation).email)
    assert letter.attachments == [["core.documents.store.attachment", agreement.document_id]]
    name, kind, content = store.attachment(agreement.document_id)
    assert (name, kind) == (f"Funding agreement {grant.reference}.pdf", "application/pdf")
    assert sha256_of(BytesIO(content)) == agreement.sha256


def test_an_odd_number_of_months_has_its_midpoint_between_two_days():
    assert Rhythm().parts(date(2019, 5, 1), date(2019, 7, 31)) == [
        (date(2019, 5, 1), date(2019, 6, 14), date(2019, 6, 15)),
        (date(2019, 6, 15), date(2019, 7, 31), date(2019, 8, 31)),
    ]

"""Register numbers of the four nations, as people type them, and what follows from them in open data and awards."""

import pytest

from core.accounts.forms import OrganisationForm
from core.accounts.models import Organisation
from tests.accounts.factories import OrganisationFactory

FORM = Organisation.LegalForm


def form(**typed):
    return OrganisationForm({"name": "New Start", **typed})


@pytest.mark.parametrize(
    ("field", "typed", "kept", "identifier"),
    [
        ("charity_number", "1086516", "1086516", "GB-CHC-1086516"),
        ("charity_number", "0123456", "123456", "GB-CHC-123456"),
        ("charity_number", "No. 108 6516", "1086516", "GB-CHC-1086516"),
        ("charity_number", "SC012345", "SC012345", "GB-SC-SC012345"),
        ("charity_number", "sc 12345", "SC012345", "GB-SC-SC012345"),
        ("charity_number", "NIC100123", "NIC100123", "GB-NIC-100123"),
        ("charity_number", "nic 100123", "NIC100123", "GB-NIC-100123"),
        ("company_number", "1234567", "01234567", "GB-COH-01234567"),
        ("company_number", "sc123456", "SC123456", "GB-COH-SC123456"),
        ("company_number", "NI 12345", "NI012345", "GB-COH-NI012345"),
        ("company_number", "IP27937R", "IP27937R", "GB-COH-IP27937R"),
        ("society_number", "27937R", "27937R", "GB-MPR-27937R"),
        ("society_number", "ip 27937 r", "IP27937R", "GB-MPR-IP27937R"),
        ("society_number", "SP2345RS", "SP2345RS", "GB-MPR-SP2345RS"),
        ("society_number", "RS007123", "RS007123", "GB-MPR-RS007123"),
    ],
)
def test_a_number_is_read_as_people_type_it_and_names_its_register(field, typed, kept, identifier):
    shown = form(**{field: typed})
    assert shown.is_valid(), shown.errors
    assert shown.cleaned_data[field] == kept
    assert Organisation(pk=9, **{field: kept}).open_identifier("CII") == identifier


@pytest.mark.parametrize(
    ("field", "typed"),
    [("charity_number", "SC1234567"), ("charity_number", "none"), ("company_number", "12"), ("society_number", "a b")],
)
def test_what_is_in_no_register_is_refused_at_its_field(field, typed):
    assert list(form(**{field: typed}).errors) == [field]


def test_no_number_is_an_answer_of_its_own_and_not_beside_a_number():
    assert form(has_no_number="on").is_valid()
    assert list(form(has_no_number="on", charity_number="123456").errors) == ["has_no_number"]
    assert Organisation(pk=9, has_no_number=True).open_identifier("CII-G-2019-001") == "360G-cii-ORG-9"


@pytest.mark.parametrize(
    ("details", "missing"),
    [
        ({}, ["legal form", "register number, or that it has none", "address"]),
        ({"legal_form": FORM.CHARITY, "address": "1 High Road"}, ["register number, or that it has none"]),
        ({"legal_form": FORM.EXEMPT, "address": "1 High Road"}, []),
        ({"legal_form": FORM.PUBLIC, "address": " "}, ["address"]),
        ({"legal_form": FORM.SOCIETY, "society_number": "27937R", "address": "1 High Road"}, []),
        ({"legal_form": FORM.OTHER, "has_no_number": True, "address": "1 High Road"}, []),
    ],
)
def test_an_award_asks_for_legal_form_number_and_address(details, missing):
    assert Organisation(name="New Start", **details).missing_for_award == missing


@pytest.mark.django_db
def test_what_factories_make_can_be_awarded():
    assert OrganisationFactory().missing_for_award == []

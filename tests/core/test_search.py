"""Search finds people and organisations however their names are typed, on SQLite and on PostgreSQL."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.models import Organisation
from core.accounts.roles import Role
from core.search import fold
from tests.accounts.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José Álvarez", "jose"),
        ("Jose Alvarez", "José"),
        ("José", "Jose\u0301"),
        ("Jose\u0301", "José"),
        ("Siobhán O’Neil‑Vaughan", "o'neil-vaughan"),
        ("Siobhan O'Neil-Vaughan", "O’Neil‑Vaughan"),
        ("Paweł Żółć", "pawel zolc"),
        ("Søren Đorđe", "soren dorde"),
        ("Nguyễn Thị Hạnh", "nguyen thi hanh"),
        ("Ẹ̀bùn", "ebun"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Їжак", "їжак"),
        ("مُحَمَّد", "محمد"),
        ("প্রিয়া", "প্রিয়া"),
        ("東京 ＡＢＣ", "abc"),
        ("100% fun_ded", "% fun_"),
    ],
)
def test_a_name_is_found_however_it_is_typed(name, typed):
    organisation = OrganisationFactory(name=name)
    OrganisationFactory(name="Another")
    assert list(Organisation.objects.filter(name__alike=typed)) == [organisation]


def test_another_name_is_not_found():
    OrganisationFactory(name="Josefine")
    assert not Organisation.objects.filter(name__alike="joss").exists()
    assert not Organisation.objects.filter(name__alike="किरण").exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Cc"]), min_size=1, max_size=30))
def test_every_name_is_found_by_itself(name):
    organisation = OrganisationFactory(name=name)
    assert Organisation.objects.filter(pk=organisation.pk, name__alike=name).exists() or not fold(name)


def test_the_admin_searches_so(client):
    from tests.accounts.factories import person_with

    OrganisationFactory(name="Fundación José")
    client.force_login(person_with(Role.ADMINISTRATOR))
    assert "Fundación José" in client.get("/admin/accounts/organisation/", {"q": "fundacion jose"}).text

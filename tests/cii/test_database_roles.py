"""The service's database role can change rows and not the triggers that keep content frozen; check --deploy says so."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from cii.role_checks import database_role
from core.audit import trail
from tests.accounts.factories import UserFactory
from tests.applications.factories import WRITING

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
GUIDE = Path(settings.BASE_DIR, "docs/operating.md")


def sql_of_the_guide() -> list[str]:
    section = GUIDE.read_text().partition("## Database roles")[2].partition("\n## ")[0]
    return re.findall(r"```sql\n(.*?)```", section, re.DOTALL)


def warnings() -> list[str]:
    return [message.id for message in database_role()]


@pytest.fixture
def roles():
    """The guide's two roles, and the tables given to the first, until the test is over."""
    first, granted = sql_of_the_guide()
    with connection.cursor() as cursor:
        cursor.execute(first)
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" OWNER TO cii_owner')
        cursor.execute(granted)
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")


def test_a_superuser_and_an_owner_are_spoken_of_and_the_guides_role_is_not(roles):
    assert warnings() == ["cii.W002"]
    become("cii_owner")
    assert warnings() == ["cii.I003"]
    become("cii_app")
    assert warnings() == []


def test_the_guides_role_works_and_cannot_switch_a_trigger_off(roles):
    become("cii_app")
    person = UserFactory()
    entry = trail.record("name changed", person, by=person, at=WRITING)
    assert entry.pk is not None
    for statement in ("ALTER TABLE audit_entry DISABLE TRIGGER ALL", "TRUNCATE audit_entry", "DROP TABLE audit_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_control_the_owner_can_switch_a_trigger_off(roles):
    become("cii_owner")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")

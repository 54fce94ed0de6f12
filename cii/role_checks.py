"""Whether the application's role in PostgreSQL could take away the triggers that keep content frozen."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Info, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError, InterfaceError, connection

from core.audit.triggers import PREFIX

HINT = "Let one role own the tables and migrate, and another serve: docs/operating.md, “Database roles”, has the SQL."
ROLE = """
    SELECT current_user, rolsuper, EXISTS (
        SELECT FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE starts_with(tgname, %s) AND pg_has_role(current_user, relowner, 'MEMBER')
    ) FROM pg_roles WHERE rolname = current_user
"""


@register(Tags.security, deploy=True)
def database_role(**_: Any) -> list[CheckMessage]:
    """Warn of a role that may do more than the service needs; a database that is away is told of by /readyz."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(ROLE, [PREFIX])
            row = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return []
    return list(too_mighty(*row)) if row else []


def too_mighty(role: str, is_superuser: bool, owns_triggers: bool) -> Iterator[CheckMessage]:
    if is_superuser:
        message = f"The database role {role} is a superuser: whoever takes over the service can change everything."
        yield Warning(message, hint=HINT, id="cii.W002")
    elif owns_triggers:
        message = f"The database role {role} owns tables with {PREFIX} triggers, so the service could switch them off."
        yield Info(message, hint=HINT, id="cii.I003")  # whoever migrates is the owner

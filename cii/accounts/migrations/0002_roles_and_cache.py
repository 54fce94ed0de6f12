"""The ten groups, and the table in which limits on sign-in are counted, so that `migrate` alone is enough."""

from django.core.management import call_command
from django.db import migrations

ROLES = (
    "Grants officer",
    "Grants director",
    "Finance officer",
    "Committee member",
    "Funder assessor",
    "Host assessor",
    "Host line manager",
    "Host programme manager",
    "Learning partner",
    "Administrator",
)


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role in ROLES:
        groups.get_or_create(name=role)


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The ten groups and the cache's table."""

    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]

"""Meetings of the Grants Committee become meetings of a body of the programme, under the keys that decisions name."""

from django.db import migrations
from django.utils import timezone

ROLE = "Committee member"


def move(apps, schema_editor):
    Body, Meeting = apps.get_model("governance", "Body"), apps.get_model("governance", "Meeting")
    Seat = apps.get_model("governance", "Seat")
    Programme, held = apps.get_model("accounts", "Programme"), apps.get_model("accounts", "RoleAssignment")
    committees = {
        programme.pk: Body.objects.create(programme=programme, role=ROLE, name="Grants Committee")
        for programme in Programme.objects.order_by("pk")
    }
    Meeting.objects.bulk_create(
        Meeting(pk=old.pk, body=committees[old.programme_id], held_on=old.held_on, note=old.note)
        for old in apps.get_model("grants", "CommitteeMeeting").objects.order_by("pk")
    )
    today = timezone.localdate()  # since when a role has been held was not written down
    Seat.objects.bulk_create(
        Seat(body=committees[one.programme_id], person_id=one.person_id, from_on=today)
        for one in held.objects.filter(role=ROLE, person__is_active=True).order_by("pk")
    )
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('governance_meeting', 'id'), GREATEST(MAX(id), 1), "
                "MAX(id) IS NOT NULL) FROM governance_meeting"
            )


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial"), ("governance", "0001_initial")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]

"""Decisions name a meeting of a body: the same key as before (0002 moved the rows), so no frozen row changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0002_meetings_of_the_committee")]
    operations = [
        migrations.AlterField(
            model_name="decision",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="governance.meeting"
            ),
        ),
        migrations.DeleteModel(name="CommitteeMeeting"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('event', models.CharField(max_length=100)),
                ('thing_type', models.CharField(max_length=60)),
                ('thing_id', models.CharField(max_length=40)),
                ('thing_label', models.CharField(max_length=200)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'trail entry',
                'verbose_name_plural': 'trail',
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['thing_type', 'thing_id', 'at'], name='trail_of_a_thing')],
            },
        ),
    ]

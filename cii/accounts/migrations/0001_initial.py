import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('aliases', models.TextField(blank=True, help_text='One on each line.', verbose_name='other names')),
                ('legal_form', models.CharField(blank=True, choices=[('charity', 'Registered charity'), ('cio', 'Charitable incorporated organisation'), ('company', 'Company limited by guarantee'), ('cic', 'Community interest company'), ('public', 'Public body'), ('other', 'Another form')], max_length=10)),
                ('charity_number', models.CharField(blank=True, max_length=10, validators=[django.core.validators.RegexValidator('^\\d{6,7}(-\\d+)?$', 'Enter the charity number as six or seven digits, like 123456.')])),
                ('company_number', models.CharField(blank=True, max_length=8, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2}\\d{6}$', 'Enter the company number as eight characters, like 01234567.')])),
                ('address', models.TextField(blank=True)),
                ('website', models.URLField(blank=True)),
            ],
            options={
                'ordering': ('name', 'pk'),
                'indexes': [models.Index(django.db.models.functions.text.Lower('name'), name='organisation_by_name')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=150, verbose_name='full name')),
                ('is_staff', models.BooleanField(default=False, verbose_name='may open the admin')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('works_for', models.ForeignKey(blank=True, help_text='For people with a role: the funder, host or learning partner they work for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one account per e-mail address')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('standing', models.CharField(choices=[('lead', 'Lead'), ('editor', 'Editor')], default='editor', max_length=10)),
                ('is_signatory', models.BooleanField(default=False, verbose_name='authorised signatory')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.organisation')),
            ],
            options={
                'ordering': ('person__name', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation'), name='one membership per person and organisation'), models.CheckConstraint(condition=models.Q(('standing__in', ['lead', 'editor'])), name='a membership has a known standing')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('standing', models.CharField(choices=[('lead', 'Lead'), ('editor', 'Editor')], default='editor', max_length=10)),
                ('is_signatory', models.BooleanField(default=False, verbose_name='authorised signatory')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organisation')),
            ],
            options={
                'ordering': ('-invited_at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='an invitation is accepted by somebody at a time')],
            },
        ),
    ]

import cii.files
import cii.money
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('applications', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommitteeMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='committee_meetings', to='applications.programme')),
            ],
            options={
                'ordering': ('-held_on', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('programme', 'held_on'), name='one committee meeting a day')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('award', 'Award'), ('decline', 'Decline'), ('reserve', 'Reserve list'), ('defer', 'Defer')], max_length=10)),
                ('days_per_week', models.DecimalField(blank=True, decimal_places=1, max_digits=2, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='start')),
                ('conditions', models.TextField(blank=True)),
                ('reasons', models.TextField(help_text='What the organisation will read.')),
                ('status', models.CharField(choices=[('recorded', 'recorded'), ('confirmed', 'confirmed'), ('released', 'released'), ('dropped', 'dropped')], default='recorded', max_length=10)),
                ('recorded_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='applications.application')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.committeemeeting')),
                ('post', models.ForeignKey(blank=True, help_text='Need not be the one applied for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='applications.post', verbose_name='post offered')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-recorded_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['recorded', 'confirmed', 'released', 'dropped'])), name='a decision has a known status'), models.UniqueConstraint(condition=models.Q(('status__in', ['recorded', 'confirmed'])), fields=('application',), name='one pending decision per application'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True), _connector='OR'), name='a decision is confirmed by another person'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True), ('status__in', ['recorded', 'dropped'])), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('status__in', ['confirmed', 'released'])), _connector='OR'), name='what is confirmed or released was confirmed'), models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', False), ('released_by__isnull', False), ('status', 'released')), models.Q(models.Q(('status', 'released'), _negated=True), ('released_at__isnull', True), ('released_by__isnull', True)), _connector='OR'), name='a decision is released by somebody at a time'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'award'), _negated=True), models.Q(('days_per_week__isnull', False), ('months__isnull', False), ('post__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='an award says post, days, months and start')],
            },
        ),
        migrations.CreateModel(
            name='Funder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_housing', models.BooleanField(default=False, verbose_name='houses the fund')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='accounts.organisation')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funders', to='applications.programme')),
            ],
            options={
                'ordering': ('-is_housing', 'organisation__name'),
                'constraints': [models.UniqueConstraint(fields=('programme', 'organisation'), name='one funder per programme')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=30, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(help_text='Published; names no person.')),
                ('status', models.CharField(choices=[('offered', 'offered'), ('accepted', 'accepted'), ('agreed', 'agreed'), ('active', 'active'), ('closed', 'closed'), ('declined', 'offer declined'), ('ended_early', 'ended early')], default='offered', max_length=12)),
                ('current_salary', cii.money.MoneyField(blank=True, null=True, verbose_name='current full-time salary (£ a year)')),
                ('wants_enhancement', models.BooleanField(default=True)),
                ('days_per_week', models.DecimalField(decimal_places=1, max_digits=2)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('total', cii.money.MoneyField()),
                ('is_above_band', models.BooleanField(default=False)),
                ('is_illustrative', models.BooleanField(default=False, help_text='The documents give no sum; this one shows the shape.')),
                ('conditions', models.TextField(blank=True)),
                ('offered_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('declined_reason', models.TextField(blank=True)),
                ('agreed_on', models.DateField(blank=True, null=True)),
                ('changed_at', models.DateTimeField(blank=True, help_text='When the published record last changed; empty: when it was agreed.', null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.OneToOneField(blank=True, help_text='Empty only for the history.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='grants.decision')),
                ('declined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='accounts.organisation')),
                ('post', models.ForeignKey(blank=True, help_text='Empty only for the history.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='applications.post')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='applications.programme')),
            ],
            options={
                'ordering': ('-offered_at', '-pk'),
                'indexes': [models.Index(fields=['-agreed_on', '-id'], name='published_awards'), models.Index(fields=['status', 'organisation'], name='grants_by_status')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['offered', 'accepted', 'agreed', 'active', 'closed', 'declined', 'ended_early'])), name='a grant has a known status'), models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='a grant is not negative'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='a grant ends after it starts'), models.CheckConstraint(condition=models.Q(('days_per_week__gt', 0), ('days_per_week__lte', 5)), name="a grant's days are within a week"), models.CheckConstraint(condition=models.Q(models.Q(('agreed_on__isnull', False), ('status__in', ('agreed', 'active', 'closed', 'ended_early'))), models.Q(models.Q(('status__in', ('agreed', 'active', 'closed', 'ended_early')), _negated=True), ('agreed_on__isnull', True)), _connector='OR'), name='what is agreed says since when'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('status__in', ['offered', 'declined'])), models.Q(('status__in', ['accepted', 'agreed', 'active', 'closed', 'ended_early']), models.Q(('accepted_at__isnull', False), ('decision__isnull', True), _connector='OR')), _connector='OR'), name='what goes beyond an offer was accepted'), models.CheckConstraint(condition=models.Q(models.Q(('declined_at__isnull', False), ('declined_by__isnull', False), ('status', 'declined')), models.Q(models.Q(('status', 'declined'), _negated=True), ('declined_at__isnull', True), ('declined_by__isnull', True)), _connector='OR'), name='an offer is declined by somebody at a time')],
            },
        ),
        migrations.CreateModel(
            name='EvaluationReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('covers_from_on', models.DateField()),
                ('covers_to_on', models.DateField()),
                ('due_on', models.DateField()),
                ('status', models.CharField(choices=[('due', 'due'), ('submitted', 'submitted'), ('returned', 'returned'), ('accepted', 'accepted')], default='due', max_length=10)),
                ('progress', models.TextField(blank=True, verbose_name='what was done')),
                ('difference', models.TextField(blank=True, verbose_name='what difference it made')),
                ('learning', models.TextField(blank=True, verbose_name='what was learnt')),
                ('difficulties', models.TextField(blank=True, verbose_name='what was difficult')),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('returned_reason', models.TextField(blank=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='grants.grant')),
            ],
            options={
                'ordering': ('grant', 'number'),
                'indexes': [models.Index(fields=['status', 'due_on'], name='reports_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['due', 'submitted', 'returned', 'accepted'])), name='a report has a known status'), models.UniqueConstraint(fields=('grant', 'number'), name='one report per number'), models.CheckConstraint(condition=models.Q(('status', 'due'), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='a report past due was submitted by somebody'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'returned'), _negated=True), models.Q(('returned_at__isnull', False), models.Q(('returned_reason', ''), _negated=True)), _connector='OR'), name='a returned report says why'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('status', 'accepted')), models.Q(models.Q(('status', 'accepted'), _negated=True), ('accepted_at__isnull', True), ('accepted_by__isnull', True)), _connector='OR'), name='a report is accepted by somebody at a time')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=cii.files.stored_name)),
                ('sha256', models.CharField(max_length=64)),
                ('generated_at', models.DateTimeField()),
                ('generated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='grants.grant')),
            ],
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('amount', cii.money.MoneyField()),
                ('status', models.CharField(choices=[('scheduled', 'scheduled'), ('prepared', 'prepared'), ('approved', 'approved'), ('paid', 'paid'), ('withheld', 'withheld')], default='scheduled', max_length=10)),
                ('prepared_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('payment_reference', models.CharField(blank=True, max_length=60)),
                ('withheld_reason', models.TextField(blank=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='grants.grant')),
                ('paid_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('grant', 'number'),
                'indexes': [models.Index(fields=['status', 'due_on'], name='instalments_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['scheduled', 'prepared', 'approved', 'paid', 'withheld'])), name='an instalment has a known status'), models.UniqueConstraint(fields=('grant', 'number'), name='one instalment per number'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='an instalment is not negative'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['prepared', 'approved', 'paid']), _negated=True), models.Q(('prepared_at__isnull', False), ('prepared_by__isnull', False)), _connector='OR'), name='what is prepared was prepared by somebody'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['approved', 'paid']), _negated=True), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='what is approved was approved by somebody'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'paid'), _negated=True), models.Q(('paid_at__isnull', False), ('paid_by__isnull', False)), _connector='OR'), name='what is paid was paid by somebody'), models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='an instalment is approved by another person'), models.CheckConstraint(condition=models.Q(('paid_by__isnull', True), models.Q(models.Q(('paid_by', models.F('prepared_by')), _negated=True), models.Q(('paid_by', models.F('approved_by')), _negated=True)), _connector='OR'), name='an instalment is paid by a third person')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('organisation', 'The organisation'), ('funder', 'The funder')], max_length=15)),
                ('name_typed', models.CharField(max_length=150)),
                ('sha256', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='grants.agreement')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('signed_at',),
                'constraints': [models.UniqueConstraint(fields=('agreement', 'party'), name='one signature per party'), models.UniqueConstraint(fields=('agreement', 'signed_by'), name='nobody signs for both parties')],
            },
        ),
        migrations.CreateModel(
            name='Variation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField()),
                ('total', cii.money.MoneyField()),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variations', to='grants.grant')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('from_on',),
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__gt', models.F('from_on'))), name='an extension ends after it starts'), models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='an extension is not negative')],
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('salary', 'Salary'), ('enhancement', 'Salary enhancement'), ('on_costs', "Employer's on-costs"), ('backfill', 'Towards backfill'), ('management_fee', 'Management fee')], max_length=15)),
                ('amount', cii.money.MoneyField()),
                ('workings', models.CharField(max_length=250)),
                ('position', models.PositiveSmallIntegerField()),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='grants.grant')),
                ('variation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='grants.variation')),
            ],
            options={
                'ordering': ('grant', 'position', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='a budget line is not negative'), models.UniqueConstraint(condition=models.Q(('variation__isnull', True)), fields=('grant', 'kind'), name='one budget line per kind'), models.UniqueConstraint(condition=models.Q(('variation__isnull', False)), fields=('variation', 'kind'), name='one budget line per kind of an extension')],
            },
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('applications', '0001_initial'),
        ('grants', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=30, unique=True)),
                ('works_monday', models.BooleanField(default=False, verbose_name='Monday')),
                ('works_tuesday', models.BooleanField(default=False, verbose_name='Tuesday')),
                ('works_wednesday', models.BooleanField(default=False, verbose_name='Wednesday')),
                ('works_thursday', models.BooleanField(default=False, verbose_name='Thursday')),
                ('works_friday', models.BooleanField(default=False, verbose_name='Friday')),
                ('days_per_week', models.DecimalField(decimal_places=1, max_digits=2)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='The last day, included.')),
                ('status', models.CharField(choices=[('preparing', 'preparing'), ('active', 'active'), ('ended', 'ended')], default='preparing', max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='placement', to='grants.grant')),
                ('home_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements_released', to=settings.AUTH_USER_MODEL)),
                ('line_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements_managed', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('secondee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strands', models.ManyToManyField(blank=True, related_name='placements', to='applications.strand')),
            ],
            options={
                'ordering': ('-starts_on', 'pk'),
                'indexes': [models.Index(fields=['status', '-starts_on', 'id'], name='placements_by_start'), models.Index(fields=['-starts_on', 'id'], name='placements_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['preparing', 'active', 'ended'])), name='a placement has a known status'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='a placement ends after it starts'), models.CheckConstraint(condition=models.Q(('line_manager__isnull', True), ('home_manager__isnull', True), models.Q(('line_manager', models.F('home_manager')), _negated=True), _connector='OR'), name="a placement's two managers are two people"), models.CheckConstraint(condition=models.Q(models.Q(('secondee__isnull', True), ('line_manager__isnull', True), models.Q(('secondee', models.F('line_manager')), _negated=True), _connector='OR'), models.Q(('secondee__isnull', True), ('home_manager__isnull', True), models.Q(('secondee', models.F('home_manager')), _negated=True), _connector='OR')), name='nobody manages their own placement'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'active'), _negated=True), models.Q(('home_manager__isnull', False), ('line_manager__isnull', False), ('secondee__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='an active placement has its three people'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended')), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='a placement is ended at a time or not')],
            },
        ),
        migrations.CreateModel(
            name='StartStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('screening', "Host's HR screening"), ('contract', 'Contract between organisation and host'), ('release', 'Release arrangements'), ('role_meeting', 'Meeting of secondee and line manager'), ('managers_meeting', 'Meeting of the two managers')], max_length=20)),
                ('status', models.CharField(choices=[('open', 'to do'), ('recorded', 'waits for confirmation'), ('done', 'done'), ('waived', 'waived')], default='open', max_length=10)),
                ('due_on', models.DateField()),
                ('happened_on', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, max_length=1000)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('waived_reason', models.TextField(blank=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='secondments.placement')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('placement', 'pk'),
                'indexes': [models.Index(fields=['status', 'due_on'], name='start_steps_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'recorded', 'done', 'waived'])), name='a start step has a known status'), models.UniqueConstraint(fields=('placement', 'kind'), name='one start step per kind'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['recorded', 'done']), _negated=True), models.Q(('happened_on__isnull', False), ('recorded_at__isnull', False), ('recorded_by__isnull', False)), _connector='OR'), name='a step done says when and by whom'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'waived'), _negated=True), models.Q(('waived_reason', ''), _negated=True), _connector='OR'), name='a waived step says why'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True), _connector='OR'), name='a step is confirmed by the other side'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['contract', 'managers_meeting']), ('status', 'done'), _negated=True), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='a step of two sides is done when both have said so'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'screening'), _negated=True), ('note', ''), _connector='OR'), name='of the screening nothing but date and outcome is kept')],
            },
        ),
        migrations.CreateModel(
            name='Workplan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('placement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='workplan', to='secondments.placement')),
            ],
        ),
        migrations.CreateModel(
            name='OrganisationView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of_version', models.PositiveIntegerField()),
                ('view', models.CharField(choices=[('agrees', 'Agrees'), ('concern', 'Raises a concern')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('said_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workplan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='views', to='secondments.workplan')),
            ],
            options={
                'ordering': ('-said_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('view', 'agrees'), models.Q(('text', ''), _negated=True), _connector='OR'), name='a concern says what it is'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='a concern is answered by somebody at a time'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answered_at__isnull', False), ('view', 'concern'), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='only a concern is answered, and in words')],
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('changed_in', models.PositiveIntegerField(default=0, help_text="The workplan's version that last changed it.")),
                ('workplan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objectives', to='secondments.workplan')),
            ],
            options={
                'ordering': ('workplan', 'position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('due_on', models.DateField()),
                ('work', models.CharField(choices=[('project', 'Project work'), ('reactive', 'Reactive policy support'), ('proactive', 'Proactive policy input')], max_length=10, verbose_name='kind of work')),
                ('influence', models.CharField(choices=[('vertical', 'Vertical: towards those who lead the host'), ('horizontal', 'Horizontal: other teams of the host'), ('external', 'External: other public bodies')], max_length=10, verbose_name='direction of influence')),
                ('status', models.CharField(choices=[('planned', 'planned'), ('under_way', 'under way'), ('done', 'done'), ('dropped', 'dropped')], default='planned', max_length=10)),
                ('sign_off', models.CharField(choices=[('not_needed', 'not needed'), ('needed', 'needed'), ('asked', 'asked for'), ('given', 'given')], default='not_needed', max_length=10)),
                ('sign_off_asked_on', models.DateField(blank=True, null=True)),
                ('sign_off_given_on', models.DateField(blank=True, null=True)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('changed_in', models.PositiveIntegerField(default=0, help_text="The workplan's version that last changed it.")),
                ('strand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='applications.strand')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='secondments.objective')),
            ],
            options={
                'ordering': ('objective', 'due_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'under_way', 'done', 'dropped'])), name='a milestone has a known status'), models.CheckConstraint(condition=models.Q(('sign_off__in', ['not_needed', 'needed', 'asked', 'given'])), name='a sign-off has a known state'), models.CheckConstraint(condition=models.Q(models.Q(('sign_off__in', ['asked', 'given']), _negated=True), ('sign_off_asked_on__isnull', False), _connector='OR'), name='a sign-off asked for says since when'), models.CheckConstraint(condition=models.Q(models.Q(('sign_off', 'given'), ('sign_off_given_on__isnull', False)), models.Q(models.Q(('sign_off', 'given'), _negated=True), ('sign_off_given_on__isnull', True)), _connector='OR'), name='a sign-off given says when'), models.CheckConstraint(condition=models.Q(models.Q(('done_on__isnull', False), ('status', 'done')), models.Q(models.Q(('status', 'done'), _negated=True), ('done_on__isnull', True)), _connector='OR'), name='a milestone is done on a day or not')],
            },
        ),
    ]

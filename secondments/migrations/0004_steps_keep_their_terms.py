from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('secondments', '0003_londons_steps'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='startstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), ('confirmer', ''), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='a step of two sides is done when both have said so'),
        ),
        migrations.AddConstraint(
            model_name='startstep',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), ('note', ''), _connector='OR'), name='of a step with an outcome nothing but its day is kept'),
        ),
    ]

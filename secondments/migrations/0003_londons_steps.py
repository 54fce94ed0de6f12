"""The five steps that were in the code become rows: of each programme, and as the terms of each step of a placement."""

from django.db import migrations

STEPS = {
    'screening': {
        'title': "Host's HR screening",
        'recorder': 'programme_manager',
        'day_label': "Day the host's screening was cleared",
        'outcome': 'The screening is cleared',
    },
    'contract': {
        'title': 'Contract between organisation and host',
        'recorder': 'programme_manager',
        'confirmer': 'lead',
        'day_label': 'Day the contract was agreed',
        'note_help': 'For example, where it is stored and what it says about conflicts of interest.',
    },
    'release': {
        'title': 'Release arrangements',
        'recorder': 'lead',
        'day_label': 'Day the release was arranged',
        'note_help': 'For example, how their work at the organisation is covered.',
    },
    'role_meeting': {
        'title': 'Meeting of secondee and line manager',
        'recorder': 'line_manager',
        'day_label': 'Day of the meeting',
        'note_help': 'What you agreed about the role, responsibilities and priorities.',
    },
    'managers_meeting': {
        'title': 'Meeting of the two managers',
        'recorder': 'line_manager',
        'confirmer': 'home_manager',
        'day_label': 'Day of the meeting',
        'note_help': 'How the two managers will work together.',
        'is_of_person': False,
    },
}


def put_in(apps, schema_editor):
    steps = apps.get_model('secondments', 'StartStep').objects
    of_programmes = apps.get_model('secondments', 'ProgrammeStep').objects
    programmes = list(apps.get_model('accounts', 'Programme').objects.all())
    for position, (kind, terms) in enumerate(STEPS.items(), start=1):
        steps.filter(kind=kind).update(position=position, **terms)
        for programme in programmes:
            of_programmes.create(programme=programme, kind=kind, position=position, **terms)


class Migration(migrations.Migration):

    dependencies = [
        ('secondments', '0002_steps_of_the_programme'),
    ]

    operations = [
        migrations.RunPython(put_in, migrations.RunPython.noop),
    ]

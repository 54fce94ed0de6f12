"""The rounds at the top of the admin: each count opens exactly its rows, and nobody counts what they may not see."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from applications.models import Application
from core.accounts.models import User
from core.admin.rounds import counts, rounds_for
from tests.applications.factories import ASSESSING
from tests.client import Client

pytestmark = pytest.mark.django_db
INSTANTS = [datetime(2019, 3, 15, 9, 0, tzinfo=UTC), datetime(2019, 9, 20, 9, 0, tzinfo=UTC)]


def signed_in(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def shown_to(person, now):
    """Every figure with its name, of all the rounds of a person as a new request finds them."""
    person = User.objects.get(pk=person.pk)
    for one in rounds_for(person, now):
        for stage in one.stages:
            yield from ([stage.cases] if stage.cases else []) + stage.waiting


def numbers(person, now):
    return {figure.of.name: figure.count for figure in shown_to(person, now) if figure.count}


@pytest.mark.parametrize("now", INSTANTS)
def test_every_count_of_a_round_opens_exactly_those_rows(cast, now, time_machine, monkeypatch):
    time_machine.move_to(now, tick=False)
    monkeypatch.setattr("applications.rounds.MOST", 100)  # each application of the cast has a call of its own
    wrong, seen, opened = [], set(), set()  # one call of each count for each person
    for part in cast.people:
        person = cast.afresh(part)
        if isinstance(person, AnonymousUser) or not person.is_staff:
            continue
        client = signed_in(person)
        for figure in shown_to(person, now):
            if not figure.count or (part, figure.of.name) in opened:
                continue
            opened.add((part, figure.of.name))
            seen.add(figure.of.name)
            answer = client.get(figure.url)
            rows = answer.context["cl"].result_count if answer.status_code == 200 else answer.status_code
            if rows != figure.count:
                wrong.append((part, figure.url, figure.count, rows))
    assert wrong == []
    assert len(seen) > 10


def test_a_case_stands_at_exactly_one_stage(cast):
    stages = [one for one in counts() if not one.owner]
    person = cast.afresh("officer")
    found = [key for one in stages for key in one.rows(person, ASSESSING).values_list("pk", flat=True)]
    assert len(found) == len(set(found))
    handed_in = Application.objects.filter(is_rehearsal=False).exclude(
        status__in=["draft", "withdrawn", "call_cancelled"]
    )
    assert set(found) <= set(handed_in.values_list("pk", flat=True))

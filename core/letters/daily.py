"""The daily email: what a person chose to have once a day, in one email, every morning on which there is something."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.module_loading import import_string

from core.dates import at_london, london
from core.letters import outbox
from core.letters.delivery import PROBLEM_LENGTH
from core.letters.models import Letter, Status
from core.letters.preferences import DAILY
from core.visibility import hidden_for_now_from, hidden_from

MORNING = time(7)  # by the installation's clock


def last_morning(now: datetime) -> datetime:
    """The latest 7am that has passed, whatever the clocks did since."""
    today = london(now).date()
    morning = at_london(today, MORNING)
    return morning if morning <= now else at_london(today - timedelta(days=1), MORNING)


def write_due(now: datetime) -> int:
    """Write the daily email of everyone for whom a notice waits since before the morning; returns how many.

    A day without a clock is made up for. Each notice goes once: whoever collects it first has it.
    """
    held = Letter.objects.filter(status=Status.HELD, posted_at__lt=last_morning(now), to_user__isnull=False)
    people = get_user_model()._default_manager.filter(pk__in=held.values("to_user")).order_by("pk")
    return sum(_write(person, now) for person in people)


@transaction.atomic
def _write(person: AbstractBaseUser, now: datetime) -> bool:
    morning = last_morning(now)
    waiting = Letter.objects.filter(to_user=person.pk, status=Status.HELD, posted_at__lt=morning)
    letters = list(waiting.select_for_update(of=("self",)).select_related("programme").order_by("posted_at", "pk"))
    parts = _sorted_out(person, letters)
    if not parts:
        return False
    day = london(morning).date()
    programmes = {part.programme for part in parts}
    daily = outbox.post(
        DAILY,
        to=person,
        key=f"{DAILY}:{person.pk}:{day}",
        at=now,
        count=len(parts),
        day=day,
        programme=programmes.pop() if len(programmes) == 1 else None,
    )
    if daily is None:
        return False  # what is late for this morning's goes the next morning
    chosen = Letter.objects.filter(pk__in=[part.pk for part in parts], status=Status.HELD)
    chosen.update(status=Status.COLLECTED, daily=daily)
    return True


def _sorted_out(person: AbstractBaseUser, letters: list[Letter]) -> list[Letter]:
    """The letters that go; taken back are those to who left or has a conflict, given up what a restriction holds.

    What the person may not read yet waits for a later morning.
    """
    hidden, for_now = hidden_from(person), hidden_for_now_from(person)
    held_back = import_string(settings.LETTER_HOLDS)(letters)
    going = []
    for letter in letters:
        if not person.is_active or letter.case in hidden - for_now:
            _finish(letter, Status.WITHDRAWN)
        elif letter.case in for_now:
            continue
        elif letter.pk in held_back:
            _finish(letter, Status.DEAD, problem=held_back[letter.pk][:PROBLEM_LENGTH])
        else:
            going.append(letter)
    return going


def _finish(letter: Letter, status: Status, problem: str = "") -> None:
    Letter.objects.filter(pk=letter.pk, status=Status.HELD).update(status=status, problem=problem)

"""A person chooses which notices they have, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.audit import trail
from core.letters import outbox
from core.letters.kinds import topics
from core.letters.models import EmailChoice, Letter, Status, Way
from core.letters.preferences import ways_of
from core.lifecycle import Refused
from core.permissions import check


@transaction.atomic
def choose_emails(person: AbstractBaseUser, *, ways: Mapping[str, str], by: AbstractBaseUser, at: datetime) -> int:
    """Save how the person has these topics; returns how many notices that waited for the daily email go now.

    `ways` are keys of topics with values of Way; topics that are left out stay as they are. What was chosen for the
    daily email before is sent, whatever is chosen from now on.
    """
    check(by, "letters.choose_emails", person)
    get_user_model()._default_manager.select_for_update().get(pk=person.pk)
    before = ways_of(person)
    changed = {key: Way(way) for key, way in ways.items() if before[key] != way}
    for key, way in changed.items():
        if way == Way.AT_ONCE:
            EmailChoice.objects.filter(person=person.pk, topic=key).delete()
        else:
            EmailChoice.objects.update_or_create(person_id=person.pk, topic=key, defaults={"way": way})
    if not changed:
        raise Refused("Nothing has changed. Choose something else, or leave the page.")
    trail.record("choice of emails changed", person, by=by, at=at)
    templates = [name for key in changed for name in topics()[key].templates]
    return outbox.release(Letter.objects.filter(to_user=person.pk, template__in=templates, status=Status.HELD), at)

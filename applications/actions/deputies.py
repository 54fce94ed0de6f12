"""Somebody stands in, on one case, for a person who stood aside and is the only one in their role."""

from datetime import datetime

from django.db import transaction

from applications import letters
from applications.lifecycle import TrailEvent
from applications.models import Application, Deputy
from applications.rules.deputies import held_alone, possible_deputies
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import require
from core.permissions import check


@transaction.atomic
def name(application: Application, *, role: str, person: User, by: User, at: datetime) -> Deputy:
    """Name who takes the steps of a role on this case in one's place; whoever was named before does so no longer.

    Raises Refused for a role that others hold too, and for a person who may not act on the case.
    """
    check(by, "applications.name_deputy", application)
    is_alone = held_alone(by, role).filter(pk=application.pk).exists()
    require(is_alone, "Someone else in this role can act on the case, so it needs no deputy.", "case")
    may_be = possible_deputies(application).exclude(pk=by.pk).filter(pk=person.pk).exists()
    require(may_be, f"{person} cannot act on this case. Choose someone else.", "person")
    facts = {"person": person, "stands_for": by, "named_at": at}
    deputy, _ = Deputy.objects.update_or_create(application=application, role=role, defaults=facts)
    person.forget_answers()
    trail.record(TrailEvent.DEPUTY_NAMED, application, by=by, at=at, deputy=person.pk, role=deputy.get_role_display())
    letters.assessments.deputy_named(deputy, at=at)
    return deputy

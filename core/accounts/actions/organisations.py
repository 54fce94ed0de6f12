"""Actions on organisations: a new one, its details, and which programmes it takes part in."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core.accounts.duplicates import email_domain, likely_double
from core.accounts.models import Membership, Organisation, Participation, Programme, User
from core.audit import trail
from core.lifecycle import Refused
from core.permissions import check

LEAD = Membership.Standing.LEAD


class LikelyDouble(Refused):
    """The organisation is likely to exist already; one may carry on, but not join it."""

    def __init__(self, name: str) -> None:
        sentence = f"An organisation called {name} is already registered."
        super().__init__(
            f"{sentence} If it is yours, ask its lead to invite you. If it is another organisation, continue."
        )
        self.name = name


@transaction.atomic
def name_organisation(*, by: User, at: datetime, carry_on: bool = False, **details: Any) -> Organisation:
    """Create an organisation (`details`: its fields) with this person as its lead.

    Raises LikelyDouble unless `carry_on`. The same name sent twice by one person makes one organisation.
    """
    check(by, "accounts.name_organisation")
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once wait for each other here
    organisation = Organisation(**details)
    if own := by.memberships.filter(organisation__name=organisation.name, standing=LEAD).first():
        return own.organisation
    fields = ("pk", "name", "aliases", "charity_number", "company_number", "society_number")
    others = Organisation.objects.only(*fields)
    double = likely_double(organisation, others) or _colleagues_organisation(by, others)
    if double and not carry_on:
        raise LikelyDouble(double.name)
    organisation.save()
    Membership.objects.create(person=by, organisation=organisation, standing=LEAD, joined_at=at)
    by.forget_answers()
    trail.record("organisation named", organisation, by=by, at=at, likely_double=double.name if double else "")
    return organisation


def _colleagues_organisation(by: User, others: QuerySet[Organisation]) -> Organisation | None:
    """An organisation whose members have addresses at the person's own domain, unless anybody can have one there."""
    domain = email_domain(by.email)
    own = by.memberships.values("organisation")
    colleagues = others.exclude(pk__in=own).filter(memberships__person__email__iendswith=f"@{domain}")
    return colleagues.first() if domain else None


@transaction.atomic
def change_organisation(organisation: Organisation, *, by: User, at: datetime, **details: Any) -> None:
    """Save the organisation's details (its fields by name); the trail names those that changed."""
    check(by, "accounts.change_organisation", organisation)
    changed = sorted(field for field, value in details.items() if getattr(organisation, field) != value)
    for field in changed:
        setattr(organisation, field, details[field])
    if changed:
        organisation.save(update_fields=changed)
        trail.record("organisation changed", organisation, by=by, at=at, fields=changed)


@transaction.atomic
def take_part(organisation: Organisation, programme: Programme, *, by: User, at: datetime) -> None:
    """Record that the organisation takes part in the programme, so that its office sees the organisation.

    Once is enough: a second call changes nothing.
    """
    check(by, "accounts.take_part", Participation(organisation.pk, programme.pk))
    if programme.organisations.filter(pk=organisation.pk).exists():
        return
    programme.organisations.add(organisation)
    trail.record("joined a programme", organisation, by=by, at=at, programme=programme)

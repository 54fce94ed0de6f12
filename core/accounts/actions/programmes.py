"""Actions on programmes: a new one, with the organisations that run it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core import naming
from core.accounts.models import Organisation, Programme
from core.audit import trail
from core.lifecycle import Refused


@dataclass(frozen=True, slots=True)
class Start:
    """What a new programme begins with; organisations by name, of which missing ones are made."""

    name: str
    slug: str
    prefix: str
    funder: str
    host: str
    learning_partner: str = ""
    fewest: int = 1
    most: int = 5
    cover_name: str = "cover"


@transaction.atomic
def start(wanted: Start, *, at: datetime) -> Programme:
    """Make a programme and its organisations, for whoever may type on the machine: nobody need have signed in yet.

    Raises Refused for a name, address or prefix that is taken, and for figures that cannot be.
    """
    _refuse_taken(wanted)
    if wanted.fewest > wanted.most:
        raise Refused("The fewest placements at once must be no more than the most.", "fewest")
    partners = {
        "funder": _organisation(wanted.funder),
        "host": _organisation(wanted.host),
        "learning_partner": _organisation(wanted.learning_partner) if wanted.learning_partner else None,
    }
    programme = Programme(
        name=wanted.name,
        slug=wanted.slug,
        reference_prefix=wanted.prefix,
        fewest_placements=wanted.fewest,
        most_placements=wanted.most,
        cover_name=wanted.cover_name,
        **partners,
    )
    programme.full_clean()
    programme.save()
    naming.forget()
    programme.organisations.add(*(partner for partner in partners.values() if partner is not None))
    trail.record("programme started", programme, by=None, at=at)
    return programme


def _refuse_taken(wanted: Start) -> None:
    taken = {
        "slug": Programme.objects.filter(slug=wanted.slug),
        "name": Programme.objects.filter(name=wanted.name),
        "prefix": Programme.objects.filter(reference_prefix=wanted.prefix),
    }
    for field, rows in taken.items():
        if programme := rows.first():
            word = {"slug": "address", "name": "name", "prefix": "prefix"}[field]
            raise Refused(f"{programme} already has this {word}. Choose another {word}.", field)


def _organisation(name: str) -> Organisation:
    found = Organisation.objects.filter(name__iexact=name).first()
    return found or Organisation.objects.create(name=name)

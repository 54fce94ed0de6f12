"""What may matter for a conflict of interest, shown before an application is read. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from applications.form_schema import funding_in_words, is_funded_by
from applications.models import Application
from core.accounts.duplicates import bare, names
from core.accounts.models import Organisation

PANEL = "admin/applications/_conflicts.html"


def declared(application: Application, *also: Organisation | None) -> dict[str, Any]:
    """What an organisation declared, without its answers and sums, and which of the parties are named in it.

    The parties are the programme's funder and host, and those given: whom an assessor works for.
    """
    programme = application.call.programme
    parties = {body.pk: body for body in (programme.funder, programme.host, *also) if body is not None}
    return {
        "organisation": application.organisation,
        "other_names": ", ".join(application.organisation.aliases.split("\n")),
        "other_funding": funding_in_words(application),
        "declared_conflicts": application.declared_conflicts,
        "named": [body for body in parties.values() if is_named(body, application)],
    }


def is_named(body: Organisation, application: Application) -> bool:
    """Tell whether a party is named, under any of its names, in what was declared, or is itself the applicant."""
    if is_funded_by(application, body):
        return True
    said = [f" {bare(text)} " for text in texts(application)]
    return any(f" {name} " in text for name in names(body) for text in said)


def texts(application: Application) -> Iterator[str]:
    """Where a party may be named: what was declared, and the names of the organisation itself."""
    yield application.other_funding
    yield application.declared_conflicts
    yield application.organisation.name
    yield application.organisation.aliases

"""Published awards as open data, by the 360Giving Data Standard: columns, rows and the JSON of one grant.

No salary and no person's name is among them; an award whose sum is illustrative says so in its description.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from applications.budget import months_between
from core.accounts.models import Organisation, Programme
from core.dates import london
from core.rights.models import Use
from core.rights.restriction import usable
from core.spreadsheets import Column
from grants.models import Grant

CHUNK = 2000
ILLUSTRATIVE = " The amount is illustrative. The records from that time do not give it."

# The standard's own titles, in its order.
COLUMNS = (
    Column("Identifier", "Identifier", "The grant's identifier, beginning with the publisher's prefix."),
    Column("Title", "Title", "The post and the organisation."),
    Column("Description", "Description", "What the grant pays for. It does not name a person."),
    Column("Currency", "Currency", "Always GBP."),
    Column("Amount Awarded", "Amount Awarded", "Pounds, with extensions.", "money"),
    Column("Award Date", "Award Date", "The day on which both had signed.", "date"),
    Column("Planned Dates:Start Date", "Planned Dates:Start Date", "First day of the secondment.", "date"),
    Column("Planned Dates:End Date", "Planned Dates:End Date", "Last day of the secondment.", "date"),
    Column("Planned Dates:Duration (months)", "Planned Dates:Duration (months)", "Begun months.", "number"),
    Column("Recipient Org:Identifier", "Recipient Org:Identifier", "By charity, else company number."),
    Column("Recipient Org:Name", "Recipient Org:Name", "The seconding organisation."),
    Column("Recipient Org:Charity Number", "Recipient Org:Charity Number", "Empty where there is none."),
    Column("Recipient Org:Company Number", "Recipient Org:Company Number", "Empty where there is none."),
    Column("Funding Org:Identifier", "Funding Org:Identifier", "By charity, else company number."),
    Column("Funding Org:Name", "Funding Org:Name", "The funder that hosts the pooled fund."),
    Column("Grant Programme:Title", "Grant Programme:Title", "The programme."),
    Column("Last modified", "Last modified", "When the record last changed."),
    Column("Data Source", "Data Source", "Where this record is published."),
)


def published(of: Programme | None = None) -> QuerySet[Grant]:
    """Every published award (of one programme), the latest first, with the rows that a record reads."""
    awards = usable(Grant.objects.published(), Use.EXPORTS)
    rows = (awards.filter(programme=of) if of else awards).select_related("organisation", "post", "programme__funder")
    return rows.order_by("-agreed_on", "-pk").defer("current_salary", "conditions")


def rows(of: Programme | None = None) -> Iterator[tuple[Any, ...]]:
    """The values of each award in the order of COLUMNS, a chunk of rows in memory at a time."""
    for grant in published(of).iterator(chunk_size=CHUNK):
        recipient, funder = grant.organisation, grant.programme.funder
        yield (
            identifier(grant),
            grant.title,
            description(grant),
            "GBP",
            grant.total,
            grant.agreed_on,
            grant.starts_on,
            grant.ends_on,
            duration(grant),
            recipient.open_identifier(grant.programme.reference_prefix),
            recipient.name,
            recipient.charity_number,
            recipient.company_number,
            funder.open_identifier(grant.programme.reference_prefix),
            funder.name,
            grant.programme.name,
            modified(grant),
            source(),
        )


def json_stream(of: Programme | None = None) -> Iterator[bytes]:
    """The same awards as a 360Giving JSON package, one grant at a time."""
    yield b'{"grants": ['
    before = b"\n"
    for grant in published(of).iterator(chunk_size=CHUNK):
        yield before + json.dumps(record(grant), ensure_ascii=False).encode()
        before = b",\n"
    yield b"\n]}\n"


def record(grant: Grant) -> dict[str, Any]:
    """One grant as the standard's JSON has it; the amount is a number."""
    starts, ends = grant.starts_on.isoformat(), grant.ends_on.isoformat()
    return {
        "id": identifier(grant),
        "title": grant.title,
        "description": description(grant),
        "currency": "GBP",
        "amountAwarded": number(grant.total),
        "awardDate": day(grant.agreed_on),
        "plannedDates": [{"startDate": starts, "endDate": ends, "duration": duration(grant)}],
        "recipientOrganization": [organisation(grant.organisation, grant)],
        "fundingOrganization": [organisation(grant.programme.funder, grant)],
        "grantProgramme": [{"title": grant.programme.name}],
        "dataSource": source(),
        "dateModified": modified(grant),
    }


def organisation(body: Organisation, grant: Grant) -> dict[str, str]:
    numbers = {"charityNumber": body.charity_number, "companyNumber": body.company_number}
    identifier = body.open_identifier(grant.programme.reference_prefix)
    return {"id": identifier, "name": body.name, **{name: value for name, value in numbers.items() if value}}


def identifier(grant: Grant) -> str:
    return f"360G-{grant.programme.slug}-{grant.reference}"


def description(grant: Grant) -> str:
    return grant.description + (ILLUSTRATIVE if grant.is_illustrative else "")


def duration(grant: Grant) -> int:
    return ceil(months_between(grant.starts_on, grant.ends_on))


def modified(grant: Grant) -> str:
    """When the published record last changed; the day of the award where that is unknown."""
    return london(grant.changed_at).isoformat(timespec="seconds") if grant.changed_at else day(grant.agreed_on)


def number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def day(on: date | None) -> str:
    return on.isoformat() if on else ""


def source() -> str:
    return f"{settings.SITE_URL}{reverse('grants')}"

"""One award as the 360Giving Data Standard has it. No salary and no person's name is in it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.urls import reverse

from applications.budget import months_between
from applications.form_schema import sheet_of
from applications.models import Call, Strand
from core.accounts.models import Organisation, Programme
from core.accounts.registers import publisher_prefix
from core.dates import LONDON, london
from grants.lifecycle import ENDED
from grants.models import Grant


class Paid(TypedDict):
    """What `open_awards` adds to each row."""

    paid: Decimal


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    OpenAward = WithAnnotations[Grant, Paid]

# The standard's codes of areas by the first letters of the statistics office's code, each with its scope.
AREAS = {
    "E12": ("RGN", "GLS040"),
    "E10": ("CTY", "GLS050"),
    "E09": ("LONB", "GLS050"),
    "E08": ("MD", "GLS050"),
    "E07": ("NMD", "GLS050"),
    "E06": ("UA", "GLS050"),
    "W06": ("UA", "GLS050"),
    "S12": ("CA", "GLS050"),
}


def record(grant: OpenAward) -> dict[str, Any]:
    """One grant (of `open_awards`) as the standard's JSON has it, without what is not known; amounts are numbers."""
    call = grant.post.call if grant.post else None
    starts, ends = grant.starts_on.isoformat(), grant.ends_on.isoformat()
    found = {
        "id": identifier(grant),
        "title": grant.title,
        "description": grant.description,
        "currency": "GBP",
        "amountAppliedFor": applied_for(grant),
        "amountAwarded": number(grant.total),
        "amountDisbursed": number(grant.paid),
        "awardDate": grant.agreed_on.isoformat() if grant.agreed_on else "",
        "url": f"{settings.SITE_URL}{grant.award_url}",
        "plannedDates": [{"startDate": starts, "endDate": ends, "duration": duration(grant)}],
        "actualDates": actual_dates(grant),
        "recipientOrganization": [organisation(grant.organisation, grant)],
        "fundingOrganization": [organisation(grant.programme.funder, grant)],
        "beneficiaryLocation": location(grant.programme),
        "locationScope": AREAS.get(grant.programme.area_code[:3], ("", ""))[1],
        "grantProgramme": [grant_programme(grant.programme)],
        "fromOpenCall": from_open_call(call),
        "classifications": [classification(strand, grant) for strand in call.strands.all()] if call else [],
        "dataSource": f"{settings.SITE_URL}{reverse('grants')}",
        "dateModified": modified(grant),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def identifier(grant: Grant) -> str:
    return f"{publisher_prefix(grant.reference)}-{grant.reference}"


def organisation(body: Organisation, grant: Grant) -> dict[str, str]:
    numbers = {"charityNumber": body.charity_number, "companyNumber": body.company_number}
    own = body.open_identifier(grant.reference)
    return {"id": own, "name": body.name, **{name: value for name, value in numbers.items() if value}}


def applied_for(grant: Grant) -> int | float | None:
    """What the application asked for; None for awards from before this service, and once its figures are deleted."""
    budget = sheet_of(grant.decision.application) if grant.decision else None
    return number(budget.total) if budget else None


def has_ended(grant: Grant) -> bool:
    return grant.status in ENDED


def actual_dates(grant: Grant) -> list[dict[str, str]]:
    if not has_ended(grant):
        return []
    last = grant.ended_on or grant.ends_on
    return [{"startDate": grant.starts_on.isoformat(), "endDate": last.isoformat()}]


def location(programme: Programme) -> list[dict[str, str]]:
    """The area that the programme benefits, with its code where the standard has a name for codes of its kind."""
    if not programme.area:
        return []
    kind = AREAS.get(programme.area_code[:3], ("",))[0]
    code = {"geoCode": programme.area_code, "geoCodeType": kind} if kind else {}
    return [{"name": programme.area, "countryCode": "GB", **code}]


def grant_programme(programme: Programme) -> dict[str, str]:
    url = f"{settings.SITE_URL}{programme.get_absolute_url()}"
    return {"code": programme.reference_prefix, "title": programme.name, "url": url}


def from_open_call(call: Call | None) -> str:
    return "" if call is None else "No" if call.is_by_invitation else "Yes"


def classification(strand: Strand, grant: Grant) -> dict[str, str]:
    return {"vocabulary": f"{grant.programme} strands", "code": f"strand-{strand.pk}", "title": strand.title}


def duration(grant: Grant) -> int:
    return ceil(months_between(grant.starts_on, grant.ends_on))


def modified(grant: Grant) -> str:
    """When the published record last changed, London time; the start of the day of the award where that is unknown."""
    award_on = grant.agreed_on or date.min
    at = london(grant.changed_at) if grant.changed_at else datetime.combine(award_on, time.min, tzinfo=LONDON)
    return at.isoformat(timespec="seconds")


def number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)

"""The columns of the open data in CSV: the standard's own titles, each with its way into a record."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.spreadsheets import Column, Kind

Way = tuple[str, ...]


def _column(title: str, way: str, describe: str, kind: Kind = "text") -> tuple[Column, Way]:
    return Column(title, title, describe, kind), tuple(way.split("."))


FIELDS = (
    _column("Identifier", "id", "The grant's identifier, beginning with the publisher's prefix."),
    _column("Title", "title", "The post and the organisation."),
    _column("Description", "description", "What the grant pays for. It does not name a person."),
    _column("Currency", "currency", "Always GBP."),
    _column("Amount Applied For", "amountAppliedFor", "Pounds. Empty where it is not known.", "money"),
    _column("Amount Awarded", "amountAwarded", "Pounds, with extensions.", "money"),
    _column("Amount Disbursed", "amountDisbursed", "Pounds paid so far, less what was paid back.", "money"),
    _column("Award Date", "awardDate", "The day on which both had signed.", "date"),
    _column("URL", "url", "The public page of the award."),
    _column("Planned Dates:Start Date", "plannedDates.startDate", "First day of the secondment.", "date"),
    _column("Planned Dates:End Date", "plannedDates.endDate", "Last day of the secondment.", "date"),
    _column("Planned Dates:Duration (months)", "plannedDates.duration", "Begun months.", "number"),
    _column("Actual Dates:Start Date", "actualDates.startDate", "Of a grant that has ended.", "date"),
    _column("Actual Dates:End Date", "actualDates.endDate", "Of a grant that has ended.", "date"),
    _column("Recipient Org:Identifier", "recipientOrganization.id", "By its number in a register, else ours."),
    _column("Recipient Org:Name", "recipientOrganization.name", "The seconding organisation."),
    _column("Recipient Org:Charity Number", "recipientOrganization.charityNumber", "Empty where there is none."),
    _column("Recipient Org:Company Number", "recipientOrganization.companyNumber", "Empty where there is none."),
    _column("Funding Org:Identifier", "fundingOrganization.id", "By its number in a register, else ours."),
    _column("Funding Org:Name", "fundingOrganization.name", "The funder that hosts the pooled fund."),
    _column("Beneficiary Location:Name", "beneficiaryLocation.name", "The area that the programme benefits."),
    _column("Beneficiary Location:Country Code", "beneficiaryLocation.countryCode", "GB."),
    _column("Beneficiary Location:Geographic Code", "beneficiaryLocation.geoCode", "By the statistics office."),
    _column("Beneficiary Location:Geographic Code Type", "beneficiaryLocation.geoCodeType", "By the standard's list."),
    _column("Location Scope", "locationScope", "By the standard's list."),
    _column("Grant Programme:Code", "grantProgramme.code", "The start of the programme's references."),
    _column("Grant Programme:Title", "grantProgramme.title", "The programme."),
    _column("Grant Programme:URL", "grantProgramme.url", "The programme's page."),
    _column("From An Open Call?", "fromOpenCall", "Yes, or No for a call by invitation. Empty where it is not known."),
    _column("Classifications:Title", "classifications.title", "The strand of the call; the first, where it has more."),
    _column("Last modified", "dateModified", "When the record last changed."),
    _column("Data Source", "dataSource", "Where this record is published."),
)
COLUMNS = tuple(column for column, _ in FIELDS)


def row(record: dict[str, Any]) -> tuple[Any, ...]:
    """The record's values in the order of COLUMNS."""
    return tuple(_value(column.kind, at(record, way)) for column, way in FIELDS)


def at(record: Any, way: Way) -> Any:
    """What stands at the end of the way, of a list in its first."""
    for name in way:
        record = record[0] if isinstance(record, list) else record
        record = record.get(name, "") if record else ""
    return record


def _value(kind: Kind, value: Any) -> Any:
    if value == "":
        return ""
    if kind == "money":
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return date.fromisoformat(value) if kind == "date" else value

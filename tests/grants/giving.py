"""What the 360Giving Data Standard 1.4 asks of a package and its records, and what its checks of quality find offline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

REGISTERS = ("GB-CHC-", "GB-SC-", "GB-NIC-", "GB-COH-", "GB-MPR-", "360G-")
SCOPES = {"GLS010", "GLS020", "GLS030", "GLS040", "GLS050", "GLS060", "GLS099"}
AREA_CODES = {"RGN", "CTY", "LONB", "MD", "NMD", "UA", "CA"}
EMAIL = re.compile(r"\S@\S+\.\w")


def one_of(values: set[str]) -> Any:
    return lambda value: isinstance(value, str) and value in values


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not EMAIL.search(value)


def is_day(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and bool(_parsed(date, value))


def is_moment(value: Any) -> bool:
    at = _parsed(datetime, value) if isinstance(value, str) and "T" in value else None
    return at is not None and at.tzinfo is not None


def _parsed(kind: Any, value: str) -> Any:
    try:
        return kind.fromisoformat(value)
    except ValueError:
        return None


def is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def is_paid(value: Any) -> bool:
    return value == 0 or is_amount(value)


def is_url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in {"http", "https"} and bool(urlsplit(value).netloc)


def is_of_a_register(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(REGISTERS) and value.rpartition("-")[2] != ""


PERIOD = {"startDate": is_day, "endDate": is_day, "duration": lambda value: isinstance(value, int) and value > 0}
BODY = {"id": is_of_a_register, "name": is_text, "charityNumber": is_text, "companyNumber": is_text}
AREA = {
    "name": is_text,
    "countryCode": one_of({"GB"}),
    "geoCode": lambda value: isinstance(value, str) and bool(re.fullmatch(r"[EWSNK]\d{8}", value)),
    "geoCodeType": one_of(AREA_CODES),
}
# Each field with what it must be: a question about its value, or the fields of each of its rows.
FIELDS: dict[str, Any] = {
    "id": lambda value: isinstance(value, str) and bool(re.fullmatch(r"360G-[A-Za-z0-9]+-[A-Za-z0-9-]+", value)),
    "title": is_text,
    "description": is_text,
    "currency": one_of({"GBP"}),
    "amountAppliedFor": is_amount,
    "amountAwarded": is_amount,
    "amountDisbursed": is_paid,
    "awardDate": is_day,
    "url": is_url,
    "plannedDates": PERIOD,
    "actualDates": PERIOD,
    "recipientOrganization": BODY,
    "fundingOrganization": BODY,
    "beneficiaryLocation": AREA,
    "locationScope": one_of(SCOPES),
    "grantProgramme": {"code": is_text, "title": is_text, "url": is_url},
    "fromOpenCall": one_of({"Yes", "No"}),
    "classifications": {"vocabulary": is_text, "code": is_text, "title": is_text},
    "dataSource": is_url,
    "dateModified": is_moment,
}
REQUIRED = {
    "id", "title", "description", "currency", "amountAwarded", "awardDate", "recipientOrganization",
    "fundingOrganization",
}  # fmt: skip
OF_PACKAGE: dict[str, Any] = {
    "version": one_of({"1.4"}),
    "title": is_text,
    "license": is_url,
    "publisher": dict,
    "issued": is_day,
    "accessURL": is_url,
    "downloadURL": is_url,
}


def problems_of_package(package: dict[str, Any], today: date) -> list[str]:
    """What is wrong with a package and each of its records; [] where nothing is."""
    found = [name for name, is_right in OF_PACKAGE.items() if name not in package or not is_right(package[name])]
    found += [] if is_text(package.get("publisher", {}).get("name")) else ["publisher"]
    keys = [record.get("id") for record in package["grants"]]
    found += [] if len(keys) == len(set(keys)) else ["two records of one identifier"]
    return found + [wrong for record in package["grants"] for wrong in problems_of(record, today)]


def problems_of(record: dict[str, Any], today: date) -> list[str]:
    found = [f"{name} is missing" for name in sorted(REQUIRED - record.keys())]
    found += [name for name in record if name not in FIELDS]
    found += [wrong for name in record.keys() & FIELDS.keys() for wrong in _wrong(name, FIELDS[name], record[name])]
    return found or list(_doubts(record, today))


def _wrong(name: str, wanted: Any, value: Any) -> Iterator[str]:
    if not isinstance(wanted, dict):
        if not wanted(value):
            yield name
    elif not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        yield name
    else:
        for row in value:
            yield from (f"{name}.{part}" for part in row if part not in wanted or not wanted[part](row[part]))
    if wanted is BODY and isinstance(value, list):
        yield from (f"{name} without {part}" for one in value for part in ("id", "name") if part not in one)


def _doubts(record: dict[str, Any], today: date) -> Iterator[str]:
    """What the standard's checks of quality ask: nothing is in the future or ends before it begins, sides differ."""
    if date.fromisoformat(record["awardDate"]) > today:
        yield "awardDate is to come"
    for period in (*record.get("plannedDates", ()), *record.get("actualDates", ())):
        if period["endDate"] < period["startDate"]:
            yield "ends before it begins"
    if record["recipientOrganization"][0]["id"] == record["fundingOrganization"][0]["id"]:
        yield "funds itself"
    if record.get("amountDisbursed", 0) > record["amountAwarded"]:
        yield "more was paid than awarded"
    if len(record["description"]) <= len(record["title"]) // 2:
        yield "description says too little"

"""Numbers in the registers of the United Kingdom: how they are written, read and used as open identifiers.

The lists of registers and their codes are those of org-id.guide, which the 360Giving standard uses.
"""

import re

from django.conf import settings
from django.core.validators import RegexValidator

_ENGLISH_CHARITY = r"\d{6,7}(?:-\d+)?"
CHARITY = RegexValidator(
    rf"^(?:{_ENGLISH_CHARITY}|SC\d{{6}}|NIC\d{{6}})$",
    "Enter the charity number like 123456, or like SC012345 in Scotland or NIC100123 in Northern Ireland.",
)
COMPANY = RegexValidator(
    r"^(?:[A-Z0-9]{2}\d{6}|[A-Z]{2}\d{5}[A-Z])$",
    "Enter the company number as eight characters, like 01234567, SC123456 or NI012345.",
)
SOCIETY = RegexValidator(
    r"^(?:IP|SP|NP|RS|IC|NI)?\d{1,6}(?:R|RS|NI)?$",
    "Enter the society's number as the Mutuals Public Register has it, like 27937R or RS007123.",
)


def charity_number(typed: str) -> str:
    """The number as its register writes it: without blanks, "No." and leading zeros; with the letters' six figures."""
    number = re.sub(r"^NO\.?", "", re.sub(r"[\s/]+", "", typed.upper()))
    if match := re.fullmatch(r"(SC|NIC)-?(\d{1,6})", number):
        return f"{match[1]}{match[2]:0>6}"
    return number.lstrip("0") if re.fullmatch(_ENGLISH_CHARITY, number) else number


def company_number(typed: str) -> str:
    """The number as Companies House writes it: eight characters, of which leading zeros are often dropped."""
    number = re.sub(r"\s+", "", typed.upper())
    if match := re.fullmatch(r"([A-Z]{2})(\d{4,5})", number):
        return f"{match[1]}{match[2]:0>6}"
    return number.zfill(8) if re.fullmatch(r"\d{7}", number) else number


def society_number(typed: str) -> str:
    return re.sub(r"\s+", "", typed.upper())


def identifier(*, charity: str, company: str, society: str) -> str:
    """The organisation identifier in open data, like GB-CHC-123456; empty without a number."""
    if charity.startswith("SC"):
        return f"GB-SC-{charity}"
    if charity.startswith("NIC"):
        return f"GB-NIC-{charity.removeprefix('NIC')}"
    if charity:
        return f"GB-CHC-{charity}"
    if company:
        return f"GB-COH-{company}"
    return f"GB-MPR-{society}" if society else ""


def publisher_prefix(reference: str) -> str:
    """The publisher's prefix in open data: the registered one, else the start of the reference, which never changes."""
    return settings.OPEN_DATA_PREFIX or f"360G-{reference.partition('-')[0].lower()}"

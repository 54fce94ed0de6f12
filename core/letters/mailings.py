"""One text to many people: who gets it, what its fields are, and what each of them reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.utils.module_loading import import_string

from core.letters import wordings
from core.letters.models import Letter, Mailing, Status
from core.letters.rendering import Rendered
from core.lifecycle import Refused
from core.text import is_visible

TEMPLATE = "mailings.message"
FIELDS = {
    "name": ("The recipient's name", "Ada Finch"),
    "organisation": ("The organisation's name", "Harbour Advice"),
    "reference": ("The application's reference", "CII-2019-014"),
    "post": ("The post applied for", "Policy officer"),
    "call": ("The call's title", "Secondments 2019"),
    "programme": ("The programme's name", "Citizenship and Integration Initiative"),
}
OF_A_CASE = ("organisation", "reference", "post", "call")
REFUSED = "emails to this address did not arrive: correct it on the person’s or the case’s page"
TWICE = "gets this email already, for {}"


@dataclass(frozen=True)
class Choices:
    """What people may be chosen by: keys with their names."""

    calls: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    parts: list[tuple[str, str]]


@dataclass(frozen=True)
class Recipient:
    """Somebody who has a part in a case; `left_out` is why they get nothing ("" for those who do)."""

    email: str
    person: AbstractBaseUser | None
    name: str
    part: str
    case: Model
    facts: dict[str, str] = field(default_factory=dict)
    left_out: str = ""


def choices(programme: Model) -> Choices:
    found: Choices = import_string(f"{settings.AUDIENCE_SOURCE}.choices")(programme)
    return found


def recipients(mailing: Mailing, by: AbstractBaseUser) -> list[Recipient]:
    """Everybody chosen, as things stand now: those who get the email, and those left out with the reason.

    Somebody gets it once for each case that its text tells of, and once in all where it tells of none.
    """
    source = import_string(f"{settings.AUDIENCE_SOURCE}.recipients")
    chosen = {"calls": mailing.calls, "statuses": mailing.statuses, "parts": mailing.parts}
    found: list[Recipient] = source(mailing.programme, **chosen, by=by)
    refused = _refused({one.email.lower() for one in found})
    of_a_case = any(wordings.in_text(name, mailing.subject + mailing.body) for name in OF_A_CASE)
    return list(_sorted_out(found, refused, of_a_case=of_a_case))


def _sorted_out(found: list[Recipient], refused: set[str], *, of_a_case: bool) -> Iterator[Recipient]:
    seen: dict[str, str] = {}
    for one in found:
        email = one.email.lower()
        if one.left_out:
            yield one
        elif email in refused:
            yield replace(one, left_out=REFUSED)
        elif email in seen and not of_a_case:
            yield replace(one, left_out=TWICE.format(seen[email]))
        else:
            seen.setdefault(email, str(one.case))
            yield one


def _refused(emails: set[str]) -> set[str]:
    """The addresses to which the latest email was given up."""
    rows = Letter.objects.filter(to_email__in=emails, status__in=[Status.DEAD, Status.SENT], erased_at__isnull=True)
    latest = {email.lower(): status for email, status in rows.order_by("pk").values_list("to_email", "status")}
    return {email for email, status in latest.items() if status == Status.DEAD}


def check_text(subject: str, body: str) -> None:
    """Raise Refused, with the form's field, for an empty text or a field that this email does not have."""
    for name, text in (("subject", subject), ("body", body)):
        if not is_visible(text):
            raise Refused(f"Enter the {'subject' if name == 'subject' else 'text'} of the email.", field=name)
        for sentence in wordings.unknown_fields(FIELDS, text):
            raise Refused(sentence, field=name)


def worded(mailing: Mailing, one: Recipient) -> Rendered:
    """What this person reads."""
    values = {**dict.fromkeys(FIELDS, ""), **one.facts, "name": one.name, "programme": str(mailing.programme)}
    words = wordings.fill(mailing.subject, mailing.body, values)
    return Rendered(words, wordings.fill_markdown(mailing.body, values), values)

"""What the sections of the application form ask, and how what was given reads in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from applications.budget import Budget, Terms, TermsError, award
from applications.models import Application, Document
from applications.models.call import Call
from applications.models.section import Section
from core.accounts.models import Organisation, Programme
from core.dates import say_day
from core.money.amounts import format_pounds

# What is asked besides the call's own questions: the name of the column, and how people read it.
FACTS: dict[str, dict[str, str]] = {
    Section.ORGANISATION: {
        "contact_phone": "Contact phone number",
        "whose_idea": "Whose idea the secondment was",
    },
    Section.CANDIDATE: {"name": "Full name", "email": "Email address", "job_title": "Present job title"},
    Section.SECONDMENT: {
        "current_salary": "Current full-time salary (£ a year)",
        "present_hours": "Present hours a week",
        "days_per_week": "Days a week with the host",
        "months": "Length in months",
        "earliest_start_on": "Earliest start",
        "wants_enhancement": "Salary enhancement",
    },
    Section.EXPERIENCE: {},
    Section.CONFLICTS: {
        "other_funding": "Anything else about this funding",
        "declared_conflicts": "Conflicts of interest to declare",
    },
    Section.DOCUMENTS: {"cv": "CV of the proposed secondee", "statement": "Supporting statement"},
}

# The sections that the proposed secondee is shown: saving another section cannot change what they confirmed.
ABOUT_CANDIDATE = frozenset({Section.CANDIDATE, Section.SECONDMENT, Section.CONFLICTS})

# Each funder and the host has three boxes: funding_12 (yes or no), funding_12_amount, funding_12_until.
FUNDING_BOX = re.compile(r"funding_(?P<body>\d+)(?:_(?P<part>amount|until))?")


def asked_about(programme: Programme) -> list[Organisation]:
    """Whose other funding is asked about: the funders, then the host, each once."""
    return _in_order(programme, {*programme.funding_organisations, programme.host})


def _in_order(programme: Programme, bodies: Iterable[Organisation]) -> list[Organisation]:
    """The funder that holds the fund, the others by name, the host: the same in draft and receipt."""

    def place(body: Organisation) -> tuple[bool, bool, str]:
        return body.pk == programme.host_id, body.pk != programme.funder_id, body.name

    return sorted(bodies, key=place)


def funding_labels(bodies: Iterable[Organisation]) -> dict[str, str]:
    return {
        name: label
        for body in bodies
        for name, label in (
            (f"funding_{body.pk}", f"Other funding from {body.in_sentence}"),
            (f"funding_{body.pk}_amount", f"Amount from {body.in_sentence}"),
            (f"funding_{body.pk}_until", f"Funding from {body.in_sentence} until"),
        )
    }


def asked_in(call: Call, section: str) -> list[str]:
    """The labels of what a section asks besides the call's own questions, for those who have not applied yet."""
    labels = list(FACTS.get(section, {}).values())
    if section != Section.CONFLICTS:
        return labels
    bodies = [body.in_sentence for body in asked_about(call.programme)]
    each = [f"Other funding from {name}: yes or no, how much, until when" for name in bodies]
    return [*each, *labels]


def bodies_of(application: Application) -> list[Organisation]:
    """Whose other funding this application tells of: in a draft everybody asked about, else those it answered."""
    answered = {int(match["body"]) for name in application.funding_by_body if (match := FUNDING_BOX.fullmatch(name))}
    if application.is_draft:
        return asked_about(application.call.programme)
    bodies = Organisation.objects.filter(pk__in=answered) if answered else ()
    return _in_order(application.call.programme, bodies)


def read_funding(application: Application, name: str) -> str | Decimal | date | None:
    """What is saved in one of these boxes, as its field reads it."""
    text, match = application.funding_by_body.get(name, ""), FUNDING_BOX.fullmatch(name)
    if not text or match is None:
        return None
    if match["part"] == "amount":
        return Decimal(text)
    return date.fromisoformat(text) if match["part"] == "until" else str(text)


def is_funded_by(application: Application, body: Organisation) -> bool:
    return bool(application.funding_by_body.get(f"funding_{body.pk}") == "yes")


def funding_in_words(application: Application) -> list[str]:
    """A line for each body that was asked about and answered for, and one for what was added."""
    lines = []
    for body in bodies_of(application):
        box = f"funding_{body.pk}"
        answer = in_words(box, read_funding(application, box))
        if is_funded_by(application, body):
            amount = in_words(f"{box}_amount", read_funding(application, f"{box}_amount"))
            until = in_words(f"{box}_until", read_funding(application, f"{box}_until"))
            answer += f", {amount}" * bool(amount) + f", until {until}" * bool(until)
        lines += [f"{body}: {answer}"] * bool(answer)
    return [*lines, *([application.other_funding] if application.other_funding else [])]


def in_words(name: str, value: Any) -> str:  # noqa: PLR0911 — a table of kinds
    """Say a fact as people read it; empty when it was not given."""
    match name, value:
        case _, None | "":
            return ""
        case "whose_idea", _:
            return str(Application.Origin(value).label)
        case "wants_enhancement", _:
            return "Wanted" if value else "Not wanted"
        case "current_salary", _:
            return format_pounds(value, whole=True)
        case str(), Decimal() if name.endswith("_amount"):
            return format_pounds(value, whole=True)
        case _, date():
            return say_day(value)
        case str(), "yes" | "no" if FUNDING_BOX.fullmatch(name):
            return str(value).capitalize()
        case _, Document():
            return value.original_name
        case _, Decimal():
            return f"{value.normalize():f}"
    return str(value)


def box_text(value: object) -> str:
    """The text of a box for a value that was read from it: what a page shows, and what it sends when left alone."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
    # PostgreSQL keeps no null character; the form says so at the box, and the rest of the text is kept.
    return str(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def sheet(
    call: Call, *, salary: Decimal | None, days: Decimal | None, months: int | None, wants_enhancement: bool
) -> Budget | None:
    """The grant worked out, or None while a figure is missing. Raises TermsError for what cannot be."""
    if salary is None or days is None or months is None:
        return None
    return award(call.rates, Terms(salary, days, months), with_enhancement=wants_enhancement)


def example_of(call: Call) -> tuple[Terms, Budget]:
    """A grant worked out for readers: a round salary below the band, the least days, the whole term."""
    salary = round(call.band_minimum * 81 / 100_000) * Decimal(1000)
    terms = Terms(max(salary, Decimal(1000)), call.least_days, call.term_months)
    return terms, award(call.rates, terms)


def sheet_of(application: Application) -> Budget | None:
    return sheet(
        application.call,
        salary=application.current_salary,
        days=application.days_per_week,
        months=application.months,
        wants_enhancement=application.wants_enhancement,
    )


def pay_of(application: Application) -> str:
    """What the proposed secondee would be paid during the secondment, in words; empty while a figure is missing."""
    try:
        budget = sheet_of(application)
    except TermsError:
        return ""
    salary = application.current_salary
    if budget is None or salary is None or application.days_per_week is None:
        return ""
    rate = max(salary, application.call.band_minimum) if application.wants_enhancement else salary
    days, months = f"{application.days_per_week.normalize():f}", application.months
    pay = format_pounds(budget.salary + budget.enhancement)
    return f"{format_pounds(rate, whole=True)} a year full time: {pay} for {days} days a week over {months} months"


def agreement_of(application: Application) -> dict[str, tuple[str, str]]:
    """What a proposed secondee agrees to besides what the form says, as (label, words) by name."""
    programme, organisation = application.call.programme, application.organisation
    director = f"A line manager at {programme.host.in_sentence}, on the days with the host"
    published = (
        "If it is awarded, we publish the organisation, the post, the dates, the days a week and the total, without "
        "your name. Your colleagues may know that it is you, and where your salary is in or above the pay band it can "
        "be worked out from the total."
    )
    return {
        "post": ("Post", str(application.post)),
        "host": ("Host", str(programme.host)),
        "pay": ("Your pay for the days with the host", pay_of(application)),
        "direction": ("Who directs your work", director),
        "employer": ("Your employer", f"{organisation} stays your employer. Your terms of employment do not change."),
        "publication": ("What is published", published),
    }

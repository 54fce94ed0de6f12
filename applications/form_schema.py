"""What the six sections of the application form ask, and how what was given reads in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from applications.budget import Budget, Terms, TermsError, award
from applications.models import Application, Document
from applications.models.call import Call, Section
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
        "other_funding": "Other funding from the funders or the host",
        "declared_conflicts": "Conflicts of interest to declare",
    },
    Section.DOCUMENTS: {"cv": "CV of the proposed secondee", "statement": "Supporting statement"},
}

# The sections that the proposed secondee is shown: saving another section cannot change what they confirmed.
ABOUT_CANDIDATE = frozenset({Section.CANDIDATE, Section.SECONDMENT, Section.CONFLICTS})


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
        case "earliest_start_on", _:
            return say_day(value)
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
    published = (
        "If it is awarded, we publish the organisation, the post, the dates, the days a week and the total, without "
        "your name. Your colleagues may know that it is you, and where your salary is in or above the pay band it can "
        "be worked out from the total."
    )
    return {
        "post": ("Post", str(application.post)),
        "host": ("Host", str(programme.host)),
        "pay": ("Your pay for the days with the host", pay_of(application)),
        "direction": ("Who directs your work", f"A line manager at {programme.host}, on the days with the host"),
        "employer": ("Your employer", f"{organisation} stays your employer. Your terms of employment do not change."),
        "publication": ("What is published", published),
    }

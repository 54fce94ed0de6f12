"""Filters for pages, letters and papers: money and dates as people read them, and the colour of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString

from core import dates, text
from core.money.amounts import format_pounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.paginator import Page

register = template.Library()

register.filter("with_article", text.with_article)

COLOURS = {
    "grey": "draft cancelled call_cancelled archived withdrawn lapsed closed ended called_off expired vacant "
    "not_started cannot_start replaced void",
    "blue": "published open submitted recorded posted asked sent invited planned arranged due in_progress started "
    "entered made",
    "purple": "shortlisted confirmed prepared awaiting_signature visited finalising under_review checked",
    "green": "accepted agreed active approved paid complete completed signed done running met received given in_force",
    "yellow": "offered reserve on_reserve_list deferred waiting sign_off_asked opens_soon awaiting_start proposed "
    "preparing under_way",
    "orange": "reversed late overdue concern missed returned incomplete",
    "red": "unsuccessful declined offer_declined refused rejected voided ended_early terminated",
}
COLOUR_OF = {state: colour for colour, states in COLOURS.items() for state in states.split()}


@register.filter
def pounds(amount: Decimal | None) -> str:
    return "" if amount is None else format_pounds(amount)


@register.filter
def whole_pounds(amount: Decimal | None) -> str:
    """Write an amount as £32,000 when it has no pence, else with them."""
    return "" if amount is None else format_pounds(amount, whole=True)


@register.filter
def deadline(at: datetime | None) -> str:
    """Write a deadline as 5pm on Wednesday 13 March 2019."""
    return "" if at is None else dates.say_deadline(at)


@register.filter
def moment(at: datetime | None) -> str:
    """Write an instant to the minute."""
    return "" if at is None else dates.say_moment(at)


@register.filter
def exactly(at: datetime | None) -> str:
    """Write an instant to the second, as receipts and signatures show it."""
    return "" if at is None else dates.say_exactly(at)


@register.filter
def day(on: date | None) -> str:
    return "" if on is None else dates.say_day(on)


@register.filter
def left(at: datetime, now: datetime) -> str:
    """Say how far off an instant is, as in 3 days 4 hours: `{{ call.closes_at|left:request.arrived_at }}`."""
    return dates.say_left(now, at)


@register.filter
def status_colour(status: str) -> str:
    return COLOUR_OF.get(str(status).lower().replace(" ", "_").replace("-", "_"), "grey")


@register.filter
def nearby_pages(page: Page[Any]) -> Iterator[int | str]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def markdown(words: str) -> SafeString:
    return text.markdown(words)


@register.filter
def row_scope(cell: SafeString) -> SafeString:
    """The cell of an admin list as Django drew it; a row's header gets its scope."""
    header = "<th "
    if not cell.startswith(header):
        return cell
    return SafeString(f'{header}scope="row" {cell.removeprefix(header)}')

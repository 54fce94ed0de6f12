"""The accounts of a fund as at a day: each as a page, a spreadsheet and a PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from core.accounts.models import Programme
from core.accounts.requests import Personal
from core.admin.exports import XLSX
from core.admin.readonly import around
from core.dates import london
from core.documents import store
from core.documents.responses import respond
from core.files.types import send
from core.money.amounts import format_pounds
from core.spreadsheets import xlsx_file
from core.text import plural
from grants.exports.account_tables import Accounts, Row, Table, by_status, payments_due
from grants.exports.accounts import AsAt
from grants.exports.position import COLUMNS, Fund, fund_of
from grants.exports.position import Row as PositionRow
from grants.forms.accounts import AsAtForm
from grants.forms.fund import PositionForm
from grants.models import Contribution

UNRESTRICTED = "unrestricted"


def payments_due_of(request: Personal, programme: Programme) -> HttpResponseBase:
    return _answer(request, programme, payments_due)


def by_status_of(request: Personal, programme: Programme) -> HttpResponseBase:
    return _answer(request, programme, by_status)


def position_pdf(request: Personal, programme: Programme) -> HttpResponseBase:
    form = PositionForm(request.GET)
    return _pdf(request, programme, position_accounts(programme, form.chosen or london(request.arrived_at).date()))


def position_accounts(programme: Programme, day: date) -> Accounts:
    """The page's figures, with what of them is held for one purpose."""
    fund = fund_of(programme, day)
    label, _, purpose, *figures = COLUMNS
    rows = [Row((_named(row), *row.cells[3:])) for row in fund.each]
    tables = [
        Table("Contributions", (label, *figures), rows, (fund.total.label, *fund.total.cells[3:])),
        Table("By what it may pay for", (purpose, *figures), [Row(row.cells[2:]) for row in fund.purposes]),
    ]
    total = fund.total.position
    lead = f"{format_pounds(total.free)} of {format_pounds(total.received)} received is free."
    held = sum((row.position.free for row in fund.purposes if row.purpose != UNRESTRICTED), Decimal(0))
    note = (
        "Restricted funds: what was given for one goal, strand or kind of spending pays for nothing else. Of what is "
        f"free, {format_pounds(held)} is restricted and {format_pounds(total.free - held)} is unrestricted. A payment "
        "is taken from the most restricted contribution that may pay for it."
    )
    return Accounts("Position of the fund", day, lead, tables, [note, *_not_in_figures(fund)])


def _not_in_figures(fund: Fund) -> list[str]:
    of = {"from before the first contribution": fund.left_out, "without a documented amount": fund.undocumented}
    return [f"Not in these figures: {plural(number, 'grant')} {which}." for which, number in of.items() if number]


def _named(row: PositionRow) -> str:
    """A contribution with its funder and what it may pay for in one column: a page has room for six."""
    return f"{row.label} ({row.funder}), {row.purpose}" if row.funder else f"{row.label}, {row.purpose}"


def _answer(request: Personal, programme: Programme, account: Callable[[AsAt], Accounts]) -> HttpResponseBase:
    today = london(request.arrived_at).date()
    form = AsAtForm(request.GET or None, today=today)
    accounts = account(AsAt(programme, request.user, form.chosen or today))
    if request.GET.get("file") == "xlsx":
        return _spreadsheet(accounts)
    if request.GET.get("file") == "pdf":
        return _pdf(request, programme, accounts)
    context: dict[str, Any] = {
        **around(request),
        "title": accounts.title,
        "opts": Contribution._meta,
        "form": form,
        "programme": programme,
        "accounts": accounts,
    }
    return TemplateResponse(request, "admin/grants/accounts.html", context)


def _spreadsheet(accounts: Accounts) -> HttpResponseBase:
    file = xlsx_file(accounts.tables[0].columns, accounts.values, accounts.title)
    return send(file, f"{accounts.title} {accounts.day}.xlsx", XLSX)


def _pdf(request: Personal, programme: Programme, accounts: Accounts) -> HttpResponseBase:
    """The reader's own copy: who declared a conflict of interest has fewer rows."""
    html = render_to_string("grants/accounts.pdf.html", {"site_name": programme.name, "accounts": accounts})
    kind, name = f"{accounts.title} {request.user.pk}", f"{accounts.title} {accounts.day}.pdf"
    return respond(request, store.request(programme, kind, html, name=name, at=request.arrived_at, is_awaited=True))

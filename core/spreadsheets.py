"""Tables to take away, as CSV and XLSX, in which nothing that a person typed can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Literal
from unicodedata import normalize

from core.dates import london

Kind = Literal["text", "number", "money", "date", "moment", "yes or no"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60
_NARROWEST = 12
_FORMATS: dict[str, str] = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name to programs, its title to people, what it holds in a sentence, and the kind of its values.

    A `moment` is an aware datetime and is written as local clocks show it; `money` is Decimal pounds.
    """

    name: str
    title: str
    describe: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A further table of a spreadsheet, under a name of at most 31 characters."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Iterable[Any]]


def csv_stream(columns: Sequence[Column], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """The table as CSV in UTF-8 with its mark, a piece for each row. Numbers are plain, days and moments ISO 8601."""
    line: list[str] = []

    class Lines:
        def write(self, text: str) -> None:
            line.append(text)

    writer = csv.writer(Lines())
    writer.writerow([_harmless(column.name) for column in columns])
    yield line.pop().encode("utf-8-sig")
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        yield line.pop().encode()


def xlsx_file(columns: Sequence[Column], rows: Iterable[Iterable[Any]], sheet: str, *further: Sheet) -> IO[bytes]:
    """The table as a spreadsheet, opened at its beginning; the last sheet says what each column holds.

    `sheet` is the first sheet's name, at most 31 characters. Memory stays bounded: rows go to disk as they come.
    """
    from xlsxwriter import Workbook

    create: Any = Workbook
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    file = TemporaryFile()  # noqa: SIM115 - the caller closes what it is given
    try:
        # The rows wait in a folder of their own, so that nothing of them is left behind when one cannot be made.
        with TemporaryDirectory() as folder, closing(create(file, {**options, "tmpdir": folder})) as book:
            _fill(book, [Sheet(sheet, columns, rows), *further])
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(book: Any, sheets: Sequence[Sheet]) -> None:
    # Without a moment of making, the same table is the same bytes.
    book.set_properties({"title": sheets[0].name, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - XlsxWriter wants none
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": written}) for kind, written in _FORMATS.items()}
    for sheet in sheets:
        table = book.add_worksheet(sheet.name)
        _begin(table, [column.title for column in sheet.columns], bold)
        for number, row in enumerate(sheet.rows, start=1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                _write(table, number, place, value, formats.get(column.kind))
    dictionary = book.add_worksheet("Columns")
    with_sheet = ["Sheet"] if len(sheets) > 1 else []
    _begin(dictionary, ["Column", "Name", "What it holds", "Kind", *with_sheet], bold)
    described = [(column, sheet.name) for sheet in sheets for column in sheet.columns]
    for number, (column, name) in enumerate(described, start=1):
        texts = (column.title, column.name, column.describe, column.kind, *([name] if with_sheet else []))
        for place, text in enumerate(texts):
            dictionary.write_string(number, place, text)


def _begin(sheet: Any, titles: list[str], bold: Any) -> None:
    for place, title in enumerate(titles):
        sheet.set_column(place, place, min(max(len(title) + 2, _NARROWEST), _WIDEST))
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, bold)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, row: int, place: int, value: Any, style: Any) -> None:
    match value:
        case None | "":
            pass
        case bool():
            sheet.write_string(row, place, _plain(value))
        case int() | float() | Decimal():
            sheet.write_number(row, place, value, style)
        case datetime():
            sheet.write_datetime(row, place, london(value).replace(tzinfo=None), style)
        case date():
            sheet.write_datetime(row, place, value, style)
        case _:
            sheet.write_string(row, place, str(value))


def _plain(value: Any) -> str:
    match value:
        case None:
            plain = ""
        case bool():
            plain = "yes" if value else "no"
        case Decimal():
            plain = f"{value:f}"
        case int() | float():
            plain = str(value)
        case datetime():
            plain = london(value).isoformat(timespec="seconds")
        case date():
            plain = value.isoformat()
        case _:
            plain = _harmless(str(value))
    return plain


def _harmless(text: str) -> str:
    """With an apostrophe before what a spreadsheet would obey; full-width signs and spaces before them count too."""
    begins = normalize("NFKC", text).lstrip(" ")
    return f"'{text}" if begins.startswith(_FORMULA_STARTS) else text

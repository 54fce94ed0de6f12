"""Tables to take away: read back as a spreadsheet program would."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import Column, csv_stream, xlsx_file
from tests.sentences import SAID

COLUMNS = [
    Column("organisation", "Organisation", "The organisation's name."),
    Column("days", "Days a week", "Days a week, halves included.", "number"),
    Column("award", "Award", "The grant in pounds.", "money"),
    Column("starts_on", "Starts on", "The first day.", "date"),
    Column("received_at", "Received at", "When it was handed in, on London's clocks.", "moment"),
    Column("is_live", "Live", "Whether it runs.", "yes or no"),
]
ROWS = [
    (
        'Example Łódź & Sons, "The"',
        3.5,
        Decimal("29700.60"),
        date(2019, 5, 1),
        datetime(2019, 7, 3, 15, 59, 59, tzinfo=UTC),
        True,
    ),
    ("-2+3 Arts", 3, Decimal("1234.50"), None, None, False),
]
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org")',
]


def read_xlsx(columns: list[Column], rows: list[tuple[object, ...]]) -> openpyxl.Workbook:
    with xlsx_file(columns, rows, "Grants") as file:
        return openpyxl.load_workbook(file)


def xlsx_bytes() -> bytes:
    with xlsx_file(COLUMNS, ROWS, "Grants") as file:
        return file.read()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_csv_has_plain_numbers_and_iso_days() -> None:
    content = b"".join(csv_stream(COLUMNS, ROWS))
    assert content.startswith(b"\xef\xbb\xbforganisation,days,")
    assert read_csv(content) == [
        ["organisation", "days", "award", "starts_on", "received_at", "is_live"],
        ['Example Łódź & Sons, "The"', "3.5", "29700.60", "2019-05-01", "2019-07-03T16:59:59+01:00", "yes"],
        ["'-2+3 Arts", "3", "1234.50", "", "", "no"],
    ]


def test_a_csv_comes_row_by_row() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            taken.append(number)
            yield [number]

    stream = csv_stream(COLUMNS[:1], rows())
    assert (next(stream), taken) == (b"\xef\xbb\xbforganisation\r\n", [])
    assert (next(stream), taken) == (b"0\r\n", [0])


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_never_starts_a_formula(text: str) -> None:
    [_, [cell]] = read_csv(b"".join(csv_stream(COLUMNS[:1], [[text]])))
    assert cell == f"'{text}"
    sheet = read_xlsx(COLUMNS[:1], [[text]])["Grants"]
    assert (sheet["A2"].data_type, sheet["A2"].hyperlink) == ("s", None)


@pytest.mark.parametrize("number", [-1, Decimal("-12.50"), -0.5])
def test_a_number_below_nothing_stays_a_number(number: Decimal | float) -> None:
    [_, [cell]] = read_csv(b"".join(csv_stream(COLUMNS[1:2], [[number]])))
    assert cell == str(number)
    cell = read_xlsx(COLUMNS[1:2], [[number]])["Grants"]["A2"]
    assert (cell.data_type, cell.value) == ("n", float(number))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_can_be_read_back(text: str) -> None:
    [_, row] = read_csv(b"".join(csv_stream(COLUMNS[:2], [[text, 1]])))
    assert row[0].removeprefix("'") == text.removeprefix("'")
    assert row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n")) is False


def test_a_spreadsheet_keeps_numbers_days_and_moments() -> None:
    book = read_xlsx(COLUMNS, ROWS)
    sheet = book["Grants"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Organisation", "Days a week", "Award", "Starts on", "Received at", "Live"],
        ['Example Łódź & Sons, "The"', 3.5, 29700.6, datetime(2019, 5, 1), datetime(2019, 7, 3, 16, 59, 59), "yes"],  # noqa: DTZ001 - a spreadsheet knows no zone
        ["-2+3 Arts", 3, 1234.5, None, None, "no"],
    ]
    assert [cell.number_format for cell in sheet[2]] == [
        "General",
        "General",
        "#,##0.00",
        "yyyy-mm-dd",
        SAID.yyyy_mm_dd_hh_mm,
        "General",
    ]


def test_a_spreadsheet_has_a_bold_head_that_stays_in_sight() -> None:
    book = read_xlsx(COLUMNS, ROWS)
    assert [(sheet.title, sheet.freeze_panes, sheet["A1"].font.bold) for sheet in book] == [
        ("Grants", "A2", True),
        ("Columns", "A2", True),
    ]


def test_a_second_sheet_says_what_each_column_holds() -> None:
    sheet = read_xlsx(COLUMNS[:3], [])["Columns"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Column", "Name", "What it holds", "Kind"],
        ["Organisation", "organisation", "The organisation's name.", "text"],
        ["Days a week", "days", "Days a week, halves included.", "number"],
        ["Award", "award", "The grant in pounds.", "money"],
    ]


def test_a_row_of_another_length_is_a_mistake_in_the_program_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="shorter"):
        xlsx_file(COLUMNS, [["too", "few"]], "Grants")
    assert list(tmp_path.iterdir()) == []


def test_the_same_table_is_the_same_bytes() -> None:
    assert xlsx_bytes() == xlsx_bytes()


def test_memory_stays_bounded_however_long_the_table() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        xlsx_file(COLUMNS[:2], ((f"Organisation {number}", number) for number in range(count)), "Grants").close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(8000) < 2 * peak(2000)

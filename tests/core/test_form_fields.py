"""Days, numbers, telephone numbers and texts are read as people write them, and refused with a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from core.form_fields import MOST_CHARACTERS, DayField, ProseField, QuantityField, TelephoneField
from tests.sentences import SAID

FIRST = date(2027, 9, 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("2027-09-01", "01/09/2027", "1/9/2027", "01/09/27", "1.9.2027", "1-9-2027", "1 9 2027", "１/９/２０２７"),
        *(
            "1 September 2027",
            "1 Sept 2027",
            "1 Sep 27",
            "1st September 2027",
            "1st of September 2027",
            "1 September, 2027",
        ),
        *("September 2027", "Sept 2027", "Wednesday 1 September 2027", "Wed, 1st Sept. 2027", "September 1, 2027"),
        *("1\u00a0September\u00a02027", " 1-Sep-2027 ", "1\u201109\u20112027", "1september2027"),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert DayField().clean(typed) == FIRST


@pytest.mark.parametrize(
    "typed", ["next May", "31/02/2027", "1/13/2027", "2027", "1 Smarch 2027", "1 September", "soon", "1 maybe 2027"]
)
def test_what_is_no_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        DayField().clean(typed)
    assert refusal.value.messages == [SAID.enter_a_day_like_13]


def test_a_year_far_away_is_taken_for_a_slip() -> None:
    with pytest.raises(forms.ValidationError, match="Check the year: 2207"):
        DayField().clean("1/9/2207")


@given(
    st.dates(date(1950, 1, 1), date(2080, 1, 1)),
    st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%A %d %b %Y", "%d.%m.%Y", "%B %d, %Y"]),
)
def test_every_day_comes_back_from_every_way_to_write_it(day: date, written: str) -> None:
    assert DayField().clean(day.strftime(written)) == day


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        *(("35", "35"), ("36.25", "36.25"), ("35 hrs", "35"), ("35hrs", "35"), ("35 hours", "35"), ("35h", "35")),
        *(
            ("37.5 hours a week", "37.5"),
            ("37½", "37.5"),
            ("37 ½ hrs/week", "37.5"),
            ("36,25", "36.25"),
            ("35 hrs pw", "35"),
        ),
        *(("35 hours per week", "35"), ("３５", "35"), ("35\u00a0hours", "35"), ("35-hour week", "35"), ("½", "0.5")),
    ],
)
def test_hours_are_read_with_their_unit(typed: str, hours: str) -> None:
    assert QuantityField(unit="h(?:ou)?rs?|h").clean(typed) == Decimal(hours)


@pytest.mark.parametrize("typed", ["many", "35 days", "three", "35 or 36", "-5", "1e3", "NaN"])
def test_what_is_no_number_of_hours_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        QuantityField(unit="h(?:ou)?rs?|h", min_value=0, max_value=60).clean(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("020 7946 0000", "+44 (0)20 7946 0000", "02079460000", "020-7946-0000", "020.7946.0000", "0044 20 7946 0000"),
        *("020 7946 0000 ext 3", "020 7946 0000 ext. 12", "020 7946 0000 x12", "020 7946 0000, extension 12"),
        *("020\u00a07946\u00a00000", "020–7946–0000", "020 7946 0000 (Tues–Thurs)", "٠٢٠ ٧٩٤٦ ٠٠٠٠"),
    ],
)
def test_telephone_numbers_are_taken_as_people_write_them(typed: str) -> None:
    assert TelephoneField().clean(typed)


def test_a_telephone_number_is_kept_with_ordinary_figures_spaces_and_hyphens() -> None:
    assert TelephoneField().clean("020\u00a07946–٠٠٠٠") == "020 7946-0000"


@pytest.mark.parametrize("typed", ["ask at the desk", "12345", "020 7946 O000", "name@example.org", "0" * 40])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        TelephoneField().clean(typed)
    assert refusal.value.messages == [SAID.enter_a_telephone_number_in]


def test_a_text_has_a_limit_that_browsers_do_not_cut_at() -> None:
    field = ProseField()
    assert "maxlength" not in field.widget.attrs
    assert field.clean("a\r\n" * 10_000) == ("a\n" * 10_000).strip()
    with pytest.raises(forms.ValidationError, match="20,005 characters and the limit is 20,000"):
        field.clean("a" * (MOST_CHARACTERS + 5))


def test_every_box_for_text_has_a_limit() -> None:
    def all_forms(form: type) -> set[type]:
        return {form}.union(*map(all_forms, form.__subclasses__()))

    ours = [
        form
        for form in all_forms(forms.BaseForm)
        if form.__module__.split(".")[0] in {"applications", "core", "grants", "learning", "secondments"}
    ]
    without = {
        f"{form.__name__}.{name}"
        for form in ours
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.Textarea) and not (getattr(field, "most", None) or field.max_length)
    }
    assert {form.__name__ for form in ours} > {"ConflictsForm", "RecordForm", "OrganisationForm", "ReportForm"}
    assert without == set()

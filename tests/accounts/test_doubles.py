"""What counts as a likely double of an organisation."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.duplicates import STOP_WORDS, bare, likely_double


@dataclass(frozen=True)
class Known:
    name: str
    aliases: str = ""
    charity_number: str = ""
    company_number: str = ""


LAW = Known("The Law Centre for Newcomers Ltd", "LCN\n\nNewcomers' Law", "123456", "01234567")

words = st.lists(
    st.text("abcdefghijklmnoprstuvw", min_size=1, max_size=8).filter(lambda word: word not in STOP_WORDS),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize(
    "new",
    [
        Known("Law Centre for Newcomers"),
        Known("THE LAW CENTRE FOR NEWCOMERS, LIMITED"),
        Known("law-centre for newcomers (charity)"),
        Known("lcn"),
        Known("Newcomers’ Law"),
        Known("Something Else", aliases="L.C.N.\nLCN"),
        Known("Something Else", charity_number=" 123456"),
        Known("Something Else", company_number="1234567"),
    ],
)
def test_another_way_to_write_the_same_body_is_a_likely_double(new):
    assert likely_double(new, [Known("Unrelated"), LAW]) == LAW


@pytest.mark.parametrize(
    "new",
    [
        Known("Law Centre"),
        Known("Centre for Law"),
        Known("Newcomers for Law Centre"),
        Known("Something Else", charity_number="654321"),
        Known("Something Else", charity_number="01234567"),
    ],
)
def test_another_body_is_no_double(new):
    assert likely_double(new, [LAW]) is None


def test_two_bodies_without_numbers_are_not_doubles_by_number():
    assert likely_double(Known("One"), [Known("Two")]) is None


def test_a_name_of_stop_words_alone_still_has_a_name():
    assert bare("The Charity") == "the charity"
    assert likely_double(Known("The Charity"), [Known("Limited")]) is None


def test_accents_and_ampersands_do_not_make_another_body():
    assert likely_double(Known("Café & Co"), [Known("Cafe and co")]) == Known("Cafe and co")


MARIGOLD = Known("Marigold Advice Centre")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Marigold Advice Center Ltd",
            "Marigold Advice Centres",
            "Marigold Advise Centre",
            "Marigold Advice Centre CIO",
        ),
        *("MAC", "M.A.C.", "Marigold Advice Centre SCIO", "Marigolds Advice Centre", "Marygold Advice Centre"),
    ],
)
def test_a_name_spelt_otherwise_is_a_likely_double(name):
    assert likely_double(Known(name), [Known("Unrelated"), MARIGOLD]) == MARIGOLD


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("North London Refugee Forum", "South London Refugee Forum"),
        ("Hackney Law Centre", "Haringey Law Centre"),
        ("Citizens Advice Barnet", "Citizens Advice Brent"),
        ("Organisation 1001", "Organisation 1002"),
        ("Praxis", "Praxes"),
        ("MAC", "Migrant Action"),
    ],
)
def test_names_of_two_bodies_are_not_taken_for_one(name, other):
    assert likely_double(Known(name), [Known(other)]) is None


def test_names_alike_with_two_numbers_are_two_bodies():
    known = Known("Marigold Advice Centre", charity_number="123456")
    assert likely_double(Known("Marigold Advice Centres", charity_number="654321"), [known]) is None
    assert likely_double(Known("Marigold Advice Centre", charity_number="654321"), [known]) == known


@given(words, st.sampled_from(["", "The ", "the "]), st.sampled_from(["", " Ltd", " LIMITED.", " CIO", " (Charity)"]))
def test_case_punctuation_and_stop_words_never_hide_a_double(name, before, after):
    known = Known(" ".join(name))
    assert likely_double(Known(f"{before}{'-'.join(name).upper()}{after}"), [known]) == known


@given(words, words)
def test_being_a_double_is_mutual(one, other):
    first, second = Known(" ".join(one)), Known(" ".join(other))
    assert (likely_double(first, [second]) is None) == (likely_double(second, [first]) is None)


@given(words)
def test_every_body_is_its_own_double(name):
    known = Known("Unlike any", aliases=" ".join(name))
    assert likely_double(known, [known]) == known

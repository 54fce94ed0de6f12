"""Form fields that read days, numbers with their unit, telephone numbers and long texts as people write them."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 20_000  # of one text: about 3,000 words
EARLIEST_YEAR, LATEST_YEAR = 1900, 2099

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "sept"),
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+", re.IGNORECASE)
_FIGURES = re.compile(r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})[/.\- ](?P<year>\d{4}|\d{2})")
_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s+)?[\-/]?)?(?P<month>[a-z]+)[.,]?[\s\-/]*(?P<year>\d{4}|\d{2})"
)
_AMERICAN = re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_NUMBER = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d+))?")
_GROUPED = re.compile(r"-?(?:\d{1,3}(?:[ ,]\d{3})+|\d+)(?:\.\d+)?")
_HALVES = {"½": ".5", "¼": ".25", "¾": ".75"}
_FEWEST_FIGURES, _MOST_FIGURES = 7, 25
_TELEPHONE = re.compile(
    r"\+?[\d ().\-/]{7,}(?:[,;]? ?(?:ext(?:ension|n)?\.?|x|option|#) ?\d{1,6})?(?: ?\(.*\))?", re.IGNORECASE
)


def plain(text: str) -> str:
    """The text with ordinary figures, spaces and hyphens: what is copied from pages and phones often has others."""
    figures = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", figures)).split())


def read_day(text: str) -> date:
    """A day as people write it in Britain: 2019-03-09, 9/3/2019, 9.3.19, 9 March 2019, Sat 9th Mar, 2019, March 2019.

    A month alone is its first day; two figures are a year of this century. ValueError for the rest.
    """
    written = _WEEKDAY.sub("", plain(text).lower())
    with suppress(ValueError):
        return date.fromisoformat(written)
    if match := _FIGURES.fullmatch(written):
        return _day(match["year"], int(match["month"]), match["day"])
    if match := _AMERICAN.fullmatch(written) or _WORDS.fullmatch(written.replace(",", "")):
        return _day(match["year"], _month(match["month"]), match["day"] or "1")
    raise ValueError(f"“{text}” is not a day.")


def _day(year: str, month: int, day: str) -> date:
    return date(int(year) + (2000 if len(year) == len("19") else 0), month, int(day))


def _month(name: str) -> int:
    if name[:3] not in _MONTHS or (name not in _MONTHS and name not in _FULL_MONTHS):
        raise ValueError(f"“{name}” is not a month.")
    return _MONTHS.index(name[:3]) + 1


class DayField(forms.DateField):
    """A day in one control; reads what `read_day` reads. A year far away is taken for a slip of the finger."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": "Enter a day, like 13/03/2019."}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or not isinstance(value, str):
            return super().to_python(value)
        try:
            day = read_day(value)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValidationError(f"Check the year: {day.year} is not likely.", code="year")
        return day


class QuantityField(forms.DecimalField):
    """A number as people write it, with its unit or without: 35, "35 hrs", "37½ hours a week", "3,5 days"."""

    def __init__(self, *, unit: str, **options: Any) -> None:
        per = r"(?:\s*(?:a|per|/|each|every)?\s*(?:week|wk|pw|p\.w\.|month|year)?\.?)"
        self.unit = re.compile(rf"\s*-?(?:{unit})?\.?{per}", re.IGNORECASE)
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = self._figures(value)
        return super().to_python(value)

    def _figures(self, typed: str) -> str:
        for sign, part in _HALVES.items():
            typed = re.sub(rf"(?<=\d)\s*{sign}", part, typed).replace(sign, f"0{part}")
        written = plain(typed)
        match = _NUMBER.match(written)
        if match is None or not self.unit.fullmatch(written[match.end() :]):
            return typed
        return f"{match['whole']}.{match['part'] or '0'}"


class NumberField(forms.Field):
    """A number from `least` to `most` as people write it, with its unit or without: 1,250, "1 250 people", "£12.50".

    A comma groups thousands and is refused elsewhere ("1,5" could be either). `say` writes a limit out for an error.
    """

    widget = forms.TextInput

    def __init__(
        self, *, unit: str, least: Decimal, most: Decimal, places: int, say: Callable[[Decimal], str], **options: Any
    ) -> None:
        self.unit, self.least, self.most, self.places, self.say = unit, least, most, places, say
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        written = plain(str(value or "")).casefold()
        if not written:
            return None
        for unit in (plain(self.unit).casefold(), self.unit.casefold()):
            written = written.removeprefix(unit).removesuffix(unit).strip()
        match = _GROUPED.fullmatch(written)
        if match is None:
            raise ValidationError("Enter a number in figures, like 12 or 1,250.", code="invalid")
        number = Decimal(re.sub(r"[ ,]", "", written))
        if -int(number.as_tuple().exponent) > self.places:
            raise ValidationError(f"Enter at most {self.places} decimal places.", code="max_decimal_places")
        return number

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is not None and value < self.least:
            raise ValidationError(f"Enter {self.say(self.least)} or more.", code="too_little")
        if value is not None and value > self.most:
            raise ValidationError(f"Enter {self.say(self.most)} or less.", code="too_much")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "class": "govuk-input--width-10"}


class TelephoneField(forms.CharField):
    """A telephone number, kept as it was typed: spaces, dots, an extension and a note in brackets are all right."""

    default_error_messages = {"invalid": "Enter a phone number in figures, like 020 7946 0000 or 020 7946 0000 ext 3."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 60, **options})

    def to_python(self, value: Any) -> str:
        written = plain(super().to_python(value) or "")
        figures = sum(sign.isdigit() for sign in written)
        if written and not (_TELEPHONE.fullmatch(written) and _FEWEST_FIGURES <= figures <= _MOST_FIGURES):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return written


class ProseField(forms.CharField):
    """A text of several lines, with one kind of line end, and no longer than `most` characters.

    A browser's button sends CRLF, its scripts LF: kept as they come, the same words would look changed, and a proposed
    secondee who has confirmed them would be asked again. The limit is no `maxlength`, by which browsers cut off what is
    pasted without a word.
    """

    widget = forms.Textarea

    def __init__(self, *, most: int = MOST_CHARACTERS, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if (over := len(value) - self.most) > 0:
            sentence = f"This text has {len(value):,} characters and the limit is {self.most:,}. Take out {over:,}."
            raise ValidationError(sentence, code="too_long")


def use_our_sentences() -> None:
    """Say what to do where Django's validators say "Ensure this value …"; called once, when the apps are ready."""
    most = "Enter at most %(max)s"
    validators.MaxLengthValidator.message = "Use %(limit_value)d characters or fewer. This has %(show_value)d."
    validators.MinLengthValidator.message = "Use %(limit_value)d characters or more. This has %(show_value)d."
    validators.MaxValueValidator.message = "Enter %(limit_value)s or less."
    validators.MinValueValidator.message = "Enter %(limit_value)s or more."
    validators.EmailValidator.message = "Enter an email address, like name@example.org."
    validators.DecimalValidator.messages = {
        "invalid": "Enter a number.",
        "max_digits": f"{most} digits.",
        "max_decimal_places": f"{most} decimal places.",
        "max_whole_digits": f"{most} digits before the point.",
    }

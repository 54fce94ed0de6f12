"""The form of the secondment's terms: salary, hours, days, months; what the grant is worked out from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from applications.budget import TermsError, check_days, check_hours, check_months, doubt_about_salary
from applications.completeness import FilledForm
from applications.forms.sections import SectionForm
from applications.forms.terms import days_hint, validate
from applications.models.section import Section
from core.accounts.models import User
from core.dates import say_day
from core.form_fields import DayField, QuantityField
from core.money.fields import MoneyFormField, format_pounds

MOST_HOURS = 60
LATEST_START = timedelta(days=3 * 365)  # after the decision: later, people have often typed a wrong year
HOURS_IN_FIGURES = "Enter the present hours a week in figures, like 35, 22.5 or 36.25."


class SecondmentForm(SectionForm):
    """Salary, hours, days and months, from which the grant is worked out."""

    section = Section.SECONDMENT
    current_salary = MoneyFormField(
        label="Current full-time salary",
        noun="the current full-time salary",
        help_text="In pounds for a year, before tax. If the person works part time, enter the full-time salary.",
        required=False,
        least=1,
        most=1_000_000,
    )
    salary_is_right = forms.BooleanField(
        label="The salary above is correct: it is for a full-time year", required=False, widget=forms.HiddenInput
    )
    present_hours = QuantityField(
        unit="h(?:ou)?rs?|h",
        label="Present hours a week",
        help_text="The hours in their contract with you, like 35 or 22.5.",
        required=False,
        error_messages={"invalid": HOURS_IN_FIGURES, "max_decimal_places": HOURS_IN_FIGURES},
        max_digits=4,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
    )
    days_per_week = QuantityField(
        unit="days?|d",
        label="Days a week with the host",
        required=False,
        error_messages={"invalid": "Enter the days a week in figures, like 3 or 3.5."},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-3"}),
    )
    months = QuantityField(
        unit="months?|m",
        label="Length in months",
        required=False,
        error_messages={"invalid": "Enter the number of months as a whole number, like 12."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    earliest_start_on = DayField(
        label="Earliest start",
        required=False,
        error_messages={"invalid": "Enter the earliest start as a date, like 13/05/2019."},
    )
    wants_enhancement = forms.TypedChoiceField(
        label="Salary enhancement",
        required=False,
        choices=[("True", "Wanted"), ("False", "Not wanted")],
        coerce=lambda value: value == "True",
        empty_value=True,  # type: ignore[arg-type] # the stubs know text only
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, filled: FilledForm, by: User, section: str = "") -> None:
        super().__init__(data, filled=filled, by=by, section=section)
        call = filled.application.call
        self.fields["days_per_week"].help_text = days_hint(call)
        self.fields["months"].help_text = f"Up to {call.term_months}; shorter is possible."
        band = f"{format_pounds(call.band_minimum, whole=True)} to {format_pounds(call.band_maximum, whole=True)}"
        lifted = f"A salary below the pay band, {band}, is raised to it for the secondment."
        self.fields["wants_enhancement"].help_text = lifted
        if call.decision_week_on:
            week = say_day(call.decision_week_on)
            self.fields["earliest_start_on"].help_text = f"After the decision, in the week of {week}."
        if self.data.get("salary_is_right"):
            self.fields["salary_is_right"].widget = forms.CheckboxInput()

    def clean_current_salary(self) -> Decimal | None:
        """Ask whether an unusual salary is meant, unless it is the one that was saved before."""
        salary: Decimal | None = self.cleaned_data["current_salary"]
        doubt = doubt_about_salary(salary) if salary is not None else ""
        if not doubt or salary == self.filled.application.current_salary or self.data.get("salary_is_right"):
            return salary
        self.fields["salary_is_right"].widget = forms.CheckboxInput()
        raise forms.ValidationError(
            f"{doubt} Enter the full-time salary for a year, or tick the box below if this is correct."
        )

    def clean_present_hours(self) -> Decimal | None:
        hours: Decimal | None = self.cleaned_data["present_hours"]
        if hours is not None and not 0 < hours <= MOST_HOURS:
            raise forms.ValidationError(f"Present hours a week must be more than 0 and at most {MOST_HOURS}.")
        return hours

    def clean_days_per_week(self) -> Decimal | None:
        days: Decimal | None = self.cleaned_data["days_per_week"]
        if days is not None:
            validate(check_days, days, self.filled.application.call.least_days)
        return days

    def clean_months(self) -> int | None:
        months: Decimal | None = self.cleaned_data["months"]
        if months is not None:
            validate(check_months, months, self.filled.application.call.term_months)
        return None if months is None else int(months)

    def clean_earliest_start_on(self) -> date | None:
        """Refuse a start before the decision can be known."""
        start: date | None = self.cleaned_data["earliest_start_on"]
        decision = self.filled.application.call.decision_week_on
        if start is not None and decision is not None and start < decision:
            raise forms.ValidationError(
                f"{say_day(start)} is before the decision, which will be made in the week of {say_day(decision)}. "
                "Choose a later start."
            )
        if start is not None and decision is not None and start > decision + LATEST_START:
            raise forms.ValidationError(
                f"{say_day(start)} is more than three years after the decision. Check the year."
            )
        return start

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        hours, days = typed.get("present_hours"), typed.get("days_per_week")
        if hours is not None and days is not None:
            try:
                check_hours(hours, days)
            except TermsError as error:
                self.add_error(error.field, error.sentence)
        return typed

    def figures(self) -> dict[str, Any]:
        self.is_valid()
        return {
            "salary": self._read("current_salary"),
            "days": self._read("days_per_week"),
            "months": self._read("months"),
            "wants_enhancement": self.cleaned_data.get("wants_enhancement", True),
        }

    def _read(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].value())
        except forms.ValidationError:
            return None

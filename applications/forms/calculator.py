"""The calculator on a call's page: what the grant would be, for figures that anyone can try; nothing is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from applications.budget import Budget, Terms
from applications.form_schema import sheet
from applications.forms.secondment import LEAST_USUAL, MOST_USUAL
from applications.models import Call
from core.money.fields import MoneyFormField, format_pounds

FULL_WEEK = 5


def narrow(width: int) -> dict[str, str]:
    """The attributes of a control for a figure."""
    return {"inputmode": "decimal", "autocomplete": "off", "class": f"govuk-input--width-{width}"}


class CalculatorForm(forms.Form):
    """Salary, days and months, as an address can carry them."""

    salary = MoneyFormField(
        label="Full-time salary for a year",
        noun="the full-time salary for a year",
        help_text="In pounds, before tax, like 32,000.",
        least=1,
        most=1_000_000,
    )
    days = forms.DecimalField(
        label="Days a week",
        error_messages={
            "required": "Enter the days a week, like 3 or 3.5.",
            "invalid": "Enter the days a week in figures, like 3 or 3.5.",
        },
        widget=forms.TextInput(attrs=narrow(3)),
    )
    months = forms.IntegerField(
        label="Months",
        error_messages={
            "required": "Enter the number of months, like 12.",
            "invalid": "Enter the number of months as a whole number, like 12.",
        },
        widget=forms.TextInput(attrs=narrow(3)),
    )

    def __init__(self, data: Any = None, *, call: Call, example: Terms) -> None:
        """Begin with the example's figures, and say in the hints what the call allows."""
        initial = {
            "salary": example.current_salary,
            "days": f"{Decimal(example.days_per_week).normalize():f}",
            "months": example.months,
        }
        super().__init__(data, initial=initial)
        self.call = call
        self.fields["days"].help_text = f"From {call.least_days.normalize():f} to {FULL_WEEK}; half days are possible."
        self.fields["months"].help_text = f"Up to {call.term_months}."
        self.helper = FormHelper()
        self.helper.form_method, self.helper.form_id = "get", "calculator-form"
        self.helper.form_action = f"{call.get_absolute_url()}#calculator"
        if call.status != "draft":
            self.helper.attrs = {
                "hx-get": call.get_absolute_url(),
                "hx-trigger": "input delay:400ms",
                "hx-target": "#worked-out",
                "hx-swap": "innerHTML",
            }
        self.helper.add_input(Submit("", "Work out the grant", css_class="govuk-button--secondary"))

    def clean_salary(self) -> Decimal:
        """Ask for a year's salary when it looks like a month's, or has a figure too many."""
        salary: Decimal = self.cleaned_data["salary"]
        if LEAST_USUAL <= salary <= MOST_USUAL:
            return salary
        why = (
            "a salary for a month, or shared out by days" if salary < LEAST_USUAL else "a salary with a figure too many"
        )
        amount = format_pounds(salary, whole=True)
        raise forms.ValidationError(f"{amount} looks like {why}. Enter the full-time salary for a year.")

    def clean_days(self) -> Decimal:
        """Refuse fewer days than the call asks for, and odd parts of days."""
        days: Decimal = self.cleaned_data["days"]
        if not self.call.least_days <= days <= FULL_WEEK:
            least = f"{self.call.least_days.normalize():f}"
            raise forms.ValidationError(f"The secondment is for at least {least} days a week, and at most {FULL_WEEK}.")
        if (days * 2) % 1:
            raise forms.ValidationError("Days a week are whole or half days, like 3 or 3.5.")
        return days

    def clean_months(self) -> int:
        """Refuse more than the call's term."""
        months: int = self.cleaned_data["months"]
        if not 1 <= months <= self.call.term_months:
            raise forms.ValidationError(f"The length must be from 1 to {self.call.term_months} months.")
        return months

    def budget(self) -> Budget | None:
        """The grant for what was entered; None while something is missing or wrong."""
        if not self.is_valid():
            return None
        return sheet(self.call, **self.cleaned_data, wants_enhancement=True)

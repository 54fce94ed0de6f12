"""The calculator on a call's page: what the grant would be, for figures that anyone can try. Nothing is saved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from applications.budget import Budget, Terms, check_days, check_months, doubt_about_salary
from applications.form_schema import sheet
from applications.forms.terms import days_hint, validate
from applications.models import Call
from core.money.fields import MoneyFormField


def narrow(width: int) -> dict[str, str]:
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
        initial = {
            "salary": example.current_salary,
            "days": f"{Decimal(example.days_per_week).normalize():f}",
            "months": example.months,
        }
        super().__init__(data, initial=initial)
        self.call = call
        self.fields["days"].help_text = days_hint(call)
        self.fields["months"].help_text = f"Up to {call.term_months}."
        self.helper = FormHelper()
        self.helper.form_method, self.helper.form_id = "get", "calculator-form"
        self.helper.form_action = f"{call.get_absolute_url()}#calculator"
        if not call.is_draft:
            self.helper.attrs = {
                "hx-get": call.get_absolute_url(),
                "hx-trigger": "input delay:400ms",
                "hx-target": "#worked-out",
                "hx-swap": "innerHTML",
            }
        self.helper.add_input(Submit("", "Work out the grant", css_class="govuk-button--secondary"))

    def clean_salary(self) -> Decimal:
        salary: Decimal = self.cleaned_data["salary"]
        if doubt := doubt_about_salary(salary):
            raise forms.ValidationError(f"{doubt} Enter the full-time salary for a year.")
        return salary

    def clean_days(self) -> Decimal:
        days: Decimal = self.cleaned_data["days"]
        validate(check_days, days, self.call.least_days)
        return days

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        validate(check_months, months, self.call.term_months)
        return months

    def budget(self) -> Budget | None:
        """The grant for what was entered; None while something is missing or wrong."""
        if not self.is_valid():
            return None
        return sheet(self.call, **self.cleaned_data, wants_enhancement=True)

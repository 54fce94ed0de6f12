"""What is asked before a step on a grant, a payment or a report."""

from django import forms

from core.form_fields import DayField


def reason(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": missing}, max_length=4000
    )


def day(label: str, help_text: str) -> DayField:
    missing = {"required": "Enter a day, like 2020-04-30.", "invalid": "Enter a day, like 2020-04-30."}
    return DayField(label=label, help_text=help_text, error_messages=missing)


class ExtendForm(forms.Form):
    to_on = day("New last day", "The added months are costed as the award was; backfill and fee are not paid again.")
    reason = reason("Reason", "Write why the grant is extended.")


class EndEarlyForm(forms.Form):
    ended_on = day("Last day", "Instalments that fall due after it are withheld.")
    reason = reason("Reason, which the organisation reads", "Write why the grant ends early.")


class PayForm(forms.Form):
    payment_reference = forms.CharField(
        label="Payment reference",
        max_length=60,
        help_text="As the bank shows it. The organisation reads it in the remittance advice.",
        error_messages={"required": "Enter the bank's payment reference."},
    )


class WithholdForm(forms.Form):
    reason = reason("Reason, which the organisation reads", "Write why the payment is withheld.")


class GiveBackForm(forms.Form):
    reason = reason("What is missing, which the organisation reads", "Write what is missing.")

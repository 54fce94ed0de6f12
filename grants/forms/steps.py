"""What is asked before a step on a grant, a payment or a report."""

from decimal import Decimal
from typing import Any

from django import forms

from core.admin import StepForm
from core.form_fields import DayField
from core.money.fields import MoneyFormField
from grants.actions import unspent
from grants.models import BankAccount


def reason(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": missing}, max_length=4000
    )


def day(label: str, help_text: str) -> DayField:
    missing = {"required": "Enter a day, like 2020-04-30.", "invalid": "Enter a day, like 2020-04-30."}
    return DayField(label=label, help_text=help_text, error_messages=missing)


class MoreTimeForm(forms.Form):
    answer_by_on = day("Answer by", "Organisation and proposed secondee must both agree by this day.")


class PayForm(forms.Form):
    payment_reference = forms.CharField(
        label="Payment reference",
        max_length=60,
        help_text="As your bank shows it. The organisation reads it in the remittance advice.",
        error_messages={"required": "Enter the bank's payment reference."},
    )


class AllowForm(forms.Form):
    reason = reason(
        "Why is it paid although a report is overdue? (kept with the payment)",
        "Enter why the payment is made although a report is overdue.",
    )


class ReturnForm(forms.Form):
    returned_on = day("Day the money came back", "As your bank shows it.")
    reference = forms.CharField(
        label="Bank's reference of the return",
        max_length=60,
        error_messages={"required": "Enter the bank's reference of the return."},
    )


class ReversePaymentForm(forms.Form):
    reason = reason(
        "Why was the payment recorded by mistake? (kept on the history)",
        "Enter why the payment was recorded by mistake.",
    )


class AskRepaymentForm(StepForm):
    """How much, and why; of a grant that ended early what was paid for the days after is proposed."""

    amount = MoneyFormField(label="Amount", least=Decimal("0.01"))
    reason = reason("Reason (the organisation reads this)", "Enter the reason.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = unspent.to_recover(self.thing) or None


class ReceiveRepaymentForm(forms.Form):
    received_on = day("Day the money came in", "As your bank shows it.")
    reference = forms.CharField(
        label="Bank's reference", max_length=60, error_messages={"required": "Enter the bank's reference."}
    )


class ReverseRepaymentForm(forms.Form):
    reason = reason(
        "Why was the money recorded by mistake? (kept on the history)", "Enter why the money was recorded by mistake."
    )


class CheckBankAccountForm(StepForm):
    """The call-back, chosen from lists: nothing is written about a person."""

    panel = "admin/grants/bankaccount/check_panel.html"
    spoke_to = forms.ChoiceField(
        label="Whom did you speak to?",
        choices=BankAccount.SpokeTo.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whom you spoke to."},
    )
    number_from = forms.ChoiceField(
        label="Which public register did you take the phone number from?",
        choices=BankAccount.NumberFrom.choices,
        widget=forms.RadioSelect,
        help_text="Never call the number that came with the bank details.",
        error_messages={"required": "Choose the register that gives the number."},
    )

    def panel_context(self) -> dict[str, Any]:
        return {"account": self.thing}


class RefuseBankAccountForm(forms.Form):
    why_refused = forms.ChoiceField(
        label="Why? The organisation reads this",
        choices=[one for one in BankAccount.WhyRefused.choices if one[0] != BankAccount.WhyRefused.RETURNED],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why."},
    )


class WithholdForm(forms.Form):
    reason = reason("Reason (the organisation reads this)", "Enter the reason for withholding the payment.")


class GiveBackForm(forms.Form):
    reason = reason("What is missing (the organisation reads this)", "Enter what is missing.")


class DropForm(StepForm):
    """Why a decision is dropped; asked only once it is confirmed."""

    reason = reason("Reason (kept on the history)", "Enter the reason for dropping a confirmed decision.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not self.thing.is_pending_confirmation

"""What is asked about the pooled fund: a contribution, what came in of it, what pays for an award, a position."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from applications.models import Goal, Strand
from core.accounts.models import Organisation, Programme
from core.admin import StepForm
from core.form_fields import DayField
from core.forms import run_action
from core.lifecycle import Refused
from core.money.fields import MoneyFormField
from grants.actions import allocations, contributions
from grants.forms.steps import reason
from grants.funding import ZERO
from grants.models import Contribution
from grants.models.fund import funders_of
from grants.rules import KEEPS_FUND

if TYPE_CHECKING:
    ContributionModelForm = forms.ModelForm[Contribution]
else:
    ContributionModelForm = forms.ModelForm

PENNY = Decimal("0.01")


class ContributionForm(ContributionModelForm):
    """A contribution as it was pledged; recorded by the action, whose refusal stands at its field."""

    acting: ClassVar[dict[str, Any]] = {}
    result: Contribution

    amount = MoneyFormField(label="Amount pledged", least=PENNY)
    pledged_on = DayField(label="Pledged on")

    class Meta:
        model = Contribution
        fields = ("programme", "funder", "label", "goal", "strand", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.filter(pk__in=self.acting["by"].programmes_as(*KEEPS_FUND))
        funders = [one.pk for programme in programmes for one in funders_of(programme)]
        choices: dict[str, Any] = {
            "programme": programmes,
            "funder": Organisation.objects.filter(pk__in=funders),
            "goal": Goal.objects.filter(programme__in=programmes),
            "strand": Strand.objects.filter(programme__in=programmes),
        }
        for name, rows in choices.items():
            field: Any = self.fields[name]
            field.queryset = rows
        if len(programmes) == 1:
            self.initial.setdefault("programme", programmes[0].pk)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            run_action(self, contributions.record, **self.acting, **values)
        return values

    def _post_clean(self) -> None:
        """Leave the row and its checks to the action."""


class ReceiptForm(forms.Form):
    amount = MoneyFormField(label="Amount received", least=PENNY)
    received_on = DayField(label="Received on")
    reference = forms.CharField(
        label="Reference", max_length=200, help_text="As the bank shows it, or where the amount is documented."
    )


class ReverseForm(forms.Form):
    reason = reason("Reason (kept in the ledger)", "Enter the reason for the reversal.")


class AllocationForm(StepForm):
    """An amount for each contribution; empty fields leave the choice to the rule."""

    panel = "admin/grants/_allocation.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(
            Contribution.objects.filter(programme=self.thing.programme_id).select_related("goal", "strand")
        )
        proposed = self._proposed()
        for row in self.rows:
            self.fields[f"from_{row.pk}"] = MoneyFormField(
                label=str(row), required=False, initial=proposed.get(row), help_text=row.restriction
            )

    def _proposed(self) -> allocations.Amounts:
        try:
            return allocations.proposed(self.thing)
        except Refused:
            return {}

    def panel_context(self) -> dict[str, Any]:
        return {"total": allocations.total_of(self.thing)}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        return {"amounts": {row: values.get(f"from_{row.pk}") or ZERO for row in self.rows}}


class PositionForm(forms.Form):
    """As at which day; kept in the address."""

    day = DayField(label="As at", required=False)

    @property
    def chosen(self) -> date | None:
        day: date | None = self.cleaned_data["day"] if self.is_valid() else None
        return day

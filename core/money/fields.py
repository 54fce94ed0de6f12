"""Money in models and forms: whole pence in the database, Decimal pounds in Python."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields

from core.money.amounts import format_pounds, from_pence, parse_pounds, round_pounds, to_pence

__all__ = ["MoneyField", "MoneyFormField", "format_pounds", "from_pence", "parse_pounds", "round_pounds", "to_pence"]

if TYPE_CHECKING:
    _Field = models.Field[Decimal | int | Combinable, Decimal]
else:
    _Field = models.Field


class MoneyFormField(forms.Field):
    """Pounds as a person types them; answers in Decimal pounds to the penny.

    `noun` is how errors call it ("the current salary"); without one they use the label. Amounts are from `least`
    (£0 unless said; None for any) to `most`.
    """

    widget = forms.TextInput

    def __init__(
        self,
        *,
        noun: str = "",
        least: Decimal | int | None = 0,
        most: Decimal | int | None = None,
        error_messages: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        label = str(options.get("label") or "")
        if not noun and label and not label.endswith("?"):
            noun = label if label[:2].isupper() else label[:1].lower() + label[1:]
        self.noun, self.least, self.most = noun or "the amount", least, most
        super().__init__(error_messages={"required": f"Enter {self.noun}.", **(error_messages or {})}, **options)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return round_pounds(value)
        if not str(value).strip():
            return None
        try:
            return parse_pounds(str(value))
        except ValueError:
            sentence = f"Enter {self.noun} in pounds, in figures, like 32,000 or 32,000.50."
            raise ValidationError(sentence, code="invalid") from None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        noun = self.noun[:1].upper() + self.noun[1:]
        if self.least is not None and value < self.least:
            raise ValidationError(f"{noun} must be {format_pounds(self.least, whole=True)} or more.", code="too_little")
        if self.most is not None and value > self.most:
            raise ValidationError(f"{noun} must be {format_pounds(self.most, whole=True)} or less.", code="too_much")

    def prepare_value(self, value: Any) -> Any:
        """An amount as it is typed, without the sign: "32,000" or "32,000.50"; what a person typed stays as it was."""
        return format_pounds(value, whole=True).replace("£", "") if isinstance(value, Decimal | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "spellcheck": "false"}


class MoneyField(_Field):
    """An amount of money. ValueError at saving for a float or a fraction of a penny. Models add the CHECK ≥ 0.

    It is not a subclass of Django's integer fields on purpose: with one, `F("paid") + Decimal("1.00")` adds a penny
    and `F("awarded") - F("paid")` answers in pence. Here money plus or minus money is money, money times a whole
    number is money, and anything else is refused until it is told the `output_field`. (In a filter nobody checks:
    write `F("paid") + Value(Decimal(1), output_field=MoneyField())` there.)
    """

    description = "Money, as whole pence"
    _pyi_private_set_type: Decimal | int | Combinable
    _pyi_private_get_type: Decimal
    _pyi_lookup_exact_type: Decimal | int

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_pence(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        """Pounds as pence. Text (from an address or a fixture) is read as a person writes it."""
        value = super().get_prep_value(value)
        if value is None:
            return None
        return to_pence(parse_pounds(value) if isinstance(value, str) else value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Refuse an update by an expression that is not money: `F("paid") + Decimal(1)` would add a penny."""
        if hasattr(value, "as_sql") and not isinstance(value.output_field, MoneyField):
            raise FieldError(f"{self.name} is money, and {value} is not. Give its parts output_field=MoneyField().")
        return "%s"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        try:
            return from_pence(to_pence(parse_pounds(value) if isinstance(value, str) else value))
        except ValueError:
            sentence = f"“{value}” is not an amount in pounds and whole pence."
            raise ValidationError(sentence, code="invalid") from None

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(round_pounds(value))

    def formfield(self, **options: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": MoneyFormField, **options})


for _connector in (Combinable.ADD, Combinable.SUB):
    register_combinable_fields(MoneyField, _connector, MoneyField, MoneyField)
register_combinable_fields(MoneyField, Combinable.MUL, models.IntegerField, MoneyField)
register_combinable_fields(models.IntegerField, Combinable.MUL, MoneyField, MoneyField)

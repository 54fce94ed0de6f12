"""Money in the database, where it is whole pence, and in forms, where people type it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.models import Case, F, Max, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.test.utils import isolate_apps

from core.money.fields import MoneyField, MoneyFormField
from tests.sentences import SAID


@pytest.fixture
def purse(db: None) -> Iterator[type[models.Model]]:
    """A model of this test's own, over a table that lives as long as the connection's transaction."""
    with isolate_apps("django.contrib.contenttypes"):

        class Purse(models.Model):
            paid = MoneyField()
            owed = MoneyField(null=True, blank=True)
            times = models.IntegerField(default=2)

            class Meta:
                app_label = "cii"
                managed = False
                db_table = "test_purse"

        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE test_purse (id integer PRIMARY KEY, paid bigint, owed bigint, times int)"
            )
        Purse.objects.create(id=1, paid=Decimal("29700.60"), owed=Decimal("0.10"))
        Purse.objects.create(id=2, paid=Decimal(5000))
        yield Purse
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE test_purse")


def test_pounds_are_kept_as_whole_pence(purse: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT paid, owed FROM test_purse ORDER BY id")
        assert cursor.fetchall() == [(2970060, 10), (500000, None)]
    assert [str(p.paid) for p in purse.objects.order_by("id")] == ["29700.60", "5000.00"]


def test_sums_are_exact_pounds(purse: type[models.Model]) -> None:
    none = Sum("paid", filter=Q(id=99), default=Decimal(0))
    owed = Coalesce(Sum("owed", filter=Q(id=2)), Value(Decimal("0.07"), output_field=MoneyField()))
    assert purse.objects.aggregate(sum=Sum("paid"), most=Max("paid"), none=none, owed=owed) == {
        "sum": Decimal("34700.60"),
        "most": Decimal("29700.60"),
        "none": Decimal("0.00"),
        "owed": Decimal("0.07"),
    }


def test_twenty_thousand_times_ten_pence_is_two_thousand_pounds(purse: type[models.Model]) -> None:
    purse.objects.all().delete()
    purse.objects.bulk_create([purse(id=number, paid=Decimal("0.10")) for number in range(20_000)], batch_size=300)
    assert purse.objects.aggregate(sum=Sum("paid"))["sum"] == Decimal("2000.00")
    assert purse.objects.filter(paid=Decimal("0.10")).count() == 20_000


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Q(paid=Decimal("29700.60")), [1]),
        (Q(paid="£29,700.60"), [1]),
        (Q(paid__gt=Decimal(5000)), [1]),
        (Q(paid__in=[Decimal(5000), Decimal(1)]), [2]),
        (Q(paid__range=(Decimal(0), Decimal(5000))), [2]),
        (Q(paid__gt=F("owed")), [1]),
        (Q(owed=None), [2]),
    ],
)
def test_rows_are_found_by_pounds(purse: type[models.Model], condition: Q, found: list[int]) -> None:
    assert list(purse.objects.filter(condition).order_by("id").values_list("id", flat=True)) == found


def test_the_database_reckons_in_money(purse: type[models.Model]) -> None:
    rows = purse.objects.annotate(left=F("paid") - F("owed"), twice=F("paid") * F("times"), also=F("times") * F("paid"))
    assert list(rows.order_by("id").values_list("left", "twice", "also")) == [
        (Decimal("29700.50"), Decimal("59401.20"), Decimal("59401.20")),
        (None, Decimal("10000.00"), Decimal("10000.00")),
    ]


def test_money_can_be_updated_by_money(purse: type[models.Model]) -> None:
    pound = Value(Decimal(1), output_field=MoneyField())
    purse.objects.update(owed=Case(When(id=1, then=F("paid") + pound), default=F("paid")))
    purse.objects.bulk_update([purse(id=1, paid=Decimal("7.07"))], ["paid"])
    assert list(purse.objects.order_by("id").values_list("paid", "owed")) == [
        (Decimal("7.07"), Decimal("29701.60")),
        (Decimal("5000.00"), Decimal("5000.00")),
    ]


@pytest.mark.parametrize("change", [F("paid") + Decimal("1.00"), F("paid") + 1, F("times"), F("paid") * Decimal("1.5")])
def test_pounds_are_never_added_as_pence(purse: type[models.Model], change: F) -> None:
    with pytest.raises(FieldError), transaction.atomic():
        purse.objects.update(paid=change)
    assert purse.objects.aggregate(sum=Sum("paid"))["sum"] == Decimal("34700.60")


@pytest.mark.parametrize("amount", [Decimal("1.005"), 1.5, "lots"])
def test_a_row_cannot_hold_a_fraction_of_a_penny_or_a_float(purse: type[models.Model], amount: Decimal) -> None:
    row = purse(id=3, paid=amount)
    with pytest.raises(ValidationError, match=SAID.is_not_an_amount_in):
        row.full_clean()
    with pytest.raises(ValueError, match=r"fraction of a penny|not float|lots"), transaction.atomic():
        row.save()
    assert purse.objects.count() == 2


def test_a_fixture_keeps_the_amount(purse: type[models.Model]) -> None:
    row = purse.objects.get(id=2)
    paid, owed = (purse._meta.get_field(name) for name in ("paid", "owed"))
    assert (paid.value_to_string(row), owed.value_to_string(row)) == ("5000.00", "")
    assert paid.to_python("5000.00") == Decimal("5000.00")
    assert paid.to_python(None) is None


def test_a_migration_can_write_the_field_down() -> None:
    assert MoneyField(null=True).deconstruct() == (None, "core.money.fields.MoneyField", [], {"null": True})


class SalaryForm(forms.Form):
    salary = MoneyFormField(label=SAID.current_full_time_salary, most=200_000)
    bonus = MoneyFormField(label="Is there a bonus?", required=False)
    costs = MoneyFormField(label="On-costs", noun="the on-costs", required=False, least=None)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter current full-time salary."),
        ("  ", "Enter current full-time salary."),
        (
            "thirty thousand",
            SAID.enter_in_pounds_in_figures.format(SAID.current_full_time_salary_2),
        ),
        ("-1", SAID.must_be_or_more.format(SAID.current_full_time_salary, "£0")),
        ("200,000.01", SAID.must_be_or_less.format(SAID.current_full_time_salary, "£200,000")),
    ],
)
def test_a_wrong_amount_gets_a_sentence_and_is_not_lost(typed: str, error: str) -> None:
    form = SalaryForm({"salary": typed})
    assert form.errors == {"salary": [error]}
    assert form["salary"].value() == typed


def test_an_amount_is_read_as_people_type_it() -> None:
    form = SalaryForm({"salary": "£32,000.5", "bonus": "", "costs": "-12"})
    assert form.is_valid()
    assert form.cleaned_data == {"salary": Decimal("32000.50"), "bonus": None, "costs": Decimal("-12.00")}


def test_a_question_is_called_the_amount() -> None:
    assert SalaryForm({"salary": "1", "bonus": "some"}).errors == {
        "bonus": [SAID.enter_in_pounds_in_figures.format("the amount")],
    }


def test_an_amount_is_shown_as_it_is_typed_and_is_no_change() -> None:
    form = SalaryForm({"salary": "32000"}, initial={"salary": Decimal("32000.00")})
    assert SalaryForm(initial={"salary": Decimal("32000.50")})["salary"].value() == "32,000.50"
    assert SalaryForm(initial={"salary": Decimal("32000.00")})["salary"].value() == "32,000"
    assert form.changed_data == []
    assert 'inputmode="decimal"' in str(form["salary"])


def test_a_whole_number_given_by_a_program_is_pounds() -> None:
    assert MoneyFormField().clean(5) == Decimal("5.00")


def test_a_model_form_asks_for_money_in_pounds(purse: type[models.Model]) -> None:
    form = forms.modelform_factory(purse, fields=["paid", "owed"])({"paid": "£1,000", "owed": "", "id": 3})
    assert form.is_valid()
    assert (form.instance.paid, form.instance.owed) == (Decimal("1000.00"), None)

"""Filtering the public list of awards; the filter is in the address."""

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.db.models import QuerySet

from grants.models import Grant


class AwardFilter(django_filters.FilterSet):
    year = django_filters.ChoiceFilter(label="Year", empty_label="All years", choices=(), method="in_year")
    strand = django_filters.ChoiceFilter(
        label="Strand", empty_label="All strands", choices=(), field_name="post__call__strands__title"
    )
    organisation = django_filters.CharFilter(
        label="Organisation",
        field_name="organisation__name",
        lookup_expr="icontains",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    class Meta:
        model = Grant
        fields = ("year", "strand", "organisation")

    def __init__(self, data: object, queryset: QuerySet[Grant], *, years: list[int], strands: list[str]) -> None:
        super().__init__(data, queryset)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        self.filters["strand"].extra["choices"] = [(title, title) for title in strands]

    def in_year(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        return rows.filter(agreed_on__year=int(value))

    @property
    def helper(self) -> FormHelper:
        form_helper = FormHelper()
        form_helper.form_method = "get"
        form_helper.form_class = "cii-filters"
        form_helper.add_input(Submit("", "Show", css_class="govuk-button--secondary"))
        return form_helper

"""The admin's lists promise: a column that a list offers no filter for cannot be asked through the list's address."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import DateField
from django.urls import reverse

from applications.models import Application, AssessmentVisit
from core.accounts.models import User
from core.letters.models import Letter, LetterWording
from tests.client import Client

pytestmark = pytest.mark.django_db

LISTS = [model for model in apps.get_models() if admin.site.is_registered(model)]
LOOKUPS = ("exact", "startswith", "contains", "gte", "lt", "isnull", "in", "regex", "year")


@pytest.fixture
def superuser():
    return User.objects.create_superuser("eve@example.org", name="Eve", password="x" * 20)


@pytest.fixture
def opened(superuser):
    client = Client()
    client.force_login(superuser)

    def get(model, **asked):
        options = model._meta
        return client.get(reverse(f"admin:{options.app_label}_{options.model_name}_changelist"), asked)

    return get


def filtered(model):
    """The fields that the model's list offers a filter for."""
    rows = admin.site.get_model_admin(model)
    paths = [one if isinstance(one, str) else one[0] for one in rows.list_filter if isinstance(one, str | tuple)]
    paths += [one.parameter_name for one in rows.list_filter if isinstance(one, type)]
    return {*paths, rows.date_hierarchy}


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_a_list_allows_no_lookup_by_a_column_without_a_filter(superuser, opened, rf, model):
    request = rf.get("/")
    request.user = superuser
    rows, shown = admin.site.get_model_admin(model), filtered(model)
    fields = [field for field in model._meta.concrete_fields if field.name not in shown]
    hidden = [f"{field.name}__{lookup}" for field in fields for lookup in LOOKUPS] + [field.name for field in fields]
    hidden += [f"{name}__{lookup}" for name in shown if name for lookup in ("startswith", "contains", "regex")]
    hidden += [f"{field.name}__pk__gte" for field in fields if field.remote_field]
    for field in model._meta.concrete_fields:
        if field.name in shown and not isinstance(field, DateField):
            hidden += [f"{field.name}__gte", f"{field.name}__lt"]
    assert fields
    assert [lookup for lookup in hidden if rows.lookup_allowed(lookup, "1", request)] == []
    if model is not LetterWording:  # its list is of all emails, worded or not: a page of its own that reads no look-up
        assert [opened(model).status_code, opened(model, **{hidden[0]: "1"}).status_code] == [200, 400]


@pytest.mark.parametrize(
    ("model", "asked", "status"),
    [
        (Letter, {"status__exact": "dead", "posted_at__gte": "2019-03-01 00:00+00:00"}, 200),
        (Letter, {"posted_at__year": "2019", "posted_at__month": "3"}, 200),
        (Application, {"call__id__exact": "1", "came": "office"}, 200),
        (AssessmentVisit, {"application__call__id__exact": "1", "application__call__isnull": "False"}, 200),
        (AssessmentVisit, {"application__status__exact": "draft"}, 400),
        (Letter, {"no_such_column": "1"}, 400),
        (User, {"password__startswith": "pbkdf2"}, 400),
    ],
)
def test_what_the_filters_of_a_list_ask_is_answered_and_nothing_else(opened, model, asked, status):
    assert opened(model, **asked).status_code == status


def test_a_list_is_ordered_by_the_columns_it_shows_only_and_counts_nothing_beside_its_filters(opened):
    listed = opened(Letter, o="99.-98.body", _facets="True").context["cl"]
    assert set(listed.queryset.query.order_by) <= {"-posted_at", "-pk"}
    assert (listed.add_facets, listed.show_full_result_count, listed.list_per_page) == (False, False, 50)

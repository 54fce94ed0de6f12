"""The lists that the admin draws itself, cell for cell beside Django's own drawing."""

import pytest
from django.contrib.admin.templatetags.admin_list import results
from django.urls import reverse

from core.accounts.models import Organisation
from core.templatetags.office import row_cells
from tests.applications.factories import ASSESSING, application_at, officer
from tests.applications.panel import complete, funder_assessor
from tests.client import Client

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('us')</script> & Sons"


@pytest.fixture(autouse=True)
def _rows(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    complete()
    application_at("submitted")
    Organisation.objects.filter(applications__isnull=False).update(name=HOSTILE)


def opened(person, name, **asked):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client.get(reverse(f"admin:applications_{name}_changelist"), asked)


@pytest.mark.parametrize("name", ["application", "assessment"])
@pytest.mark.parametrize("asked", [{}, {"o": "2.-1"}, {"q": "sons"}], ids=str)
def test_a_list_is_drawn_as_django_would_draw_it(name, asked):
    page = opened(officer(), name, **asked)
    shown = page.context["cl"]
    shown.formset = None
    ours, djangos = [row_cells(row) for row in shown.drawn()["rows"]], [row_cells(row) for row in results(shown)]
    assert (ours, len(ours) >= 1) == (djangos, True)
    assert all(row in page.text for row in ours)
    assert HOSTILE not in page.text


def test_a_list_with_columns_of_the_model_is_left_to_django():
    page = opened(officer(), "call")
    assert page.context["cl"].drawn() is None
    assert 'scope="row" class="field-title"' in page.text


def test_the_list_of_lists_is_each_persons_own():
    for person, sees_calls in ((officer(), True), (funder_assessor(), False), (officer(), True)):
        client = Client()
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        page = client.get(reverse("admin:index")).text
        assert (reverse("admin:applications_lateadmission_changelist") in page) == sees_calls
        assert reverse("admin:applications_assessment_changelist") in page

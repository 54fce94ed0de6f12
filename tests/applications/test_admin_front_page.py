"""The admin's front page lists only what each person may open."""

import pytest
from django.urls import reverse

from tests.applications.factories import ASSESSING, officer
from tests.applications.panel import funder_assessor
from tests.client import Client

pytestmark = pytest.mark.django_db


def test_the_list_of_lists_is_each_persons_own(time_machine):
    time_machine.move_to(ASSESSING, tick=False)
    for person, sees_late_admissions in ((officer(), True), (funder_assessor(), False), (officer(), True)):
        client = Client()
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        page = client.get(reverse("admin:index")).text
        assert (reverse("admin:applications_lateadmission_changelist") in page) == sees_late_admissions
        assert reverse("admin:applications_assessment_changelist") in page

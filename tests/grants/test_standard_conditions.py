"""Standard conditions: kept by the programme, put into a decision, completed there, carried to the agreement."""

from datetime import date

import pytest
import time_machine

from applications.lifecycle import Status
from core.lifecycle import Refused
from grants.forms.decision import PUT_IN
from grants.models import ConditionTemplate, Decision
from tests.applications.desk import as_, text_of
from tests.applications.factories import application_at, officer, programme
from tests.applications.panel import viewed
from tests.grants import factories
from tests.grants.factories import RECORDING, recorded

pytestmark = pytest.mark.django_db
TEXT = "{organisation} names who covers {secondee} as {post} from {start}, by [day]."


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RECORDING, tick=False):
        yield


def test_what_is_ticked_is_put_in_completed_and_recorded():
    template = ConditionTemplate.objects.create(programme=programme(), label="Backfill", text=TEXT)
    application = viewed(application_at(Status.SHORTLISTED))
    person = application.candidates.get().name
    client, page = as_(officer()), f"/admin/grants/decision/add/?application={application.pk}"
    typed = {
        "meeting": factories.meeting().pk,
        "outcome": "award",
        "reasons": "Strong.",
        "post": application.post_id,
        "days_per_week": "3",
        "months": "12",
        "starts_on": date(2019, 5, 1).isoformat(),
        "without_visit": "We met them.",
    }
    shown = client.post(page, {**typed, "templates": [template.pk]})
    form = shown.context["form"]
    assert form.errors == {"conditions": [PUT_IN]}
    start = "Wednesday 1 May 2019"
    filled = f"- {application.organisation} names who covers {person} as {application.post} from {start}, by [day]."
    assert form["conditions"].value() == filled
    assert form["templates"].value() == []
    again = client.post(page, {**typed, "conditions": filled})
    assert list(again.context["form"].errors) == ["conditions"]
    assert not Decision.objects.exists()
    done = filled.replace("[day]", "15 April")
    client.post(page, {**typed, "conditions": done})
    assert Decision.objects.get().conditions == done


def test_an_unfilled_condition_is_not_recorded():
    with pytest.raises(Refused) as refused:
        recorded(conditions="- Report by [day].")
    assert (refused.value.field, refused.value.code) == ("conditions", "unfilled")


def test_a_form_offers_those_of_its_programme_that_can_be_chosen():
    ConditionTemplate.objects.create(programme=programme(), label="Old", text="Old.", is_offered=False)
    application = application_at(Status.SHORTLISTED)
    page = f"/admin/grants/decision/add/?application={application.pk}"
    assert "templates" not in as_(officer()).get(page).context["form"].fields
    ConditionTemplate.objects.create(programme=programme(), label="New", text="New.")
    form = as_(officer()).get(page).context["form"]
    assert [label for _, label in form.fields["templates"].choices] == ["New"]


def test_the_office_keeps_them_on_the_page_of_its_programme():
    page = text_of(as_(officer()).get(f"/admin/accounts/programme/{programme().pk}/change/"))
    assert "condition_templates-TOTAL_FORMS" in page

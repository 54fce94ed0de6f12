"""A programme sets its own steps before the start, and a placement keeps those that it was opened with."""

import pytest
import time_machine
from django.urls import reverse

from core.lifecycle import Refused
from secondments import defaults
from secondments.actions import placements, programme_steps, start_steps
from secondments.models import Placement, ProgrammeStep
from tests.applications.desk import as_
from tests.applications.factories import lead, officer, programme
from tests.applications.pages import text_of
from tests.secondments.factories import (
    DOING,
    HAPPENED,
    OPENING,
    STARTING,
    fresh,
    line_manager,
    opened,
    programme_manager,
    step_of,
)

pytestmark = pytest.mark.django_db


def four_steps() -> None:
    """The agreement, which is always there, and three of the programme's own; the tour of the building may be left out."""
    rows = (
        {"kind": "vetting", "title": "Vetting", "recorder": "programme_manager", "outcome": "The person is vetted"},
        {"kind": "hours", "title": "Hours agreed", "recorder": "lead", "confirmer": "line_manager"},
        {"kind": "tour", "title": "Tour of the building", "recorder": "line_manager", "is_required": False},
    )
    for position, row in enumerate(rows, start=1):
        ProgrammeStep.objects.create(programme=programme(), position=position, **row)


def steps(placement: Placement) -> list[tuple[str, str, str]]:
    return [(step.title, step.recorder, step.confirmer) for step in placement.steps.all()]


def test_a_programme_without_steps_of_its_own_has_the_standard_ones():
    placement = opened()
    assert steps(placement) == [(row.title, row.recorder, row.confirmer) for row in defaults.STEPS]
    assert placement.steps_asked == 6


def test_a_placement_begins_with_the_steps_of_its_programme():
    four_steps()
    placement = opened()
    assert steps(placement) == [
        ("Vetting", "programme_manager", ""),
        ("Hours agreed", "lead", "line_manager"),
        ("Tour of the building", "line_manager", ""),
    ]
    assert placement.steps_asked == 4


def test_a_placement_keeps_the_steps_it_was_opened_with():
    four_steps()
    placement = opened()
    before = steps(placement)
    ProgrammeStep.objects.filter(kind="hours").update(title="Hours", recorder="home_manager")
    ProgrammeStep.objects.filter(kind="tour").delete()
    assert steps(fresh(placement)) == before


def test_each_step_is_for_the_party_that_the_programme_names():
    four_steps()
    placement = opened()
    hours = step_of(placement, "hours")
    with pytest.raises(Refused):
        start_steps.record(hours, happened_on=HAPPENED, by=programme_manager(), at=DOING)
    start_steps.record(hours, happened_on=HAPPENED, by=lead(placement.grant.organisation), at=DOING)
    start_steps.confirm(hours, by=line_manager(), at=DOING)
    assert step_of(placement, "hours").status == "done"


def test_of_a_step_with_an_outcome_no_note_is_kept():
    four_steps()
    step = step_of(opened(), "vetting")
    with pytest.raises(Refused) as refused:
        start_steps.record(step, happened_on=HAPPENED, note="Two years.", by=programme_manager(), at=DOING)
    assert refused.value.field == "note"


def test_the_start_waits_for_required_steps_and_not_for_others():
    four_steps()
    placement = opened()
    manager = programme_manager()
    with pytest.raises(Refused) as refused:
        placements.start(placement, by=manager, at=STARTING)
    assert ("vetting" in refused.value.sentence, "tour" in refused.value.sentence) == (True, False)
    start_steps.record(step_of(placement, "vetting"), happened_on=HAPPENED, by=manager, at=DOING)
    hours = step_of(placement, "hours")
    start_steps.record(hours, happened_on=HAPPENED, by=lead(placement.grant.organisation), at=DOING)
    start_steps.confirm(hours, by=line_manager(), at=DOING)
    placements.start(fresh(placement), by=manager, at=STARTING)
    assert fresh(placement).status == "active"


def test_an_officer_puts_in_the_standard_steps_and_changes_them():
    page = reverse("admin:accounts_programme_change", args=[programme().pk])
    with time_machine.travel(OPENING, tick=False):
        desk = as_(officer())
        desk.post(reverse("admin:accounts_programme_step", args=[programme().pk, "put-in-steps"]))
        assert [row.kind for row in programme().start_steps.all()] == [row.kind for row in defaults.STEPS]
        data = data_of(desk.get(page))
        inline = "start_steps"
        data |= {
            f"{inline}-0-title": "Checks by the council",
            f"{inline}-0-confirmer": "lead",
            f"{inline}-4-DELETE": "on",
        }
        data |= {f"{inline}-5-title": "Tour of the building", f"{inline}-5-recorder": "line_manager"}
        data |= {f"{inline}-5-position": "6", f"{inline}-5-day_label": "Day of the tour", f"{inline}-TOTAL_FORMS": "6"}
        answer = desk.post(page, data)
        assert answer.status_code == 302, text_of(answer)
    rows = list(programme().start_steps.values_list("kind", "title", "confirmer"))
    assert (len(rows), rows[0], rows[4]) == (
        5,
        ("screening", "Checks by the council", "lead"),
        ("tour_of_the_building", "Tour of the building", ""),
    )


def test_a_step_is_not_confirmed_by_the_party_that_records_it():
    programme_steps.put_in_standard(programme(), by=officer(), at=OPENING)
    page = reverse("admin:accounts_programme_change", args=[programme().pk])
    with time_machine.travel(OPENING, tick=False):
        desk = as_(officer())
        data = data_of(desk.get(page)) | {"start_steps-0-confirmer": "programme_manager"}
        answer = desk.post(page, data)
    assert "Choose another party than the one that records it, or leave it empty." in answer.text


def data_of(answer) -> dict[str, str]:
    """What the page's form holds, as a browser would send it."""
    form = answer.context["adminform"].form
    parts = [form]
    for inline in answer.context["inline_admin_formsets"]:
        parts += [inline.formset.management_form, *inline.formset.initial_forms]
    data: dict[str, str] = {}
    for part in parts:
        for name in part.fields:
            value = part[name].value()
            if value is not None and value is not False:
                data[part.add_prefix(name)] = value
    return data


def test_the_pages_name_the_steps_and_their_number(django_assert_num_queries):
    four_steps()
    placement = opened()
    with time_machine.travel(DOING, tick=False):
        desk = as_(programme_manager())
        page = text_of(desk.get(placement.get_absolute_url()))
        listed = text_of(desk.get("/placements/"))
    assert all(title in page for title in ("Vetting", "Hours agreed", "Tour of the building"))
    assert "1 of 4 steps" in listed

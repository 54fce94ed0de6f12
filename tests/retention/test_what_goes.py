"""Retention: what was promised to go goes in its time and not before, with every word of it, and nothing else does."""

from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import BooleanField, Q

from applications.actions import applications, assessments
from applications.models import Application
from core.audit import chain
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.letters import delivery, outbox
from core.letters.models import Letter
from core.promises import DELETED, declared, own_models
from core.retention import rules, run
from core.retention.rules import Rule
from core.retention.run import EVENT
from core.rights.models import RightsRequest
from grants.lifecycle import GrantStatus
from secondments.lifecycle import PlacementStatus
from secondments.models import Placement
from tests.applications.factories import DECIDING, SUBMITTING, application_at, lead
from tests.applications.panel import committee, complete
from tests.cast import place
from tests.documents import make_waiting
from tests.grants.factories import grant_at
from tests.retention.retained import MOMENT, THINGS, everything, on
from tests.secondments.factories import placement_at

pytestmark = pytest.mark.django_db
EVERY_THING = pytest.mark.parametrize("name", THINGS)
YEARS_LATER = on(2040, 1, 1)


def stored_files() -> list[Path]:
    return [path for path in Path(configured.MEDIA_ROOT).rglob("*") if path.is_file()]


def is_due(thing, at: datetime) -> bool:
    return any(
        type(thing) is rule.things(at).model and rule.things(at).filter(pk=thing.pk).exists() for rule in rules.rules()
    )


# --- Each in its time ---


@EVERY_THING
def test_a_thing_is_due_at_its_instant_and_not_a_moment_before_and_a_second_run_changes_nothing(name):
    make, instant = THINGS[name]
    thing = make()
    assert not is_due(thing, instant - MOMENT)
    assert is_due(thing, instant)
    run.run(instant - MOMENT)  # of its letters and earlier files, what is due before it
    before = everything()
    run.run(instant - MOMENT)
    assert everything() == before
    assert sum(run.run(instant).values()) > 0
    assert not is_due(thing, instant)
    after = everything()
    assert set(run.run(instant).values()) == {0}
    assert everything() == after
    row = type(thing)._base_manager.filter(pk=thing.pk).first()
    assert row is None or row.erasure.startswith("Deleted on ")


def test_a_running_placement_and_what_is_still_to_be_paid_are_waited_for():
    running = placement_at(PlacementStatus.ACTIVE)
    instalment = running.grant.instalments.last()
    Placement.objects.filter(pk=running.pk).update(ends_on=YEARS_LATER.date())
    run.run(YEARS_LATER)
    assert not Placement.objects.get(pk=running.pk).erased_at
    Placement.objects.filter(pk=running.pk).update(ends_on=running.ends_on)  # its last day has passed; nobody ended it
    run.run(YEARS_LATER)
    assert Placement.objects.get(pk=running.pk).erased_at
    grant = grant_at(GrantStatus.AGREED)
    type(instalment).objects.filter(grant=grant, number=1).update(due_on=YEARS_LATER.date())
    assert not is_due(grant, YEARS_LATER)


# --- All of it, and nothing else ---


def emptied(rule: Rule) -> set[str]:
    """The fields, as "app.Model.field", that a rule empties or deletes with a part."""
    fields = set()
    for part in rule.parts:
        promises = declared(part.model)
        names = [field.name for field in part.model._meta.fields] if promises.is_deleted else promises.emptied
        fields |= {f"{part.model._meta.label}.{name}" for name in names}
    return fields


def test_every_field_that_is_declared_to_go_goes_by_a_rule():
    by_rule = set.union(*(emptied(rule) for rule in rules.rules()))
    whole = {rule.things(YEARS_LATER).model for rule in rules.rules() if rule.is_whole}
    emptied_by_declaration = {
        f"{model._meta.label}.{name}" for model in own_models() for name in declared(model).emptied
    }
    assert emptied_by_declaration - by_rule == set()
    rows = {model for model in own_models() if declared(model).is_deleted}
    parts = {part.model for rule in rules.rules() for part in rule.parts if declared(part.model).is_deleted}
    assert rows == (rows & whole) | parts
    stored = {f"{model._meta.label}.{name}" for model in own_models() for name in declared(model).stored}
    assert stored == BY_FILES


def test_a_part_of_a_rule_has_something_to_empty_or_to_delete():
    parts = {part.model for rule in rules.rules() for part in rule.parts}
    assert {model for model in parts if not (declared(model).emptied or declared(model).is_deleted)} == set()
    assert {model for model in parts if declared(model).emptied and declared(model).is_deleted} == set()


BY_FILES = {
    "applications.Document.file",
    "grants.Agreement.document",
    "rights.RightsRequest.file",
    "secondments.Amendment.document",
}  # deleted by `files` and `sweep`


def is_empty(field, value) -> bool:
    return (
        value in (None, "", DELETED)
        or value == []
        or (isinstance(field, BooleanField) and value == field.get_default())
    )


@pytest.mark.slow
def test_years_later_no_field_that_was_to_go_keeps_a_value_on_any_row(django_capture_on_commit_callbacks):
    place()
    make_waiting(on(2026, 1, 1))  # letters wait for the documents that they carry
    while delivery.drain(on(2026, 1, 1)):
        pass
    with bypass_triggers():  # one that nobody answered, and a restriction, hold back what is theirs
        RightsRequest.objects.filter(Q(closed_at=None) | Q(status="in_force")).delete()
    chain.seal_trail(YEARS_LATER)
    with django_capture_on_commit_callbacks(execute=True):
        run.run(YEARS_LATER)
    chain.seal_trail(YEARS_LATER)
    going = set.union(*(emptied(rule) for rule in rules.rules())) | BY_FILES
    running = Placement.objects.filter(status=PlacementStatus.ACTIVE)
    spared = {"Placement": running, "StartStep": "placement", "Objective": "workplan__placement"}
    spared |= {"Milestone": "objective__workplan__placement", "OrganisationView": "workplan__placement"}
    free_words = {"Minute": {"item__case__isnull": True}}  # what a body dealt with, about no case
    kept = []
    for name in going:
        label, model_name, field_name = name.split(".")
        model = apps.get_model(label, model_name)
        rows = model._base_manager.exclude(**free_words.get(model_name, {"pk__in": ()}))
        way = spared.get(model_name)
        if way is not None:
            rows = (
                rows.exclude(pk__in=running) if model_name == "Placement" else rows.exclude(**{f"{way}__in": running})
            )
        field = model._meta.get_field(field_name)
        kept += [(name, row.pk) for row in rows if not is_empty(field, getattr(row, field.attname) or None)]
    assert kept == []
    published = GeneratedDocument.objects.filter(kind="blank form")  # of a call, about no person
    assert {str(path) for path in stored_files()} == {default_storage.path(form.file.name) for form in published}
    call_command("check_invariants")


# Rows that go with another by themselves: files by their sweep, the rest with a row that is deleted.
GOES_ALONG = (
    ("applications.SlotOffer", "slot", "applications.VisitSlot"),
    ("applications.Document", "application", "applications.Application"),
    ("applications.Answer", "application", "applications.Application"),
    ("applications.Candidate", "application", "applications.Application"),
    ("applications.StandingSubmission", "application", "applications.Application"),
    ("applications.SectionSave", "application", "applications.Application"),
    ("applications.FieldSave", "application", "applications.Application"),
    ("applications.ExpressedStrand", "expression", "applications.ExpressionOfInterest"),
    ("grants.Decision", "application", "applications.Application"),
    ("grants.Agreement", "grant", "grants.Grant"),
)


def belonging(rule: Rule, keys) -> dict[str, set]:
    """The rows that go with things of a rule, by model."""
    found = {rule.things(YEARS_LATER).model._meta.label: set(keys)}
    for part in rule.parts:
        rows = part.model._base_manager.filter(**{f"{part.way}__in": keys})
        found.setdefault(part.model._meta.label, set()).update(rows.values_list("pk", flat=True))
    return found


@pytest.mark.parametrize("name", [name for name in THINGS if name != "agreed"])
def test_of_everything_else_nothing_changes(name):
    placement_at(PlacementStatus.ACTIVE)  # of another organisation, with all that belongs to it
    make, instant = THINGS[name]
    thing = make()
    ours = {"sessions.Session": set()}
    for rule in rules.rules():
        for label, keys in belonging(rule, list(rule.things(instant).values_list("pk", flat=True))).items():
            ours.setdefault(label, set()).update(keys)
    for label, way, of in GOES_ALONG:
        rows = apps.get_model(label)._base_manager.filter(**{f"{way}__in": ours.get(of, ())})
        ours.setdefault(label, set()).update(rows.values_list("pk", flat=True))
    before = everything()
    run.run(instant)
    for label, rows in everything().items():
        if label in {"audit.Entry", "audit.TriggerBypass", "audit.Seal"}:
            continue
        changed = {pk for pk in before[label].keys() | rows.keys() if before[label].get(pk) != rows.get(pk)}
        assert changed <= ours.get(label, set()), label
    about = {(label.lower(), str(pk)) for label, keys in ours.items() for pk in keys}
    if name == "late admission":  # told of with its call
        about.add(("applications.call", str(thing.call_id)))
    for line in Entry.objects.all():
        told = before["audit.Entry"].get(line.pk)
        if told is None:
            assert line.event == EVENT
            continue
        assert (told["at"], told["by_id"], told["event"]) == (line.at, line.by_id, line.event)
        if told["detail"] != line.detail or told["thing_label"] != line.thing_label:
            assert (line.thing_type, line.thing_id) in about


WORD = "Zanzibar"


def full_of_words() -> Application:
    """An application in which the word stands in every place where words can be."""
    facts = {"contact_phone": WORD, "name": f"{WORD} Secondee", "email": f"{WORD}@example.org", "job_title": WORD}
    facts |= {"other_funding": WORD, "declared_conflicts": WORD}
    application = application_at("shortlisted", **facts)
    complete(application, reason=WORD)
    return application


def mentions(word: str) -> set[str]:
    """The columns of our tables in which a word stands, whoever's account is called that left out."""
    return {
        f"{label}.{column}"
        for label, rows in everything().items()
        for row in rows.values()
        for column, value in row.items()
        if word.casefold() in str(value).casefold() and label != "accounts.User"
    }


def test_no_word_of_an_unsuccessful_application_is_left_anywhere_not_in_letters_and_not_on_the_trail():
    application = full_of_words()
    by = lead(application.organisation)
    assessments.declare_conflict(application, explanation=WORD, by=committee(), at=SUBMITTING)
    applications.withdraw(application, reason=WORD, by=by, at=DECIDING)
    while delivery.drain(DECIDING):
        pass
    told = mentions(WORD)
    assert {
        "applications.Candidate.name",
        "applications.Score.reason",
        "audit.Entry.detail",
        "letters.Letter.body",
    } <= told
    run.run(YEARS_LATER)
    assert mentions(WORD) == set()


def test_the_trail_still_says_who_did_what_and_when_and_that_it_was_deleted():
    application = application_at("withdrawn")
    before = list(Entry.objects.filter(thing_type="applications.application").values_list("at", "by", "event"))
    run.run(YEARS_LATER)
    after = list(Entry.objects.filter(thing_type="applications.application").values_list("at", "by", "event"))
    assert after == [*before, (YEARS_LATER, None, EVENT)]
    [line] = Entry.objects.filter(event=EVENT, thing_id=str(application.pk), thing_type="applications.application")
    assert (line.thing_label, line.detail) == (
        application.reference,
        {"kept_until": "12 months after the withdrawal"},
    )


def test_a_late_admissions_reason_leaves_the_trail_of_its_call_too():
    make, instant = THINGS["late admission"]
    make()
    assert "audit.Entry.detail" in mentions("Their line was cut")
    run.run(instant)
    assert mentions("Their line was cut") == set()


def test_a_letter_that_is_deleted_keeps_its_key_so_that_it_is_not_sent_twice():
    make, instant = THINGS["letter"]
    letter = make()
    run.run(instant)
    row = Letter.objects.get(pk=letter.pk)
    assert (row.to_email, row.body, row.subject, row.to_user_id) == (
        DELETED,
        DELETED if letter.body else "",
        DELETED,
        None,
    )
    assert (
        outbox.post(
            "applications.recused", to="a@example.org", key=letter.key, at=instant, assessment=None, application=None
        )
        is None
    )

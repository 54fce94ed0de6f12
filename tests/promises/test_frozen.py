"""Triggers on PostgreSQL refuse to change what is frozen: every column of every table in every state."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from applications.actions import assessments, calls
from applications.lifecycle import AssessmentStatus, CallStatus, Status
from applications.models import Call, Document
from core.audit import chain, immutability
from core.promises import declared
from grants.actions import extensions
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from tests.applications.factories import ASSESSING, CLOSES, SUBMITTING, WRITING, application_at, published_call, strands

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

# Of each model: how a row tells its state, the states there are, and those in which each part of the table holds it.
OUT, NOW_OR_NOT = {"published", "decided", "archived", "cancelled"}, ("here", "taken out")
HANDED_IN = set(Status.values) - {"draft"}
TAKEN_UP = {"accepted", "agreed", "active", "closed", "ended_early"}
ALWAYS = (lambda row: "", {""}, [{""}])
OF_A_CALL = (lambda row: row.call.status, set(CallStatus.values), [OUT])
OF_AN_APPLICATION = (lambda row: row.application.status, set(Status.values), [HANDED_IN])
STATES = {
    "applications.Call": (lambda row: row.status, set(CallStatus.values), [OUT]),
    "applications.Call_strands": OF_A_CALL,
    "applications.Post": OF_A_CALL,
    "applications.Criterion": OF_A_CALL,
    "applications.Question": OF_A_CALL,
    "applications.Clarification": ALWAYS,
    "applications.Application": (
        lambda row: row.status,
        set(Status.values),
        [HANDED_IN, HANDED_IN - {"submitted"}],
    ),
    "applications.Answer": OF_AN_APPLICATION,
    "applications.Candidate": OF_AN_APPLICATION,
    "applications.Document": (
        lambda row: f"{row.application.status}, {NOW_OR_NOT[row.taken_out_at is not None]}",
        {f"{status}, {where}" for status in Status for where in NOW_OR_NOT},
        [{f"{status}, {where}" for status in HANDED_IN for where in NOW_OR_NOT}, {f"{one}, here" for one in HANDED_IN}],
    ),
    "grants.Decision": (
        lambda row: row.status,
        set(DecisionStatus.values),
        [{"confirmed", "released"}, {"released"}],
    ),
    "grants.Grant": (lambda row: row.status, set(GrantStatus.values), [TAKEN_UP, TAKEN_UP - {"accepted"}]),
    "grants.BudgetLine": (lambda row: row.grant.status, set(GrantStatus.values), [TAKEN_UP]),
    "grants.Variation": ALWAYS,
    "grants.Agreement": (
        lambda row: "signed" if row.signatures.exists() else "to sign",
        {"signed", "to sign"},
        [{"signed"}],
    ),
    "grants.Signature": ALWAYS,
    "grants.Instalment": (
        lambda row: row.status,
        set(InstalmentStatus.values),
        [{"prepared", "approved", "paid"}, {"paid"}],
    ),
    "applications.Assessment": (lambda row: row.status, set(AssessmentStatus.values), [{"complete"}]),
    "applications.Score": (lambda row: row.assessment.status, {"begun", "complete"}, [{"complete"}]),
    "grants.EvaluationReport": (lambda row: row.status, set(ReportStatus.values), [{"accepted"}]),
    "audit.Entry": ALWAYS,
    "audit.TrailBatch": ALWAYS,
    "audit.SealedEntry": ALWAYS,
}
PARTS = defaultdict(list)
for one in immutability.frozen_columns():
    PARTS[one.model._meta.label].append(one)
COLUMNS = [
    pytest.param(model, place, name, id=f"{model}.{name}")
    for model, parts in PARTS.items()
    for place, part in enumerate(parts)
    for name in [*part.names[1:], *part.rising]
]

MOVES = [(model, name) for model in PARTS for name in declared(apps.get_model(model)).changing]


@pytest.fixture(scope="module")
def rows(cast, django_db_blocker):
    """Return the key of one row of each model in each of its states: the cast's, and what the cast has none of."""
    with django_db_blocker.unblock(), transaction.atomic():
        chain.seal_trail(WRITING)
        begun = cast.things["assessment"]["declared"]
        marked = {"criterion": begun.application.call.criteria.first(), "score": 3, "reason": "Good."}
        assessments.score(begun, **marked, by=cast.declared, at=ASSESSING)
        chain.seal_trail(WRITING)
        for status in ("decided", "archived"):
            Call.objects.filter(pk=published_call().pk).update(status=status)
        handed_in = application_at("submitted", call=published_call())
        calls.cancel(handed_in.call, reason="No money.", by=cast.officer, at=SUBMITTING)
        for call in Call.objects.all():
            call.strands.add(*strands(call.programme))
        calls.clarify(cast.things["call"]["published"], question="May we?", answer="Yes.", by=cast.officer, at=WRITING)
        longer = {"to_on": date(2020, 10, 31), "reason": "It goes well.", "by": cast.officer, "at": CLOSES}
        extensions.extend(cast.things["grant"]["active"], **longer)
        for status in Status:
            found = Document.objects.filter(application__status=status).first()
            Document.objects.filter(pk=found.pk).update(taken_out_at=CLOSES, replaced_at=CLOSES)
        yield {model: in_each_state(apps.get_model(model), tell) for model, (tell, _, _) in STATES.items()}
        transaction.set_rollback(True)


def in_each_state(model, tell):
    return {tell(row): row.pk for row in model._base_manager.order_by("-pk")[:2000]}


def another(field, row, *, rises=False):
    """Return a value that the column does not have, of its kind."""
    now, step = getattr(row, field.attname), 1 if rises else -1
    if field.is_relation:
        return field.related_model._base_manager.exclude(pk=now).values_list("pk", flat=True).first()
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, models.DateField):
        return (now or CLOSES) + timedelta(days=step)
    if isinstance(field, models.JSONField):
        return {"other": 1}
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return "z" * min(field.max_length or 9, 9)
    return (now or 9) + step


def is_refused(write, parts):
    """Whether the write is refused as what stands is; whatever it does is taken back."""
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return str(refusal).startswith(tuple(part.refusal for part in parts))
    return False


def refused(model, name, rows):
    """The states in which the database refuses another value in this column."""
    of, found = apps.get_model(model), set()
    for state, key in rows[model].items():
        here = of._base_manager.filter(pk=key)
        value = another(of._meta.get_field(name), here.get())
        if is_refused(lambda here=here, value=value: here.update(**{name: value}), PARTS[model]):
            found.add(state)
    return found


def test_every_table_is_tried_and_the_rows_are_in_every_state(rows):
    assert {model: len(parts) for model, parts in PARTS.items()} == {
        model: len(held) for model, (_, _, held) in STATES.items()
    }
    assert {model: set(found) for model, found in rows.items()} == {
        model: states for model, (_, states, _) in STATES.items()
    }


@pytest.mark.parametrize(("model", "place", "name"), COLUMNS)
def test_a_column_stands_in_the_states_that_are_said_and_moves_in_all_others(model, place, name, rows):
    assert refused(model, name, rows) == STATES[model][2][place]


@pytest.mark.parametrize(("model", "name"), MOVES)
def test_what_steps_write_moves_in_every_state(model, name, rows):
    assert refused(model, name, rows) == set()


@pytest.mark.parametrize("model", PARTS)
def test_a_row_that_stands_is_not_deleted(model, rows):
    of = apps.get_model(model)
    gone = {
        state
        for state, key in rows[model].items()
        if not is_refused(lambda key=key: of._base_manager.filter(pk=key)._raw_delete("default"), PARTS[model])
    }
    _, states, held = STATES[model]
    assert gone == states - set.union(*held)


@pytest.mark.parametrize("model", PARTS)
def test_the_control_without_the_triggers_everything_goes_through(model, rows):
    connection.check_constraints()  # PostgreSQL takes no trigger away while it has a check to make
    with transaction.atomic():
        immutability.remove()
        for part in PARTS[model]:
            assert refused(model, part.names[1], rows) == set()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("model", "name"), [(model, name) for model, parts in PARTS.items() for part in parts for name in part.rising]
)
def test_what_may_rise_rises(model, name, rows):
    of = apps.get_model(model)
    for key in rows[model].values():
        here = of._base_manager.filter(pk=key)
        value = another(of._meta.get_field(name), here.get(), rises=True)
        assert not is_refused(lambda here=here, value=value: here.update(**{name: value}), PARTS[model])


@pytest.mark.parametrize("model", PARTS)
def test_saving_a_row_as_the_admin_does_is_refused_and_saving_it_unchanged_is_not(model, rows):
    of, (_, _, held) = apps.get_model(model), STATES[model]
    row = of._base_manager.get(pk=rows[model][min(held[0])])
    field = of._meta.get_field(PARTS[model][0].names[1])
    row.save()
    setattr(row, field.attname, another(field, row))
    assert is_refused(row.save, PARTS[model])


BY_HAND = ("DELETE FROM {table}", "TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("model", PARTS)
def test_sql_by_hand_is_refused(model, rows):
    connection.check_constraints()  # PostgreSQL empties no table while it has a check to make
    for sql in BY_HAND:
        with connection.cursor() as cursor:
            written = sql.format(table=apps.get_model(model)._meta.db_table)
            assert is_refused(lambda written=written: cursor.execute(written), PARTS[model]), written

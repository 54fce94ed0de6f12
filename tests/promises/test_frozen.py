"""Triggers on PostgreSQL refuse to change what is frozen: every column of every table in every state."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from applications.actions import assessments, calls, revisions
from applications.lifecycle import AssessmentStatus, CallStatus, OutcomeStatus, Status
from applications.models import Application, Call, Document, EligibilityItem, NameOpening, OutcomeReason
from core.audit import chain, immutability
from core.audit.immutability import bypass_triggers
from core.promises import declared
from grants.actions import extensions
from grants.lifecycle import (
    DecisionStatus,
    GrantStatus,
    InstalmentStatus,
    PaymentRunStatus,
    RepaymentStatus,
    ReportStatus,
)
from grants.models import Allocation, Contribution, Instalment, PublicOutcome, ReportSchedule
from secondments.lifecycle import AmendmentStatus
from tests.applications.factories import ASSESSING, CLOSES, SUBMITTING, WRITING, application_at, published_call, strands
from tests.applications.factories import programme as the_programme

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

# Of each model: how a row tells its state, the states there are, and those in which each part of the table holds it.
OUT, NOW_OR_NOT = {"published", "decided", "archived", "cancelled"}, ("here", "taken out")
HANDED_IN = set(Status.values) - {"draft"}
TAKEN_UP = {"accepted", "agreed", "active", "closed", "ended_early"}
ALWAYS = (lambda row: "", {""}, [{""}])
OF_A_CALL = (lambda row: row.call.status, set(CallStatus.values), [OUT])
OF_AN_APPLICATION = (lambda row: row.application.status, set(Status.values), [HANDED_IN])
ALLOWED, HELD_BACK = {"scheduled, allowed", "approved, allowed"}, "scheduled, held back"
ACCOUNT_STATES = {
    *("entered, not approved", "checked, not approved", "approved, once approved"),
    *("refused, not approved", "refused, once approved", "replaced, not approved"),
}
STATES = {
    "applications.Call": (lambda row: row.status, set(CallStatus.values), [OUT, OUT]),
    "applications.Call_strands": OF_A_CALL,
    "applications.Post": OF_A_CALL,
    "applications.Criterion": OF_A_CALL,
    "applications.Question": OF_A_CALL,
    "applications.EligibilityItem": OF_A_CALL,
    "applications.ShortlistOutcome": (lambda row: row.status, set(OutcomeStatus.values), [{"released"}]),
    "applications.ShortlistOutcome_reasons": (
        lambda row: row.shortlistoutcome.status,
        set(OutcomeStatus.values),
        [{"released"}],
    ),
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
    "grants.Variation": (
        lambda row: row.kind,
        {"extension", "early_end"},
        [{"extension", "early_end"}, {"early_end"}],
    ),
    "secondments.Amendment": (lambda row: row.status, set(AmendmentStatus.values), [{"in_force"}]),
    "secondments.AmendmentConsent": ALWAYS,
    "secondments.AmendmentSignature": ALWAYS,
    "governance.Minutes": (
        lambda row: "confirmed" if row.confirmed_at else "draft",
        {"confirmed", "draft"},
        [{"confirmed"}],
    ),
    "governance.Minute": (
        lambda row: "confirmed" if row.minutes.confirmed_at else "draft",
        {"confirmed", "draft"},
        [{"confirmed"}],
    ),
    "grants.Agreement": (
        lambda row: "signed" if row.signatures.exists() else "to sign",
        {"signed", "to sign"},
        [{"signed"}],
    ),
    "grants.Signature": ALWAYS,
    "grants.ReportSchedule": ALWAYS,
    "grants.PublicOutcome": ALWAYS,
    "grants.Contribution": ALWAYS,
    "grants.LedgerLine": ALWAYS,
    "grants.Allocation": (
        lambda row: "confirmed" if row.confirmed_at else "chosen",
        {"chosen", "confirmed"},
        [{"confirmed"}],
    ),
    "grants.Instalment": (
        lambda row: f"{row.status}{', allowed' * bool(row.overdue_allowed_at)}{', held back' * bool(row.held_back_on)}",
        {*InstalmentStatus.values, *ALLOWED, HELD_BACK},
        [{"prepared", "approved", "approved, allowed", "paid"}, {"paid"}, {"paid"}, ALLOWED, {HELD_BACK}],
    ),
    "grants.PaymentRun": (
        lambda row: row.status,
        set(PaymentRunStatus.values),
        [set(PaymentRunStatus.values), {"paid"}],
    ),
    "grants.Repayment": (
        lambda row: row.status,
        set(RepaymentStatus.values),
        [set(RepaymentStatus.values), {"received"}],
    ),
    "grants.BankAccount": (
        lambda row: f"{row.status}, {'once approved' if row.approved_at else 'not approved'}",
        ACCOUNT_STATES,
        [ACCOUNT_STATES, {one for one in ACCOUNT_STATES if one.endswith(", once approved")}],
    ),
    "applications.Assessment": (lambda row: row.status, set(AssessmentStatus.values), [{"complete"}]),
    "applications.Score": (
        lambda row: "revised" if row.revised_at else row.assessment.status,
        {"begun", "complete", "revised"},
        [{"complete", "revised"}, {"revised"}],
    ),
    "applications.JointView": (
        lambda row: "opened" if row.opened_at else "sealed",
        {"sealed", "opened"},
        [{"opened"}],
    ),
    "applications.ViewResolution": ALWAYS,
    "applications.NoteVersion": ALWAYS,
    "applications.CaseMessage": (
        lambda row: "answered" if row.answered_at else "sent",
        {"sent", "answered"},
        [{"sent", "answered"}, {"answered"}],
    ),
    "applications.NameOpening": ALWAYS,
    "grants.EvaluationReport": (lambda row: row.status, set(ReportStatus.values), [{"accepted"}]),
    "letters.LetterWording": ALWAYS,
    "letters.Mailing": (
        lambda row: "draft" if row.is_draft else "sent",
        {"draft", "sent"},
        [{"sent"}],
    ),
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


def of_shortlisting(cast):
    """A line of the checklist of a call in every state, and an outcome that ended in each way, with a reason."""
    reason = OutcomeReason.objects.create(programme=the_programme(), label="Not ready", sentence="Not ready.")
    with bypass_triggers():
        for status in CallStatus:
            call = Call.objects.filter(status=status).first()
            EligibilityItem.objects.create(call=call, subject="days", label="Three days")
        for application, status in zip(Application.objects.all(), OutcomeStatus, strict=False):
            of = {"released_by": cast.officer, "released_at": WRITING} if status == OutcomeStatus.RELEASED else {}
            facts = {"outcome": "turn_down", "prepared_by": cast.officer, "prepared_at": WRITING}
            application.shortlist_outcomes.all().delete()
            application.shortlist_outcomes.create(status=status, **facts, **of).reasons.add(reason)


def of_the_last_report(cast):
    """A payment that is held back until the last report is accepted."""
    of = {"grant": cast.things["grant"]["active"], "due_on": date(2020, 6, 5), "amount": 1}
    Instalment.objects.create(**of, number=91, held_back_on=date(2020, 2, 6))


def of_the_fund(cast):
    """What pays for an award as somebody chose it, and as another confirmed it."""
    award = cast.things["decision"]["confirmed"]
    chosen = {"decision": award, "amount": 1, "chosen_at": WRITING, "chosen_by": cast.officer}
    seen = {"confirmed_at": WRITING, "confirmed_by": cast.director}
    for label, facts in {"Pears": {}, "Hamlyn": seen}.items():
        fund = Contribution.objects.create(programme=the_programme(), label=label, recorded_at=WRITING)
        Allocation.objects.create(contribution=fund, **chosen, **facts)


@pytest.fixture(scope="module")
def rows(cast, django_db_blocker):
    """Return the key of one row of each model in each of its states: the cast's, and what the cast has none of."""
    with django_db_blocker.unblock(), transaction.atomic():
        chain.seal_trail(WRITING)
        begun = cast.things["assessment"]["declared"]
        marked = {"criterion": begun.application.call.criteria.first(), "score": 3, "reason": "Good."}
        assessments.score(begun, **marked, by=cast.declared, at=ASSESSING)
        own = cast.things["assessment"]["finished"]
        revisions.revise(own, marks={"a": (4, "They told us more.")}, by=cast.finished, at=ASSESSING)
        chain.seal_trail(WRITING)
        for status in ("decided", "archived"):
            Call.objects.filter(pk=published_call().pk).update(status=status)
        handed_in = application_at("submitted", call=published_call())
        calls.cancel(handed_in.call, reason="No money.", by=cast.officer, at=SUBMITTING)
        for call in Call.objects.all():
            call.strands.add(*strands(call.programme))
        calls.clarify(cast.things["call"]["published"], question="May we?", answer="Yes.", by=cast.officer, at=WRITING)
        of_shortlisting(cast)
        longer = {"to_on": date(2020, 10, 31), "reason": "It goes well.", "by": cast.officer, "at": CLOSES}
        extensions.extend(cast.things["grant"]["active"], **longer)
        schedule = {"number": 2, "set_at": WRITING, "set_by": cast.officer}
        opening = {"assessor": cast.declared, "opened_by": cast.declared, "opened_at": WRITING}
        NameOpening.objects.create(application=handed_in, **opening)
        ReportSchedule.objects.create(programme=handed_in.call.programme, **schedule)
        PublicOutcome.objects.create(call=handed_in.call, published_at=WRITING, published_by=cast.officer)
        of_the_fund(cast)
        of_the_last_report(cast)
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
            assert refused(model, part.names[-1], rows) == set()
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

"""Every step of every lifecycle at every status: the legal ones move, all others are refused and leave the row alone."""

from datetime import UTC, date, datetime

import pytest

from applications.lifecycle import (
    AssessmentStatus,
    CallStatus,
    CandidateStatus,
    ExpressionStatus,
    OutcomeStatus,
    SlotStatus,
    Status,
    VisitStatus,
)
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Call,
    Candidate,
    ExpressionOfInterest,
    ShortlistOutcome,
    VisitSlot,
)
from cii.management.commands.write_docs import LIFECYCLES
from core.lifecycle import Refused
from core.rights.lifecycle import RequestStatus
from core.rights.models import RightsRequest
from grants.lifecycle import (
    BankAccountStatus,
    DecisionStatus,
    GrantStatus,
    InstalmentStatus,
    PaymentRunStatus,
    RepaymentStatus,
    ReportStatus,
)
from grants.models import BankAccount, Decision, EvaluationReport, Grant, Instalment, PaymentRun, Repayment
from secondments.lifecycle import AmendmentStatus, MilestoneStatus, PlacementStatus, SignOff, StartStepStatus
from secondments.models import Amendment, Milestone, Placement, StartStep
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
NOW, DAY = datetime(2019, 5, 1, 9, 0, tzinfo=UTC), date(2019, 5, 1)

MODELS = {
    "Call for proposals": (Call, CallStatus),
    "Application": (Application, Status),
    "Outcome of shortlisting": (ShortlistOutcome, OutcomeStatus),
    "Expression of interest": (ExpressionOfInterest, ExpressionStatus),
    "Proposed secondee": (Candidate, CandidateStatus),
    "Assessment": (Assessment, AssessmentStatus),
    "Assessment visit": (AssessmentVisit, VisitStatus),
    "Visit time": (VisitSlot, SlotStatus),
    "Decision": (Decision, DecisionStatus),
    "Grant": (Grant, GrantStatus),
    "Instalment": (Instalment, InstalmentStatus),
    "Bank account": (BankAccount, BankAccountStatus),
    "Payment run": (PaymentRun, PaymentRunStatus),
    "Repayment": (Repayment, RepaymentStatus),
    "Evaluation report": (EvaluationReport, ReportStatus),
    "Placement": (Placement, PlacementStatus),
    "Amendment": (Amendment, AmendmentStatus),
    "Data request": (RightsRequest, RequestStatus),
    SAID.step_before_the_start: (StartStep, StartStepStatus),
    "Milestone": (Milestone, MilestoneStatus),
    SAID.sign_off_of_a_milestone: (Milestone, SignOff),
}
TRIED = [
    pytest.param(noun, step, status, id=f"{noun}: {step} when {status}")
    for noun, table in LIFECYCLES.items()
    for step in table.steps
    for status in MODELS[noun][1]
]


def test_every_lifecycle_is_tried():
    assert set(MODELS) == set(LIFECYCLES)


@pytest.mark.parametrize("noun", LIFECYCLES)
def test_every_status_of_a_lifecycle_is_known_to_its_model(noun):
    table, (model, statuses) = LIFECYCLES[noun], MODELS[noun]
    named = {str(status) for step in table.steps.values() for status in (*step.sources, step.target)} | {
        str(table.start)
    }
    assert named == set(statuses.values)
    assert dict(model._meta.get_field(table.field).choices) == dict(statuses.choices)


# What the table's step has to write beside the status, so that the database's own checks hold.
NO_WAIVER = {"waiver_asked_by_id": None, "waiver_asked_at": None, "waiver_reason": ""}
CLOSED = {"closed_at": NOW, "closed_by_id": "officer"}
BESIDE = {
    "Call for proposals": {
        "publish": {"published_at": NOW, "published_by_id": "officer"},
        "cancel": {"cancelled_at": NOW, "cancelled_reason": "No funds."},
    },
    "Application": {
        "submit": {"reference": "CII-2019-999", "submitted_at": NOW, "submitted_by_id": "lead"},
        "reopen": {"submitted_at": None, "submitted_by_id": None},
        "withdraw": {"withdrawn_at": NOW},
        "stand": {"reference": "CII-2019-999", "submitted_at": NOW, "submitted_by_id": "lead"},
    },
    "Outcome of shortlisting": {"release": {"released_at": NOW, "released_by_id": "officer"}},
    "Expression of interest": {
        "invite": {"call_id": "published", "answered_at": NOW, "answered_by_id": "officer"},
        "propose_other_work": {"answered_at": NOW, "answered_by_id": "officer"},
        "put_off": {"answered_at": NOW, "answered_by_id": "officer"},
    },
    "Proposed secondee": {
        "ask": {"asked_at": NOW, "token_digest": "0" * 64},
        "confirm": {"confirmed_at": NOW, "confirmed_digest": "1" * 64},
    },
    "Assessment": {"complete": {"completed_at": NOW}},
    "Assessment visit": {"hold": {"held_at": NOW}},
    "Visit time": {"take": {"visit_id": "cancelled"}, "withdraw": {"withdrawn_at": NOW}},
    "Decision": {
        "confirm": {"confirmed_at": NOW, "confirmed_by_id": "director"},
        "release": {"released_at": NOW, "released_by_id": "officer"},
    },
    "Grant": {
        "accept": {"accepted_at": NOW, "accepted_by_id": "lead"},
        "decline": {"declined_at": NOW, "declined_by_id": "lead"},
        "lapse": {"declined_at": NOW, "declined_by_id": "officer"},
        "agree": {"agreed_on": DAY},
    },
    "Instalment": {
        "prepare": {"prepared_at": NOW, "prepared_by_id": "officer"},
        "approve": {"approved_at": NOW, "approved_by_id": "director", "is_from_before": True},
        "pay": {"paid_at": NOW, "paid_by_id": "finance"},
    },
    "Payment run": {
        "pay": {"taken_at": NOW, "paid_at": NOW, "paid_by_id": "finance", "payment_reference": "BACS 1"},
    },
    "Repayment": {"receive": {"received_on": DAY, "received_at": NOW, "received_by_id": "finance"}},
    "Bank account": {
        "check": {
            "checked_at": NOW, "checked_by_id": "officer",
            "spoke_to": "chair", "number_from": "chc",
        },
        "approve": {"approved_at": NOW, "approved_by_id": "director", "usable_from_on": DAY},
    },
    "Evaluation report": {
        "submit": {"submitted_at": NOW, "submitted_by_id": "lead"},
        "give_back": {"returned_at": NOW, "returned_reason": "Say how many."},
        "accept": {"accepted_at": NOW, "accepted_by_id": "officer"},
    },
    "Data request": {
        "check_identity": {
            "identity_checked_at": NOW, "identity_checked_by_id": "officer", "identity_how": "We called them back.",
        },
        "release": CLOSED, "finish": CLOSED, "lift": CLOSED, "refuse": CLOSED, "withdraw": CLOSED,
        "prepare": {"prepared_at": NOW, "prepared_by_id": "director"},
        "erase": {"closed_at": NOW, "closed_by_id": "second_officer"},
    },
    "Placement": {
        "start": {"started_at": NOW}, "end": {"ended_at": NOW}, "call_off": {"ended_at": NOW, "called_off_reason": "Filled."},
    },
    "Amendment": {
        "complete": {"agreed_at": NOW},
        "record": {"recorded_at": NOW, "recorded_by_id": "officer"},
        "confirm": {"confirmed_at": NOW, "confirmed_by_id": "director", "total": 0},
        "take_effect": {"in_force_at": NOW, "sha256": "1" * 64},
        **{step: {"ended_at": NOW} for step in ("refuse", "turn_down", "withdraw", "lapse")},
    },
    SAID.step_before_the_start: {
        "record": {"happened_on": DAY, "recorded_at": NOW, "recorded_by_id": "manager", **NO_WAIVER},
        "complete": {
            "happened_on": DAY, "recorded_at": NOW, "recorded_by_id": "manager", "confirmed_at": NOW, "confirmed_by_id": "lead",
            **NO_WAIVER,
        },
        "confirm": {"confirmed_at": NOW, "confirmed_by_id": "lead", **NO_WAIVER},
        "waive": {"waived_reason": "Not needed.", **NO_WAIVER},
    },
    "Milestone": {"complete": {"done_on": DAY}, "resume": {"done_on": None}},
    SAID.sign_off_of_a_milestone: {"ask": {"sign_off_asked_on": DAY}, "give": {"sign_off_given_on": DAY}},
}  # fmt: skip


def beside(cast, noun, step):
    """What the step writes beside the status; people by their parts."""
    facts = BESIDE.get(noun, {}).get(step, {})
    things = {"_by_id": cast.people, "call_id": cast.things["call"], "visit_id": cast.things["visit"]}
    rows = {name: next((rows for end, rows in things.items() if name.endswith(end)), None) for name in facts}
    return {name: rows[name][fact].pk if rows[name] and fact else fact for name, fact in facts.items()}


def row_at(cast, noun, status):
    """A row of the cast in this status, or one that is led there by the table's own steps."""
    table, (model, _) = LIFECYCLES[noun], MODELS[noun]
    ways, seen = [(str(status), [])], {str(status)}
    for goal, steps in ways:
        if row := model._base_manager.filter(**{table.field: goal}).order_by("pk").first():
            for step in steps:
                table.advance(row, step, **beside(cast, noun, step))
            return model._base_manager.get(pk=row.pk)
        before = {
            (str(source), name)
            for name, step in table.steps.items()
            if str(step.target) == goal
            for source in step.sources
        }
        ways += [(source, [name, *steps]) for source, name in sorted(before) if source not in seen]
        seen |= {source for source, _ in before}
    raise AssertionError(f"the cast has no {noun} from which {status} is reached")


def as_it_is(row):
    """Every column of the row as the database has it."""
    return type(row)._base_manager.filter(pk=row.pk).values().get()


@pytest.mark.parametrize(("noun", "step", "status"), TRIED)
def test_a_step_moves_where_the_table_says_and_is_refused_elsewhere(noun, step, status, cast):
    table = LIFECYCLES[noun]
    row, stale = row_at(cast, noun, status), row_at(cast, noun, status)
    before, facts = as_it_is(row), beside(cast, noun, step)
    if status not in table.steps[step].sources:
        with pytest.raises(Refused, match=r"is not possible now\. Reload the page to see what you can do\.$"):
            table.advance(row, step, **facts)
        assert as_it_is(row) == before
        return
    table.advance(row, step, **facts)
    after = as_it_is(row)
    assert after == before | facts | {table.field: table.steps[step].target}
    if table.steps[step].target != status:  # somebody else, who saw the row as it was, is too late
        with pytest.raises(Refused, match=SAID.someone_else_has_just):
            table.advance(stale, step, **facts)
        assert as_it_is(row) == after

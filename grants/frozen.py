"""What stands still once it is confirmed, accepted, signed or prepared for payment; put right only by a new record."""

from django.db.models import Q

from core.audit.immutability import Frozen

IS_TAKEN_UP = Q(status__in=["accepted", "agreed", "active", "closed", "ended_early"])
OF_A_GRANT_TAKEN_UP = Q(grant__status__in=["accepted", "agreed", "active", "closed", "ended_early"])
TERMS = "The terms of a grant stand as they were accepted; only an extension adds to them."
SIGNED = "What was signed stands."
PAID = "A payment that was made stands as it was made."

FROZEN = (
    Frozen(
        "grants.Decision",
        "application meeting outcome post days_per_week months starts_on conditions reasons recorded_at recorded_by "
        "confirmed_at confirmed_by",
        "A confirmed decision stands; a later decision puts it right.",
        Q(status__in=["confirmed", "released"]),
    ),
    Frozen(
        "grants.Decision",
        "released_at released_by",
        "When a decision was released, and by whom, stands.",
        Q(status="released"),
    ),
    # An extension moves the last day and the total, and only upwards.
    Frozen(
        "grants.Grant",
        "reference programme decision organisation post title description current_salary wants_enhancement "
        "days_per_week starts_on is_above_band is_illustrative conditions offered_at accepted_at accepted_by",
        TERMS,
        IS_TAKEN_UP,
        rising="ends_on total",
    ),
    Frozen("grants.BudgetLine", "grant variation kind amount workings position", TERMS, OF_A_GRANT_TAKEN_UP),
    Frozen(
        "grants.Variation",
        "grant from_on to_on total reason recorded_at recorded_by",
        "An extension stands as it was recorded.",
    ),
    # Until somebody signs it may be prepared anew.
    Frozen("grants.Agreement", "grant document sha256 generated_at generated_by", SIGNED, Q(signatures__isnull=False)),
    Frozen("grants.Signature", "agreement party signed_by name_typed sha256 signed_at", SIGNED),
    Frozen("grants.Grant", "agreed_on", SIGNED, Q(agreed_on__isnull=False)),
    # A payment on its way is changed by putting it back on the schedule, where preparing and approving begin again.
    Frozen(
        "grants.Instalment",
        "grant number due_on amount",
        "A payment that was prepared stands; put it back on the schedule to change it.",
        Q(status__in=["prepared", "approved", "paid"]),
    ),
    Frozen(
        "grants.Instalment",
        "prepared_at prepared_by approved_at approved_by paid_at paid_by payment_reference withheld_reason",
        PAID,
        Q(status="paid"),
    ),
)

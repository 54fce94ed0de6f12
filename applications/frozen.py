"""What stands still once a call is out and an application handed in; put right only by a new record."""

from django.db.models import Q

from core.audit.immutability import Frozen

IS_OUT = ~Q(status="draft")
OF_A_CALL_THAT_IS_OUT = ~Q(call__status="draft")
TERMS = "The terms of a call that is out stand as they were published."

HANDED_IN = ~Q(status="draft")
OF_WHAT_WAS_HANDED_IN = ~Q(application__status="draft")
CONTENT = "What was handed in stands as it was submitted."

FROZEN = (
    # --- published terms; a published call only ever closes later
    Frozen(
        "applications.Call",
        "programme kind title slug summary brief goal opens_at grace_seconds visits_from_on visits_to_on "
        "decision_week_on start_month_on band_minimum band_maximum backfill management_fee on_costs_percent least_days "
        "term_months longest_extension_months pay_principle published_at published_by",
        TERMS,
        IS_OUT,
        rising="closes_at",
    ),
    Frozen("applications.Call_strands", "call strand", TERMS, OF_A_CALL_THAT_IS_OUT),
    Frozen(
        "applications.Post",
        "call job_title grade team purpose accountabilities person_specification competencies",
        TERMS,
        OF_A_CALL_THAT_IS_OUT,
    ),
    Frozen("applications.Criterion", "call letter label guidance weight meanings", TERMS, OF_A_CALL_THAT_IS_OUT),
    Frozen(
        "applications.Question", "call section position label hint word_limit criterion", TERMS, OF_A_CALL_THAT_IS_OUT
    ),
    Frozen(
        "applications.Clarification",
        "call question answer published_at published_by",
        "An answer that was published stands.",
    ),
    # --- submitted applications; a late admission moves the deadline, reopening empties who submitted and when
    Frozen(
        "applications.Application",
        "draft_reference reference organisation post call version started_at started_by invitation expression "
        "entered_by came_by came_at is_rehearsal contact_phone whose_idea current_salary present_hours "
        "wants_enhancement days_per_week months earliest_start_on other_funding declared_conflicts",
        CONTENT,
        HANDED_IN,
    ),
    Frozen(
        "applications.Application",
        "submitted_at submitted_by",
        "When it was submitted, and by whom, stands once assessment can begin.",
        HANDED_IN & ~Q(status="submitted"),
    ),
    Frozen("applications.Answer", "application question text", CONTENT, OF_WHAT_WAS_HANDED_IN),
    Frozen(
        "applications.Candidate",
        "application name email job_title asked_at confirmed_at confirmed_digest remark remarked_at",
        CONTENT,
        OF_WHAT_WAS_HANDED_IN,
    ),
    Frozen(
        "applications.Document",
        "application kind original_name content_type size sha256 received_at received_from",
        CONTENT,
        OF_WHAT_WAS_HANDED_IN,
    ),
    # A file that was taken out (by the proposed secondee, by the virus scan) is deleted afterwards.
    Frozen("applications.Document", "file", CONTENT, OF_WHAT_WAS_HANDED_IN & Q(taken_out_at__isnull=True)),
)

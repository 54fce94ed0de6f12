"""Where placements, the steps before the start and milestones stand, and the steps between."""

from django.db.models import TextChoices

from core.lifecycle import Lifecycle, Step


class PlacementStatus(TextChoices):
    PREPARING = "preparing", "preparing"
    ACTIVE = "active", "active"
    ENDED = "ended", "ended"
    CALLED_OFF = "called_off", "called off"


OVER = (PlacementStatus.ENDED, PlacementStatus.CALLED_OFF)


class Part(TextChoices):
    """The three people of a placement, by its field."""

    SECONDEE = "secondee", "secondee"
    LINE_MANAGER = "line_manager", "line manager"
    HOME_MANAGER = "home_manager", "home manager"


PLACEMENT = Lifecycle(
    start=PlacementStatus.PREPARING,
    steps={
        "start": Step(sources=(PlacementStatus.PREPARING,), target=PlacementStatus.ACTIVE),
        "end": Step(sources=(PlacementStatus.ACTIVE,), target=PlacementStatus.ENDED),
        "call_off": Step(sources=(PlacementStatus.PREPARING,), target=PlacementStatus.CALLED_OFF, verb="call off"),
    },
)


class Party(TextChoices):
    """Who records or confirms a step before the start; `rules.py` says which people each is."""

    PROGRAMME_MANAGER = "programme_manager", "programme manager"
    LINE_MANAGER = "line_manager", "line manager"
    HOME_MANAGER = "home_manager", "home manager"
    LEAD = "lead", "lead of the organisation"


class StartStepStatus(TextChoices):
    OPEN = "open", "to do"
    RECORDED = "recorded", "waiting for confirmation"
    DONE = "done", "done"
    WAIVED = "waived", "waived"


START_STEP = Lifecycle(
    start=StartStepStatus.OPEN,
    steps={
        "record": Step(sources=(StartStepStatus.OPEN,), target=StartStepStatus.RECORDED),
        "confirm": Step(sources=(StartStepStatus.RECORDED,), target=StartStepStatus.DONE),
        "complete": Step(sources=(StartStepStatus.OPEN,), target=StartStepStatus.DONE),
        "waive": Step(sources=(StartStepStatus.OPEN, StartStepStatus.RECORDED), target=StartStepStatus.WAIVED),
        "reopen": Step(
            sources=(StartStepStatus.RECORDED, StartStepStatus.DONE, StartStepStatus.WAIVED),
            target=StartStepStatus.OPEN,
        ),
    },
)


class MilestoneStatus(TextChoices):
    PLANNED = "planned", "planned"
    UNDER_WAY = "under_way", "under way"
    DONE = "done", "done"
    DROPPED = "dropped", "dropped"


OPEN_MILESTONES = frozenset({MilestoneStatus.PLANNED, MilestoneStatus.UNDER_WAY})
MILESTONE = Lifecycle(
    start=MilestoneStatus.PLANNED,
    steps={
        "begin": Step(sources=(MilestoneStatus.PLANNED,), target=MilestoneStatus.UNDER_WAY),
        "complete": Step(sources=(MilestoneStatus.PLANNED, MilestoneStatus.UNDER_WAY), target=MilestoneStatus.DONE),
        "drop": Step(sources=(MilestoneStatus.PLANNED, MilestoneStatus.UNDER_WAY), target=MilestoneStatus.DROPPED),
        "resume": Step(sources=(MilestoneStatus.DONE, MilestoneStatus.DROPPED), target=MilestoneStatus.UNDER_WAY),
    },
)


class SignOff(TextChoices):
    """The host's sign-off of a milestone: slow ones delay delivery, so it is a state with dates."""

    NOT_NEEDED = "not_needed", "not needed"
    NEEDED = "needed", "needed"
    ASKED = "asked", "asked for"
    GIVEN = "given", "given"


SIGN_OFF = Lifecycle(
    start=SignOff.NOT_NEEDED,
    field="sign_off",
    steps={
        "ask": Step(sources=(SignOff.NEEDED,), target=SignOff.ASKED),
        "give": Step(sources=(SignOff.ASKED,), target=SignOff.GIVEN),
        "refuse": Step(sources=(SignOff.ASKED,), target=SignOff.NEEDED),
    },
)


class AmendmentKind(TextChoices):
    EXTENSION = "extension", "extension"
    EARLY_END = "early_end", "early end"


class AmendmentParty(TextChoices):
    """Who asks for an amendment; all but the office consent to it, and the office decides."""

    ORGANISATION = "organisation", "organisation"
    SECONDEE = "secondee", "secondee"
    HOST = "host", "host"
    OFFICE = "office", "grants office"


class AmendmentStatus(TextChoices):
    ASKED = "asked", "waiting for consent"
    AGREED = "agreed", "waiting for a decision"
    RECORDED = "recorded", "waiting for a second person"
    CONFIRMED = "confirmed", "waiting for signatures"
    IN_FORCE = "in_force", "in force"
    REFUSED = "refused", "refused"
    WITHDRAWN = "withdrawn", "withdrawn"
    LAPSED = "lapsed", "lapsed"


AMENDMENT_OVER = [AmendmentStatus.REFUSED, AmendmentStatus.WITHDRAWN, AmendmentStatus.LAPSED]
_UNSIGNED = (AmendmentStatus.ASKED, AmendmentStatus.AGREED, AmendmentStatus.RECORDED, AmendmentStatus.CONFIRMED)
AMENDMENT = Lifecycle(
    start=AmendmentStatus.ASKED,
    steps={
        "complete": Step(sources=(AmendmentStatus.ASKED,), target=AmendmentStatus.AGREED, verb="agree, as the last"),
        "refuse": Step(sources=(AmendmentStatus.ASKED,), target=AmendmentStatus.REFUSED),
        "record": Step(sources=(AmendmentStatus.AGREED,), target=AmendmentStatus.RECORDED),
        "confirm": Step(sources=(AmendmentStatus.RECORDED,), target=AmendmentStatus.CONFIRMED),
        "turn_down": Step(
            sources=(AmendmentStatus.AGREED, AmendmentStatus.RECORDED), target=AmendmentStatus.REFUSED, verb="turn down"
        ),
        "take_effect": Step(
            sources=(AmendmentStatus.CONFIRMED,), target=AmendmentStatus.IN_FORCE, verb="sign, as the last"
        ),
        "withdraw": Step(sources=_UNSIGNED, target=AmendmentStatus.WITHDRAWN),
        "lapse": Step(sources=_UNSIGNED, target=AmendmentStatus.LAPSED),
    },
)


class TrailEvent(TextChoices):
    """What the trail says was done; code compares members, never the words."""

    PLACEMENT_OPENED = "placement opened"
    WORKING_DAYS_CHOSEN = "working days chosen"
    PERSON_CHANGED = "person in the placement changed"
    PLACEMENT_STARTED = "placement started"
    PLACEMENT_ENDED = "placement ended"
    PLACEMENT_CALLED_OFF = "placement called off"
    PLACEMENT_EXTENDED = "placement extended"
    PLACEMENT_SHORTENED = "placement shortened"
    AMENDMENT_ASKED = "amendment asked for"
    AMENDMENT_CONSENTED = "amendment consented to"
    AMENDMENT_AGREED = "amendment agreed by everyone"
    AMENDMENT_REFUSED = "amendment refused"
    AMENDMENT_WITHDRAWN = "amendment withdrawn"
    AMENDMENT_LAPSED = "amendment lapsed"
    AMENDMENT_RECORDED = "amendment approved by one person"
    AMENDMENT_CONFIRMED = "amendment confirmed"
    AMENDMENT_TURNED_DOWN = "amendment turned down"
    SUPPLEMENT_READY = "supplementary agreement ready to sign"
    SUPPLEMENT_SIGNED = "supplementary agreement signed"
    AMENDMENT_IN_FORCE = "amendment in force"
    STANDARD_STEPS_PUT_IN = "standard steps before the start put in"
    STEP_RECORDED = "step recorded"
    STEP_CONFIRMED = "step confirmed"
    WAIVER_ASKED = "consent to waive a step asked for"
    WAIVER_REFUSED = "consent to waive a step refused"
    STEP_WAIVED = "step waived"
    STEP_REOPENED = "step reopened"
    OBJECTIVE_ADDED = "objective added"
    OBJECTIVE_CHANGED = "objective changed"
    MILESTONE_ADDED = "milestone added"
    MILESTONE_CHANGED = "milestone changed"
    MILESTONE_BEGUN = "milestone under way"
    MILESTONE_DONE = "milestone done"
    MILESTONE_DROPPED = "milestone dropped"
    SIGN_OFF_ASKED = "sign-off asked for"
    SIGN_OFF_GIVEN = "sign-off given"
    SIGN_OFF_REFUSED = "sign-off not given"
    WORKPLAN_AGREED = "workplan agreed"
    CONCERN_RAISED = "concern raised on the workplan"
    CONCERN_ANSWERED = "concern answered"


MILESTONE_EVENTS = {
    MilestoneStatus.UNDER_WAY: TrailEvent.MILESTONE_BEGUN,
    MilestoneStatus.DONE: TrailEvent.MILESTONE_DONE,
    MilestoneStatus.DROPPED: TrailEvent.MILESTONE_DROPPED,
}

"""Where calls, applications, candidates, assessments and visits stand, and the steps between."""

from django.db.models import TextChoices

from applications.lifecycle.trail import TrailEvent as TrailEvent
from applications.lifecycle.visits import COMING_VISIT as COMING_VISIT
from applications.lifecycle.visits import SLOT as SLOT
from applications.lifecycle.visits import VISIT as VISIT
from applications.lifecycle.visits import SlotStatus as SlotStatus
from applications.lifecycle.visits import VisitStatus as VisitStatus
from core.lifecycle import Lifecycle, Step


class CallStatus(TextChoices):
    """A call for proposals; whether it takes applications now is told by the clock, never stored."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    DECIDED = "decided", "decided"
    ARCHIVED = "archived", "archived"
    CANCELLED = "cancelled", "cancelled"


CALL = Lifecycle(
    start=CallStatus.DRAFT,
    steps={
        "publish": Step(sources=(CallStatus.DRAFT,), target=CallStatus.PUBLISHED),
        "decide": Step(sources=(CallStatus.PUBLISHED,), target=CallStatus.DECIDED),
        "archive": Step(sources=(CallStatus.DECIDED, CallStatus.CANCELLED), target=CallStatus.ARCHIVED),
        "cancel": Step(sources=(CallStatus.DRAFT, CallStatus.PUBLISHED), target=CallStatus.CANCELLED),
    },
)


class Status(TextChoices):
    """An application by an organisation."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    SHORTLISTED = "shortlisted", "shortlisted"
    OFFERED = "offered", "offered"
    ACCEPTED = "accepted", "accepted"
    RESERVE = "reserve", "on the reserve list"
    UNSUCCESSFUL = "unsuccessful", "unsuccessful"
    WITHDRAWN = "withdrawn", "withdrawn"
    OFFER_DECLINED = "offer_declined", "offer declined"
    CALL_CANCELLED = "call_cancelled", "call cancelled"


LIVE = (Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.OFFERED, Status.ACCEPTED, Status.RESERVE)
NOT_HANDED_IN = (Status.DRAFT, Status.WITHDRAWN, Status.CALL_CANCELLED)
HANDED_IN = tuple(status for status in Status if status not in NOT_HANDED_IN)

APPLICATION = Lifecycle(
    start=Status.DRAFT,
    steps={
        "submit": Step(sources=(Status.DRAFT,), target=Status.SUBMITTED),
        "reopen": Step(sources=(Status.SUBMITTED,), target=Status.DRAFT),
        "withdraw": Step(
            sources=(Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.RESERVE),
            target=Status.WITHDRAWN,
        ),
        "shortlist": Step(sources=(Status.SUBMITTED,), target=Status.SHORTLISTED),
        "offer": Step(sources=(Status.SHORTLISTED, Status.RESERVE), target=Status.OFFERED),
        "reserve": Step(sources=(Status.SHORTLISTED,), target=Status.RESERVE),
        "turn_down": Step(sources=(Status.SUBMITTED, Status.SHORTLISTED, Status.RESERVE), target=Status.UNSUCCESSFUL),
        "accept_offer": Step(sources=(Status.OFFERED,), target=Status.ACCEPTED),
        "decline_offer": Step(sources=(Status.OFFERED,), target=Status.OFFER_DECLINED),
        "stand": Step(sources=(Status.DRAFT,), target=Status.SUBMITTED),
        "end_with_call": Step(
            sources=(Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED), target=Status.CALL_CANCELLED
        ),
    },
)
# Those on which the committee may still decide.
UNDECIDED = (Status.SUBMITTED, *APPLICATION.steps["offer"].sources)


class ExpressionStatus(TextChoices):
    """An organisation's expression of interest between calls."""

    RECEIVED = "received", "received"
    INVITED = "invited", "invited to apply"
    OTHER_WORK = "other_work", "other joint work"
    NOT_NOW = "not_now", "not now"
    WITHDRAWN = "withdrawn", "withdrawn"


EXPRESSION = Lifecycle(
    start=ExpressionStatus.RECEIVED,
    steps={
        "invite": Step(
            sources=(ExpressionStatus.RECEIVED, ExpressionStatus.OTHER_WORK, ExpressionStatus.NOT_NOW),
            target=ExpressionStatus.INVITED,
            verb="invite to apply",
        ),
        "propose_other_work": Step(
            sources=(ExpressionStatus.RECEIVED, ExpressionStatus.NOT_NOW),
            target=ExpressionStatus.OTHER_WORK,
            verb="propose other joint work",
        ),
        "put_off": Step(sources=(ExpressionStatus.RECEIVED,), target=ExpressionStatus.NOT_NOW, verb="answer “not now”"),
        "withdraw": Step(
            sources=(ExpressionStatus.RECEIVED, ExpressionStatus.OTHER_WORK, ExpressionStatus.NOT_NOW),
            target=ExpressionStatus.WITHDRAWN,
        ),
    },
)


class CandidateStatus(TextChoices):
    """The proposed secondee's own answer."""

    NAMED = "named", "named"
    ASKED = "asked", "asked"
    CONFIRMED = "confirmed", "confirmed"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"
    LAPSED = "lapsed", "no longer asked"


LIVE_CANDIDATE = (CandidateStatus.NAMED, CandidateStatus.ASKED, CandidateStatus.CONFIRMED)
CANDIDATE = Lifecycle(
    start=CandidateStatus.NAMED,
    steps={
        "ask": Step(
            sources=(CandidateStatus.NAMED, CandidateStatus.ASKED, CandidateStatus.CONFIRMED),
            target=CandidateStatus.ASKED,
        ),
        "confirm": Step(sources=(CandidateStatus.ASKED,), target=CandidateStatus.CONFIRMED),
        "decline": Step(sources=(CandidateStatus.ASKED,), target=CandidateStatus.DECLINED),
        # While a copy is edited, also somebody who is asked again, has declined the copy, or is not named in it.
        "withdraw": Step(
            sources=(
                CandidateStatus.CONFIRMED,
                CandidateStatus.ASKED,
                CandidateStatus.DECLINED,
                CandidateStatus.LAPSED,
            ),
            target=CandidateStatus.WITHDRAWN,
        ),
        "lapse": Step(sources=LIVE_CANDIDATE, target=CandidateStatus.LAPSED),
    },
)


class AssessmentStatus(TextChoices):
    """One assessor's view of one application."""

    ASSIGNED = "assigned", "to begin"
    BEGUN = "begun", "begun"
    COMPLETE = "complete", "complete"
    RECUSED = "recused", "recused"
    CLOSED = "closed", "no longer needed"


OPEN_ASSESSMENT = (AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN)
ASSESSMENT = Lifecycle(
    start=AssessmentStatus.ASSIGNED,
    steps={
        "begin": Step(sources=(AssessmentStatus.ASSIGNED,), target=AssessmentStatus.BEGUN),
        "complete": Step(sources=(AssessmentStatus.BEGUN,), target=AssessmentStatus.COMPLETE),
        "recuse": Step(sources=(AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN), target=AssessmentStatus.RECUSED),
        "close": Step(sources=(AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN), target=AssessmentStatus.CLOSED),
        "ask_again": Step(sources=(AssessmentStatus.RECUSED,), target=AssessmentStatus.BEGUN, verb="ask again"),
    },
)


class OutcomeStatus(TextChoices):
    """What is to become of an application at shortlisting."""

    PREPARED = "prepared", "prepared"
    RELEASED = "released", "released"
    UNDONE = "undone", "undone"
    DROPPED = "dropped", "dropped"


OUTCOME = Lifecycle(
    start=OutcomeStatus.PREPARED,
    steps={
        "release": Step(sources=(OutcomeStatus.PREPARED,), target=OutcomeStatus.RELEASED),
        "undo": Step(sources=(OutcomeStatus.PREPARED,), target=OutcomeStatus.UNDONE),
        "drop": Step(sources=(OutcomeStatus.PREPARED,), target=OutcomeStatus.DROPPED),
    },
)

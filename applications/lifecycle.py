"""Where calls, applications, candidates, assessments and visits stand, and the steps between."""

from django.db.models import TextChoices

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
    },
)


class VisitStatus(TextChoices):
    """A meeting at a shortlisted organisation."""

    PROPOSED = "proposed", "proposed"
    CONFIRMED = "confirmed", "confirmed"
    HELD = "held", "held"
    CANCELLED = "cancelled", "cancelled"


COMING_VISIT = (VisitStatus.PROPOSED, VisitStatus.CONFIRMED)
VISIT = Lifecycle(
    start=VisitStatus.PROPOSED,
    steps={
        "confirm": Step(sources=(VisitStatus.PROPOSED,), target=VisitStatus.CONFIRMED),
        "move": Step(sources=(VisitStatus.PROPOSED, VisitStatus.CONFIRMED), target=VisitStatus.PROPOSED),
        "hold": Step(sources=(VisitStatus.CONFIRMED,), target=VisitStatus.HELD),
        "cancel": Step(sources=(VisitStatus.PROPOSED, VisitStatus.CONFIRMED), target=VisitStatus.CANCELLED),
    },
)


class TrailEvent(TextChoices):
    """What the trail of calls and applications says was done; code compares members, never the words."""

    STANDARD_CRITERIA_PUT_IN = "standard criteria and questions put in"
    CALL_PUBLISHED = "call published"
    CALL_EXTENDED = "call extended"
    CALL_CANCELLED = "call cancelled"
    CALL_DECIDED = "call decided"
    CALL_ARCHIVED = "call archived"
    ANSWER_PUBLISHED = "answer published"
    FORM_REHEARSED = "form rehearsed"
    REHEARSAL_CLEARED = "rehearsal cleared"
    REHEARSALS_CLEARED = "rehearsals cleared"
    INVITATION_ISSUED = "invitation issued"
    INVITATION_TAKEN_UP = "invitation taken up"
    INVITATION_WITHDRAWN = "invitation withdrawn"
    LATE_ADMISSION_ASKED = "late admission asked for"
    LATE_ADMISSION_CONFIRMED = "late admission confirmed"
    LATE_ADMISSION_DROPPED = "late admission dropped"
    OWN_DEADLINE = "deadline of its own"
    EQUALITY_QUESTIONS_PUT_IN = "standard equality questions put in"

    STARTED = "application started"
    ENTERED = "application entered by the office"
    SECTION_WRITTEN = "section written"
    ANSWERS_COPIED = "answers brought over"
    CV_UPLOADED = "CV uploaded"
    CV_REPLACED = "CV replaced"
    CV_REMOVED = "CV removed"
    CV_OPENED = "CV opened"
    CV_INFECTED = "CV taken out by the virus scan"
    STATEMENT_UPLOADED = "Supporting statement uploaded"
    STATEMENT_REPLACED = "Supporting statement replaced"
    STATEMENT_REMOVED = "Supporting statement removed"
    STATEMENT_INFECTED = "Supporting statement taken out by the virus scan"
    SUBMITTED = "application submitted"
    REOPENED = "application reopened"
    STANDS = "last submission counts"
    WITHDRAWN = "application withdrawn"
    SHORTLISTED = "application shortlisted"
    TURNED_DOWN = "application turned down before the committee"
    OFFERED = "grant offered"
    RESERVED = "put on the reserve list"
    UNSUCCESSFUL = "application unsuccessful"
    OFFER_ACCEPTED = "offer accepted"
    OFFER_DECLINED = "offer declined"
    ENDED_WITH_CALL = "application ended with its call"
    HELD_FROM_DELETION = "held back from deletion"
    RELEASED_FOR_DELETION = "no longer held back from deletion"

    CANDIDATE_NAMED = "proposed secondee named"
    CANDIDATE_ASKED = "proposed secondee asked"
    CANDIDATE_CONFIRMED = "proposed secondee confirmed"
    CANDIDATE_DECLINED = "proposed secondee declined"
    CANDIDATE_WITHDREW = "proposed secondee withdrew"
    CANDIDATE_LINK_REFUSED = "proposed secondee's link refused to a colleague"
    CANDIDATE_SAME_BROWSER = "submitted in the browser in which the proposed secondee confirmed"
    CANDIDATE_CORRECTED = "proposed secondee corrected"
    CANDIDATE_ADDRESS = "proposed secondee's address corrected by the office"
    CANDIDATE_REMARKED = "proposed secondee says something is wrong"

    ASSESSOR_ASSIGNED = "assessor assigned"
    ASSESSOR_RECUSED = "assessor recused"
    NO_CONFLICT_DECLARED = "no conflict of interest declared"
    CONFLICT_DECLARED = "conflict of interest declared"
    SCORES_SAVED = "scores saved"
    ASSESSMENT_COMPLETE = "assessment complete"
    ASSESSMENT_CLOSED = "assessment no longer needed"

    VISIT_ARRANGED = "visit arranged"
    VISIT_CONFIRMED = "visit confirmed"
    VISIT_MOVED = "visit moved"
    VISIT_HELD = "visit held"
    VISIT_CANCELLED = "visit cancelled"
    ATTENDEE_EXCUSED = "no longer expected at the visit"
    ATTENDEE_REPLACED = "someone else expected at the visit"

    EXPRESSION_SENT = "expression of interest sent"
    EXPRESSION_CHANGED = "expression of interest changed"
    EXPRESSION_WITHDRAWN = "expression of interest withdrawn"
    EXPRESSION_INVITED = "expression of interest answered: invited to apply"
    EXPRESSION_OTHER_WORK = "expression of interest answered: other joint work"
    EXPRESSION_NOT_NOW = "expression of interest answered: not now"
    CONVERSATION_NOTED = "conversation noted"

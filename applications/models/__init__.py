"""From a call for proposals to the assessment visit."""

from applications.models.answer import Answer, AnswerRevision, FieldSave, SectionSave
from applications.models.application import Application
from applications.models.assessment import Assessment, AssessmentVisit, Attendee, Score
from applications.models.call import Call, Post
from applications.models.candidate import Candidate
from applications.models.clarification import Clarification, Enquiry
from applications.models.criterion import Criterion
from applications.models.deputy import Deputy
from applications.models.document import Document, DocumentPage
from applications.models.equality import EqualityLink, EqualityQuestion, EqualityTally
from applications.models.expression import Conversation, ExpressedStrand, ExpressionDraft, ExpressionOfInterest
from applications.models.interest import Interest
from applications.models.joint_view import JointView, ViewResolution
from applications.models.late_admission import CallInvitation, LateAdmission
from applications.models.message import CaseMessage
from applications.models.name_opening import NameOpening
from applications.models.note import CaseNote, Mention, NoteVersion
from applications.models.programme import Counter, Goal, Strand
from applications.models.question import Question
from applications.models.role_draft import CommentRequest, PostComment, PostVersion
from applications.models.shortlisting import EligibilityAnswer, EligibilityItem, OutcomeReason, ShortlistOutcome
from applications.models.standing import StandingSubmission
from applications.models.visit_slot import SlotOffer, VisitSlot
from applications.models.visit_words import AccessNeeds, VisitNote

__all__ = [
    "AccessNeeds",
    "Answer",
    "AnswerRevision",
    "Application",
    "Assessment",
    "AssessmentVisit",
    "Attendee",
    "Call",
    "CallInvitation",
    "Candidate",
    "CaseMessage",
    "CaseNote",
    "Clarification",
    "CommentRequest",
    "Conversation",
    "Counter",
    "Criterion",
    "Deputy",
    "Document",
    "DocumentPage",
    "EligibilityAnswer",
    "EligibilityItem",
    "Enquiry",
    "EqualityLink",
    "EqualityQuestion",
    "EqualityTally",
    "ExpressedStrand",
    "ExpressionDraft",
    "ExpressionOfInterest",
    "FieldSave",
    "Goal",
    "Interest",
    "JointView",
    "LateAdmission",
    "Mention",
    "NameOpening",
    "NoteVersion",
    "OutcomeReason",
    "Post",
    "PostComment",
    "PostVersion",
    "Question",
    "Score",
    "SectionSave",
    "ShortlistOutcome",
    "SlotOffer",
    "StandingSubmission",
    "Strand",
    "ViewResolution",
    "VisitNote",
    "VisitSlot",
]

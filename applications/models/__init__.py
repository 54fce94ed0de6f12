"""From a call for proposals to the assessment visit."""

from applications.models.answer import Answer, AnswerRevision, FieldSave, SectionSave
from applications.models.application import Application
from applications.models.assessment import Assessment, AssessmentVisit, Attendee, Interest, Score
from applications.models.call import Call, Criterion, Post, Question
from applications.models.candidate import Candidate
from applications.models.clarification import Clarification
from applications.models.document import Document
from applications.models.equality import EqualityLink, EqualityQuestion, EqualityTally
from applications.models.expression import Conversation, ExpressedStrand, ExpressionDraft, ExpressionOfInterest
from applications.models.late_admission import CallInvitation, LateAdmission
from applications.models.programme import Counter, Goal, Strand
from applications.models.standing import StandingSubmission

__all__ = [
    "Answer",
    "AnswerRevision",
    "Application",
    "Assessment",
    "AssessmentVisit",
    "Attendee",
    "Call",
    "CallInvitation",
    "Candidate",
    "Clarification",
    "Conversation",
    "Counter",
    "Criterion",
    "Document",
    "EqualityLink",
    "EqualityQuestion",
    "EqualityTally",
    "ExpressedStrand",
    "ExpressionDraft",
    "ExpressionOfInterest",
    "FieldSave",
    "Goal",
    "Interest",
    "LateAdmission",
    "Post",
    "Question",
    "Score",
    "SectionSave",
    "StandingSubmission",
    "Strand",
]

"""Unfinished assessments are closed when their application ends or their assessor assesses no longer."""

from datetime import datetime

from applications import letters
from applications.actions import attendance
from applications.lifecycle import ASSESSMENT, LIVE, OPEN_ASSESSMENT, TrailEvent
from applications.models import Application, Assessment
from applications.models.assessment import Party
from applications.rules.assessments import assesses_for
from core.accounts.models import User
from core.accounts.rules import is_funder_officer
from core.audit import trail
from core.letters import outbox


def close_open(application: Application, *, by: User | None, at: datetime) -> None:
    """Close the unfinished assessments of an application that has ended; whoever ended it was asked who may."""
    for assessment in application.assessments.filter(status__in=OPEN_ASSESSMENT).select_related("assessor"):
        assessment.application = application
        _close(assessment, by=by, at=at)
        letters.assessments.closed(assessment, at=at)


def close_where_not_assessing(person: User, *, by: User | None, at: datetime) -> None:
    """Close a person's unfinished assessments where they assess no longer; the officers who assigned them are told.

    Who came to the visits as an assessor is no longer expected there; an officer of the programme still may be.
    """
    rows = Assessment.objects.filter(assessor=person, application__status__in=LIVE)
    for assessment in rows.select_related("application__call", "application__organisation", "assigned_by"):
        if person.is_active and assesses_for(Party(assessment.party), person, assessment.application):
            continue
        if assessment.status in OPEN_ASSESSMENT:
            _close(assessment, by=by, at=at)
            letters.assessments.left(assessment, at=at)
        if not is_funder_officer(person, assessment):
            attendance.excuse(assessment.application, person, by=by, at=at)


def _close(assessment: Assessment, *, by: User | None, at: datetime) -> None:
    ASSESSMENT.advance(assessment, "close")
    assessment.assessor.forget_answers()
    trail.record(TrailEvent.ASSESSMENT_CLOSED, assessment, by=by, at=at)
    outbox.withdraw([assessment])

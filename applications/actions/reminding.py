"""Reminding assessors who owe their scores."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from applications import letters
from applications.lifecycle import LIVE, OPEN_ASSESSMENT, TrailEvent
from applications.models import Assessment
from core.accounts.models import User
from core.audit import trail
from core.dates import say_moment
from core.letters.models import Letter, label_of
from core.lifecycle import Refused, require
from core.permissions import check

BETWEEN = timedelta(hours=24)


@transaction.atomic
def remind(assessment: Assessment, *, by: User, at: datetime) -> None:
    """Email the assessor that the scores are waited for, at most once in 24 hours, whoever reminded them before.

    Raises Refused for an assessment that is not open, and for an application that has ended.
    """
    check(by, "applications.remind_assessment", assessment)
    refuse_reminding(assessment, at)
    if letters.assessments.owed(assessment, at=at) is None:  # two people remind at once: the key of the email is taken
        raise Refused("Someone has just reminded this assessor.", code="reminded")
    trail.record(TrailEvent.ASSESSOR_REMINDED, assessment, by=by, at=at)


def refuse_reminding(assessment: Assessment, at: datetime) -> None:
    state = assessment.get_status_display()
    sentence = f"This assessment is {state}. You can remind an assessor who has not finished."
    require(assessment.status in OPEN_ASSESSMENT, sentence, code="not_open")
    application = assessment.application
    sentence = f"The application is {application.get_status_display()}, so its scores are no longer needed."
    require(application.status in LIVE, sentence, code="ended")
    sentence = f"The account of {assessment.assessor} is closed. Assign someone else."
    require(assessment.assessor.is_active, sentence, code="closed")
    if not hasattr(assessment, "reminded_at"):
        note_reminders([assessment], at)
    before = assessment.reminded_at  # type: ignore[attr-defined]  # by note_reminders
    if before is not None:
        sentence = f"We reminded {assessment.assessor} at {say_moment(before)}. You can remind them again a day later."
        raise Refused(sentence, code="reminded")


def note_reminders(assessments: Iterable[Assessment], at: datetime) -> None:
    """Note on each when its assessor was last reminded within 24 hours, or None: one query."""
    by_label = {label_of(one): one for one in assessments}
    sent = Letter.objects.filter(
        template="applications.assessment_due", about__in=by_label, posted_at__gt=at - BETWEEN
    ).order_by("posted_at")
    latest = dict(sent.values_list("about", "posted_at"))
    for name, one in by_label.items():
        one.reminded_at = latest.get(name)  # type: ignore[attr-defined]

"""What calls, applications and assessments must keep to."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from applications.lifecycle import (
    LIVE,
    NOT_HANDED_IN,
    AssessmentStatus,
    CallStatus,
    CandidateStatus,
    Status,
    TrailEvent,
)
from applications.models import (
    Application,
    Assessment,
    Document,
    Interest,
    JointView,
    LateAdmission,
    Score,
    ViewResolution,
)
from core.audit import trail
from core.files.integrity import damage

IN_BLOCKS = 2000
HOUR = timedelta(hours=1)  # no grace is longer


def breaches(_now: datetime) -> Iterator[str]:
    yield from _submissions()
    yield from _candidates()
    yield from _assessments()
    yield from _views()
    yield from _ways_in()
    yield from _files()


def _submissions() -> Iterator[str]:
    unsure = Application.objects.exclude(status__in=NOT_HANDED_IN).filter(version=0)
    for application in unsure.iterator(IN_BLOCKS):
        yield f"{application}: submitted without a version"
    other = Application.objects.filter(post__isnull=False).exclude(post__call=F("call"))
    for application in other.iterator(IN_BLOCKS):
        yield f"{application}: for a post of another call"


def _candidates() -> Iterator[str]:
    submitted = [status for status in LIVE if status != Status.DRAFT]
    asked = Application.objects.filter(status__in=submitted, candidates__isnull=False)
    confirmed = asked.filter(candidates__status=CandidateStatus.CONFIRMED)
    for application in asked.exclude(pk__in=confirmed.values("pk")).distinct().iterator(IN_BLOCKS):
        yield f"{application}: submitted without the proposed secondee's confirmation"


def _assessments() -> Iterator[str]:
    known = Interest.objects.binding().filter(
        application=OuterRef("application"), person=OuterRef("assessor"), declared_at__lt=OuterRef("completed_at")
    )
    complete = Assessment.objects.filter(Exists(known), status=AssessmentStatus.COMPLETE)
    for assessment in complete.select_related("application").iterator(IN_BLOCKS):
        if not _stayed_meanwhile(assessment):
            yield f"{assessment}: complete in spite of a conflict of interest"
    declared = Interest.objects.filter(application=OuterRef("application"), person=OuterRef("assessor"))
    begun = Assessment.objects.filter(status__in=[AssessmentStatus.BEGUN, AssessmentStatus.COMPLETE])
    for assessment in begun.exclude(Exists(declared)).iterator(IN_BLOCKS):
        yield f"{assessment}: begun without a declaration of interest"
    of_complete = Score.objects.filter(assessment__status=AssessmentStatus.COMPLETE)
    for score in of_complete.filter(Q(score__isnull=True) | Q(reason="")).iterator(IN_BLOCKS):
        yield f"{score.assessment}: complete without a score or a reason"


def _stayed_meanwhile(assessment: Assessment) -> bool:
    """Whether the office let the assessor stay, as the trail has it, and recused them only after they had completed."""
    lines = trail.history(assessment.application).filter(
        event=TrailEvent.CONFLICT_HANDLED, detail__person=assessment.assessor_id, at__lte=assessment.completed_at
    )
    last = lines.last()
    return last is not None and last.detail["handling"] == Interest.Handling.STAYS.label


def _views() -> Iterator[str]:
    """Views of funder and host are opened together, once both are in, and resolved only where they differ."""
    other = JointView.objects.filter(application=OuterRef("application")).exclude(party=OuterRef("party"))
    opened = JointView.objects.filter(opened_at__isnull=False)
    for view in opened.exclude(Exists(other.filter(opened_at=OuterRef("opened_at")))).iterator(IN_BLOCKS):
        yield f"{view}: opened without the view of the other side"
    for view in JointView.objects.filter(Exists(other), opened_at__isnull=True).iterator(IN_BLOCKS):
        yield f"{view}: sealed although both views are in"
    for resolution in ViewResolution.objects.exclude(Exists(opened.filter(application=OuterRef("application")))):
        yield f"{resolution}: no two views that differ"


def _ways_in() -> Iterator[str]:
    """Only drafts of calls are rehearsed; after the close only who was admitted by a second person has begun."""
    for rehearsal in Application.objects.filter(is_rehearsal=True).exclude(call__status=CallStatus.DRAFT):
        yield f"{rehearsal}: a rehearsal of a call that is {rehearsal.call.get_status_display()}"
    admitted = LateAdmission.objects.filter(
        call=OuterRef("call"), organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    after = Application.objects.filter(started_at__gt=F("call__closes_at") + HOUR, entered_by=None, invitation=None)
    for application in after.exclude(Exists(admitted)).iterator(IN_BLOCKS):
        yield f"{application}: begun after the close by an organisation that was not admitted late"


def _files() -> Iterator[str]:
    """Every file that was uploaded and not taken out is in the storage with the hash of its row."""
    standing = Document.objects.filter(taken_out_at__isnull=True)
    for document in standing.select_related("application").iterator(IN_BLOCKS):
        if not document.file:
            yield f"{document.application}: document {document.pk} has no file"
        elif problem := damage(document.file, document.sha256):
            yield f"{document.application}: document {document.pk}, {problem}"

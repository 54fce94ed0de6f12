"""Evaluation reports of the funded organisation."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept
from grants.lifecycle import AWAITED, HANDED_IN, ReportStatus
from grants.models.about import OF_GRANT
from grants.models.grant import Grant
from grants.models.report_schedule import Parts, rhythm_of


def reports_due(grant: Grant) -> Parts:
    """What each evaluation report covers (from, to) and when it is due, as the programme asked when it offered."""
    return rhythm_of(grant.programme_id, grant.offered_at).parts(grant.starts_on, grant.ends_on)


class EvaluationReportQuerySet(models.QuerySet["EvaluationReport"]):
    def accepted(self) -> "EvaluationReportQuerySet":
        return self.filter(status=ReportStatus.ACCEPTED)

    def handed_in(self) -> "EvaluationReportQuerySet":
        return self.filter(status__in=HANDED_IN)

    def overdue(self, today: date) -> "EvaluationReportQuerySet":
        """Reports whose day has passed and that are not with the funder: never submitted, or returned."""
        return self.filter(status__in=AWAITED, due_on__lt=today)

    def final(self) -> "EvaluationReportQuerySet":
        """The last report of each grant."""
        later = EvaluationReport.objects.filter(grant=OuterRef("grant"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))


class EvaluationReport(OfProgramme, models.Model):
    """The organisation's report on a part of the secondment (grants/models/report_schedule.py)."""

    programme_through = "grant"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    covers_from_on = models.DateField()
    covers_to_on = models.DateField()
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.DUE)
    progress = models.TextField("what was done", blank=True)
    difference = models.TextField("what difference it made", blank=True)
    learning = models.TextField("what was learnt", blank=True)
    difficulties = models.TextField("what was difficult", blank=True)
    host_summary = models.TextField("summary for the host", blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_reason = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EvaluationReportQuerySet.as_manager()

    class Meta:
        ordering = ("grant", "number")
        indexes = (models.Index(fields=["status", "due_on"], name="reports_due"),)
        constraints = (
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="a report has a known status"),
            models.UniqueConstraint(fields=["grant", "number"], name="one report per number"),
            models.CheckConstraint(
                condition=Q(status="due") | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="a report past due was submitted by somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | (Q(returned_at__isnull=False) & ~Q(returned_reason="")),
                name="a returned report says why",
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", accepted_at__isnull=False, accepted_by__isnull=False)
                | (~Q(status="accepted") & Q(accepted_at__isnull=True, accepted_by__isnull=True)),
                name="a report is accepted by somebody at a time",
            ),
        )

    class Promises:
        open = "id grant number covers_from_on covers_to_on due_on status saved_at submitted_at returned_at accepted_at"
        personal = (
            "progress difference learning difficulties host_summary returned_reason "
            "submitted_by returned_by accepted_by"
        )
        frozen = (
            Frozen(
                "grant number covers_from_on covers_to_on progress difference learning difficulties host_summary "
                "submitted_at submitted_by accepted_at accepted_by",
                "An accepted report cannot be changed.",
                Q(status=ReportStatus.ACCEPTED),
            ),
        )
        changing = "due_on status saved_at returned_at returned_by returned_reason"
        emptied = "progress difference learning difficulties host_summary returned_reason"
        kept = (Kept("submitted_by returned_by accepted_by", because=AUDIT),)
        about = (
            About(
                OF_GRANT,
                "progress difference learning difficulties host_summary returned_reason",
                in_confidence="difficulties host_summary returned_reason",
            ),
        )

    def __str__(self) -> str:
        return f"Evaluation report {self.number} of {self.grant}"

    @property
    def version(self) -> str:
        """The moment of the last save, empty before the first; a form posts back the version it was opened with."""
        return self.saved_at.isoformat() if self.saved_at else ""

    @property
    def title(self) -> str:
        return f"Evaluation report {self.number}"

    @property
    def is_handed_in(self) -> bool:
        return self.status in HANDED_IN

    @property
    def is_returned(self) -> bool:
        return self.status == ReportStatus.RETURNED

"""Times offered for assessment visits."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import SlotStatus
from applications.models.application import Application
from applications.models.assessment import AssessmentVisit
from applications.models.call import Call
from core.accounts.models import OfProgramme
from core.dates import say_deadline


class VisitSlot(OfProgramme, models.Model):
    """A time at which funder and host can visit: offered to organisations, taken by the first that chooses it."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.PROTECT, related_name="visit_slots")
    status = models.CharField(max_length=10, choices=SlotStatus, default=SlotStatus.OFFERED)
    starts_at = models.DateTimeField("start")
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=250, blank=True, help_text="Empty: at the organisation, which says where.")
    link = models.URLField("link to join", blank=True)
    questions = models.TextField("questions to prepare for", blank=True)
    funder_visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    host_visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    visit = models.OneToOneField(AssessmentVisit, models.PROTECT, null=True, blank=True, related_name="slot")

    class Meta:
        verbose_name = "visit time"
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=SlotStatus.values), name="a visit time has a known status"),
            models.CheckConstraint(
                condition=Q(status="taken", visit__isnull=False) | (~Q(status="taken") & Q(visit__isnull=True)),
                name="a visit time is taken by a visit or not",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~Q(status="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="a visit time is withdrawn at a time or not",
            ),
        )

    class Promises:
        open = "id call status starts_at minutes uid sequence offered_at withdrawn_at visit"
        personal = "place link questions funder_visitor host_visitor offered_by"
        is_deleted = True
        impersonal = "place link questions"

    def __str__(self) -> str:
        return f"Visit at {say_deadline(self.starts_at)}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class SlotOffer(OfProgramme, models.Model):
    """A visit time that one organisation may choose, until the offer ends."""

    programme_through = "application"

    slot = models.ForeignKey(VisitSlot, models.CASCADE, related_name="offers")
    application = models.ForeignKey(Application, models.CASCADE, related_name="slot_offers")
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slot__starts_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["slot", "application"], name="one offer per visit time and application"),
        )

    class Promises:
        open = "id slot application offered_at ended_at"

    def __str__(self) -> str:
        return f"{self.slot} for {self.application}"

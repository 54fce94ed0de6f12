"""Who may apply besides everybody: organisations invited to a call, and single ones admitted late."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models.call import Call
from core.accounts.models import OfProgramme, Organisation
from core.promises import AUDIT, About, Kept
from core.retention.rules import Erasable


class CallInvitation(OfProgramme, Erasable):
    """A code that lets one organisation apply to a call by invitation; only its digest is kept.

    The first who uses it binds it to their organisation. Each application started with it counts as a use. A draft
    keeps the right that its code gave until the code's own deadline, also when the code is withdrawn or used up.
    """

    programme_through = "call"

    call = models.ForeignKey(Call, models.PROTECT, related_name="invitations")
    invited = models.CharField("organisation invited", max_length=200, help_text="The name the office knows.")
    email = models.EmailField("sent to")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="call_invitations",
        help_text="The first organisation to use the code. Empty until then.",
    )
    code_digest = models.CharField(max_length=64, unique=True)
    most_uses = models.PositiveSmallIntegerField(default=1, help_text="How many applications may be started with it.")
    uses = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(help_text="The deadline to submit with it.")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("call", "invited", "pk")
        verbose_name = "invitation to apply"
        verbose_name_plural = "invitations to apply"
        constraints = (
            models.CheckConstraint(
                condition=Q(uses__lte=F("most_uses")), name="a code is used no more often than it may be"
            ),
            models.CheckConstraint(
                condition=Q(uses=0) | Q(organisation__isnull=False), name="a used code is one organisation's"
            ),
            models.UniqueConstraint(
                fields=["call", "organisation"],
                condition=Q(withdrawn_at__isnull=True),
                name="one code per organisation and call",
            ),
        )

    class Promises:
        open = "id call invited organisation code_digest most_uses uses expires_at issued_at withdrawn_at"
        personal = "email issued_by"
        emptied = "email"
        kept = (Kept("issued_by", because=AUDIT),)
        about = (About("email", "email"),)

    def __str__(self) -> str:
        return f"{self.invited}, invited to {self.call}"

    def is_open(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at and self.uses < self.most_uses


class LateAdmission(OfProgramme, Erasable):
    """One organisation let in after the close: asked for by one person with a reason, confirmed by another."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.PROTECT, related_name="late_admissions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="late_admissions")
    closes_at = models.DateTimeField("may submit until")
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["call", "organisation"], name="one late admission per organisation and call"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="a late admission is confirmed by somebody at a time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")),
                name="a late admission is confirmed by another person",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a late admission has a reason"),
        )

    class Promises:
        open = "id call organisation closes_at asked_at confirmed_at"
        personal = "reason asked_by confirmed_by"
        emptied = "reason"
        kept = (Kept("asked_by confirmed_by", because=AUDIT),)
        impersonal = "reason"

    def __str__(self) -> str:
        return f"{self.organisation}, late for {self.call}"

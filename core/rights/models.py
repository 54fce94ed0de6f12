"""What people ask about their personal data, and how the office answers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.accounts.models import OfProgramme, Programme
from core.files.types import stored_name
from core.promises import AUDIT, About, Kept
from core.retention.rules import Erasable
from core.rights.lifecycle import CLOSED, OPEN, REQUEST, Kind, RequestStatus

PERSON = settings.AUTH_USER_MODEL
PROOF = "it shows that a request about personal data was answered, and how (UK GDPR, article 5(2))"


class Use(models.TextChoices):
    """What a restriction holds back, and a recorded ground permits."""

    ASSESSING = "assessing", "Assessing and deciding on the application"
    EMAILS = "emails", "Emails to the person and about their application"
    EXPORTS = "exports", "Open data, learning data sets and the read API"


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def waiting(self) -> RightsRequestQuerySet:
        return self.filter(status__in=OPEN)

    def in_force(self) -> RightsRequestQuerySet:
        return self.filter(status=RequestStatus.IN_FORCE)


class RightsRequest(Erasable):
    """Somebody asks for access, rectification, restriction or erasure; answered within a calendar month."""

    class HandedOver(models.TextChoices):
        """How the file reached the person."""

        SIGN_IN = "sign_in", "They download it behind their own sign-in"
        BY_HAND = "by_hand", "We hand it over ourselves"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rights_requests")
    reference = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=15, choices=Kind)
    email = models.EmailField("email address", help_text="The address that the person has here.")
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="rights_requests")
    words = models.TextField("what they ask for", blank=True)
    received_on = models.DateField("received on")
    due_on = models.DateField("answer due on")
    extended_at = models.DateTimeField(null=True, blank=True)
    extended_reason = models.TextField("why it takes longer", blank=True)
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.RECEIVED)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        PERSON,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="officer named for it",
        help_text="Prepares the answer beside the director.",
    )
    identity_checked_at = models.DateTimeField(null=True, blank=True)
    identity_checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    identity_how = models.TextField("how identity was checked", blank=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField("what we answered", blank=True)
    handed_over = models.CharField(max_length=10, choices=HandedOver, blank=True)
    file = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    remains = models.JSONField(default=list, blank=True, help_text="What an erasure left, by key, why and until when.")
    is_pending = models.BooleanField(default=False, help_text="Some of what was left goes when its reason has ended.")
    collected_at = models.DateTimeField(null=True, blank=True)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = "data request"
        indexes = (models.Index(fields=["status", "due_on"], name="rights_requests_due"),)
        constraints = (
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="a data request has a status"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a data request has a known kind"),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("received_on")), name="a data request is due after it was received"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["checked", "prepared", "in_force", "done"])
                | Q(identity_checked_at__isnull=False, identity_checked_by__isnull=False) & ~Q(identity_how=""),
                name="nothing is answered before identity is checked",
            ),
            models.CheckConstraint(
                condition=~Q(status="done", kind="erasure")
                | Q(prepared_by__isnull=False) & ~Q(prepared_by=F("closed_by")),
                name="an erasure is confirmed by another person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False)
                | (~Q(status__in=CLOSED) & Q(closed_at__isnull=True)),
                name="a data request is closed at a time or open",
            ),
        )

    class Promises:
        open = (
            "id programme reference kind received_on due_on extended_at status recorded_at identity_checked_at "
            "prepared_at closed_at handed_over collected_at remains is_pending"
        )
        personal = (
            "email person words extended_reason recorded_by officer identity_checked_by identity_how prepared_by "
            "closed_by answer"
        )
        special = "file"
        changing = "erased_at erased_under"
        emptied = "email person words extended_reason identity_how answer"
        stored = "file"
        kept = (Kept("recorded_by officer identity_checked_by prepared_by closed_by", because=AUDIT),)
        about = (
            About("person email", "email person words extended_reason identity_how answer", stays=PROOF),
            About("person email", "file"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_access(self) -> bool:
        return self.kind == Kind.ACCESS

    @property
    def is_erasure(self) -> bool:
        return self.kind == Kind.ERASURE

    @property
    def can_be_collected(self) -> bool:
        return bool(self.file) and self.handed_over == self.HandedOver.SIGN_IN

    @property
    def short_kind(self) -> str:
        return str(self.kind).capitalize()

    def allows(self, step: str) -> bool:
        return REQUEST.allows(self, step)

    def days_left(self, today: date) -> int:
        return (self.due_on - today).days


class Review(OfProgramme, models.Model):
    """What was decided about one item that is another person's, or was given in confidence."""

    programme_through = "request"

    class Ground(models.TextChoices):
        """Why something is left out of the file."""

        OTHER_PERSON = "other_person", "It is about another person, who has not agreed (DPA 2018, schedule 2, 16)"
        CONFIDENCE = "confidence", "It was given in confidence (DPA 2018, schedule 2, 24)"
        NEGOTIATION = "negotiation", "It would harm negotiations with the person (DPA 2018, schedule 2, 23)"
        PRIVILEGE = "privilege", "It is legal advice (DPA 2018, schedule 2, 19)"

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="reviews")
    item = models.CharField(max_length=150)
    ground = models.CharField(max_length=15, choices=Ground, blank=True, help_text="Empty: it is released.")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("item",)
        constraints = (
            models.UniqueConstraint(fields=["request", "item"], name="one review of an item of a data request"),
        )

    class Promises:
        open = "id request item ground decided_at"
        personal = "decided_by"
        kept = (Kept("decided_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"{self.request}: {self.item}"


class Correction(OfProgramme, models.Model):
    """What was corrected for somebody: where, before and after; or noted beside what must stay as it was."""

    programme_through = "request"

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="corrections")
    item = models.CharField(max_length=150)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    is_noted_only = models.BooleanField(default=False, help_text="What was submitted stays, and this is shown with it.")
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("corrected_at", "pk")

    class Promises:
        open = "id request item is_noted_only corrected_at"
        personal = "before after corrected_by"
        is_deleted = True
        about = (About("request__person request__email", "before after"),)

    def __str__(self) -> str:
        return f"{self.request}: {self.item}"


class PermittedUse(OfProgramme, models.Model):
    """A ground on which data is used in one way although the person restricted its use (article 18(2))."""

    programme_through = "request"

    class Ground(models.TextChoices):
        """Why the use is lawful while the restriction is in force."""

        CONSENT = "consent", "The person agrees to this use"
        CLAIMS = "claims", "Legal claims are made, or defended against"
        RIGHTS = "rights", "It protects the rights of another person or organisation"
        INTEREST = "interest", "An important public interest of the United Kingdom asks for it"

    request = models.ForeignKey(RightsRequest, models.CASCADE, related_name="permitted_uses")
    use = models.CharField("what is permitted", max_length=10, choices=Use)
    ground = models.CharField("on which ground", max_length=10, choices=Ground)
    words = models.TextField("why, in words")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("recorded_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["request", "use"], name="one ground for a use of restricted data"),
        )

    class Promises:
        open = "id request use ground recorded_at"
        personal = "words recorded_by"
        is_deleted = True
        about = (About("request__person request__email", "words"),)

    def __str__(self) -> str:
        return f"{self.request}: {self.get_use_display()}"

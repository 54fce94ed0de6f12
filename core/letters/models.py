"""The outbox: every message to a person is a row first."""

from django.conf import settings
from django.db import models

from core.encryption import decrypt
from core.promises import Kept
from core.retention.rules import Erasable


class Status(models.TextChoices):
    """Where a letter stands."""

    QUEUED = "queued", "waiting"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    DEAD = "dead", "given up"
    WITHDRAWN = "withdrawn", "withdrawn before it was sent"


def label_of(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


class Letter(Erasable):
    """One message to one person for one reason; its key makes it once only.

    `programme` is None for a letter of the installation, like a code to sign in.
    """

    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=100)
    about = models.CharField(
        max_length=100,
        blank=True,
        help_text="The row that a reminder or a request is about: it is withdrawn when that ends.",
    )
    case = models.CharField(
        max_length=100,
        blank=True,
        help_text="The application that it is about: who has a conflict of interest with it does not read it.",
    )
    to_email = models.EmailField()
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=250)
    body = models.TextField()
    attachments = models.JSONField(default=list, blank=True)
    calendar = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    message_id = models.CharField(max_length=120, unique=True)
    posted_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = "email"
        ordering = ("-posted_at", "-pk")
        indexes = (
            models.Index(fields=["status", "next_try_at"], name="letters_to_send"),
            models.Index(
                fields=["about"], condition=models.Q(status__in=["queued", "sending"]), name="letters_to_withdraw"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="a letter has a known status"),
            models.CheckConstraint(
                condition=models.Q(status=Status.SENT, sent_at__isnull=False)
                | (~models.Q(status=Status.SENT) & models.Q(sent_at__isnull=True)),
                name="a letter is sent at a time or not sent",
            ),
        )

    class Promises:
        open = (
            "id template about case programme is_secret status message_id "
            "posted_at next_try_at claimed_at sent_at attempts"
        )
        personal = "key to_email to_user subject body attachments calendar problem"
        emptied = "to_email to_user subject body attachments calendar problem"
        kept = (Kept("key", because="numbers and the kind of email, so that no email is sent twice"),)

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> str:
        """The body, readable; a secret one is encrypted in the database until the email is sent or given up."""
        return decrypt(self.body) if self.is_secret else self.body

"""The outbox: every message to a person is a row first."""

from django.conf import settings
from django.db import models

from core.encryption import decrypt
from core.letters.kinds import kind_of
from core.promises import AUDIT, THING, About, Frozen, Kept
from core.retention.rules import Erasable


class Status(models.TextChoices):
    """Where a letter stands."""

    QUEUED = "queued", "waiting"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    DEAD = "dead", "given up"
    WITHDRAWN = "withdrawn", "withdrawn before it was sent"
    HELD = "held", "waiting for the daily email"
    COLLECTED = "collected", "in a daily email"
    OFF = "off", "not sent: the recipient turned it off"


class Way(models.TextChoices):
    """How somebody has the notices of a topic."""

    AT_ONCE = "at_once", "Each as it happens"
    DAILY = "daily", "In one email a day, at 7am"
    OFF = "off", "Not at all"


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
    to_email = models.EmailField(verbose_name="to")
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=250)
    body = models.TextField()
    formatted = models.TextField(
        blank=True, help_text="The same text as Markdown, where an office worded the email: for its HTML part."
    )
    fields = models.JSONField(
        default=dict, blank=True, help_text="What the fields of its text said: no link or code of a secret email."
    )
    wording = models.ForeignKey(
        "LetterWording", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="in our words"
    )
    daily = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="in the daily email"
    )
    attachments = models.JSONField(default=list, blank=True)
    calendar = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    message_id = models.CharField("Message-ID", max_length=120, unique=True)
    posted_at = models.DateTimeField("written")
    next_try_at = models.DateTimeField("next attempt")
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="Known only where a mail provider tells it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = "email"
        ordering = ("-posted_at", "-pk")
        indexes = (
            models.Index(fields=["status", "next_try_at"], name="letters_to_send"),
            models.Index(
                fields=["about"],
                condition=models.Q(status__in=["queued", "sending", "held", "collected"]),
                name="letters_to_withdraw",
            ),
            models.Index(fields=["to_user"], condition=models.Q(status="held"), name="letters_to_collect"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="a letter has a known status"),
            models.CheckConstraint(
                condition=models.Q(status=Status.SENT, sent_at__isnull=False)
                | (~models.Q(status=Status.SENT) & models.Q(sent_at__isnull=True)),
                name="a letter is sent at a time or not sent",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.COLLECTED, daily__isnull=False)
                | (~models.Q(status=Status.COLLECTED) & models.Q(daily__isnull=True)),
                name="a letter is in a daily email or goes by itself",
            ),
        )

    class Promises:
        open = (
            "id template about case programme wording daily is_secret status message_id "
            "posted_at next_try_at claimed_at sent_at delivered_at attempts"
        )
        personal = "key to_email to_user subject body formatted fields attachments calendar problem"
        emptied = "to_email to_user subject body formatted fields attachments calendar problem"
        kept = (Kept("key", because="numbers and the kind of email, so that no email is sent twice"),)
        about = (
            About("to_user to_email", "to_email to_user subject body formatted fields attachments calendar problem"),
            About(
                THING, "subject body formatted fields calendar", in_confidence="subject body formatted fields calendar"
            ),
        )
        impersonal = "key"

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> str:
        """The body, readable; a secret one is encrypted in the database until the email is sent or given up."""
        return decrypt(self.body) if self.is_secret else self.body

    @property
    def markdown(self) -> str:
        """The body as Markdown, readable; "" for a letter in the standard text."""
        return decrypt(self.formatted) if self.is_secret and self.formatted else self.formatted


class EmailChoice(models.Model):
    """How a person has the notices of one topic (core.letters.kinds); without a row each comes as it happens."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="email_choices")
    topic = models.CharField(max_length=30)
    way = models.CharField(max_length=10, choices=[(one.value, one.label) for one in (Way.DAILY, Way.OFF)])

    class Meta:
        verbose_name = "choice of emails"
        verbose_name_plural = "choices of emails"
        ordering = ("topic",)
        constraints = (
            models.UniqueConstraint(fields=["person", "topic"], name="a person chooses once for a topic"),
            models.CheckConstraint(
                condition=models.Q(way__in=[Way.DAILY, Way.OFF]), name="notices come daily or not at all"
            ),
        )

    class Promises:
        open = "id"
        personal = "person topic way"
        kept = (
            Kept("person topic way", because="the person's own choice, theirs to change while they have an account"),
        )
        about = (About("person", "topic way"),)

    def __str__(self) -> str:
        return f"{self.topic}: {self.get_way_display()}"


class LetterWording(models.Model):
    """One version of a text in an office's words, or of its going back to the standard text.

    It is an email's subject and text, or the text of a page or of a part of the agreement, which has no subject. The
    latest `number` counts. What the text may hold: core.letters.wordings.
    """

    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, related_name="+")
    template = models.CharField("text of", max_length=100)
    number = models.PositiveIntegerField("version")
    is_standard = models.BooleanField("back to the standard text", default=False)
    subject = models.CharField(max_length=250, blank=True)
    body = models.TextField("text", blank=True)
    written_at = models.DateTimeField("written")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "text"
        ordering = ("template", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "template", "number"], name="an email text has each version once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_standard=True, subject="", body="")
                | (models.Q(is_standard=False) & ~models.Q(body="")),
                name="a text is the standard one or has words",
            ),
        )

    class Promises:
        open = "id programme template number is_standard subject body written_at"
        personal = "written_by"
        frozen = (
            Frozen(
                "programme template number is_standard subject body written_at written_by",
                "A version of a text cannot be changed or deleted. Write a new one.",
            ),
        )
        kept = (Kept("written_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"{kind_of(self.template)}, version {self.number}"


class Mailing(models.Model):
    """One text that an office sends to many people, chosen by call, status and part; a draft until it is sent.

    `calls`, `statuses` and `parts` are keys of the audience source (settings.AUDIENCE_SOURCE).
    """

    programme = models.ForeignKey(settings.PROGRAMME_MODEL, models.PROTECT, related_name="+")
    calls = models.JSONField(default=list, blank=True)
    statuses = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    subject = models.CharField(max_length=250)
    body = models.TextField("text")
    written_at = models.DateTimeField("written")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField("recipients", default=0)

    class Meta:
        verbose_name = "email to many"
        verbose_name_plural = "emails to many"
        ordering = ("-written_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True, sent_by__isnull=True, count=0)
                | models.Q(sent_at__isnull=False, sent_by__isnull=False, count__gt=0),
                name="an email to many is sent by someone to someone",
            ),
        )

    class Promises:
        open = "id programme calls statuses parts subject body written_at sent_at count"
        personal = "written_by sent_by"
        frozen = (
            Frozen(
                "programme calls statuses parts subject body written_at written_by sent_at sent_by count",
                "An email that was sent to many cannot be changed or deleted.",
                when=models.Q(sent_at__isnull=False),
            ),
        )
        kept = (Kept("written_by sent_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None

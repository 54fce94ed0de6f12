"""What was learnt: findings, and what changed because of them; and what was told the learning partner in confidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Strand
from core.accounts.models import OfProgramme, Programme
from core.encryption import UnreadableError, decrypt
from core.promises import AUDIT, About, Kept


class Finding(models.Model):
    """Something the learning partner found, with its evidence; it names no person."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="findings")
    strand = models.ForeignKey(Strand, models.PROTECT, null=True, blank=True, related_name="findings")
    statement = models.TextField()
    evidence = models.TextField(help_text="Where it comes from: interviews, workshops, reports. Do not name anyone.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(statement="") & ~Q(evidence=""), name="a finding rests on evidence"),
        )

    class Promises:
        open = "id programme strand statement recorded_at"
        personal = "evidence recorded_by"
        kept = (
            Kept("recorded_by", because=AUDIT),
            Kept("evidence", because="what was learnt, to be shared; the form asks not to name anyone"),
        )
        impersonal = "evidence"

    def __str__(self) -> str:
        return self.statement[:80]


class Change(OfProgramme, models.Model):
    """How learning led to a change: what changed, since when."""

    programme_through = "finding"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="changes")
    what = models.TextField("what changed")
    since_on = models.DateField("since")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("since_on", "pk")

    class Promises:
        open = "id finding what since_on recorded_at"
        personal = "recorded_by"
        kept = (Kept("recorded_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.what[:80]


class ConfidentialMessage(models.Model):
    """What an organisation or a secondee tells the learning partner alone, and the answer; both encrypted."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="confidential_messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sealed_words = models.TextField()
    sent_at = models.DateTimeField()
    sealed_answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, sealed_answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(sealed_answer=""),
                name="a message in confidence is answered by somebody at a time",
            ),
        )

    class Promises:
        open = "id programme sent_at answered_at"
        personal = "sender sealed_words sealed_answer answered_by"
        is_deleted = True
        about = (About("sender", "sender sealed_words sealed_answer", withheld="sealed_words sealed_answer"),)

    def __str__(self) -> str:
        return f"Message in confidence {self.pk}"

    @property
    def words(self) -> str:
        return opened(self.sealed_words)

    @property
    def answer(self) -> str:
        return opened(self.sealed_answer)

    @property
    def waits(self) -> bool:
        return self.answered_at is None


def opened(text: str) -> str:
    try:
        return decrypt(text)
    except UnreadableError:
        return "This cannot be read any more. The key it was encrypted with is gone."

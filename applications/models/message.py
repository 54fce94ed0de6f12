"""Messages of the grants office to an applicant about a case, each with the answer and whether it was dealt with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from applications.models.candidate import Candidate
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept

LONGEST_SUBJECT = 150


class MessageEvent(models.TextChoices):
    """What the trail of a case says of its messages."""

    SENT = "message to the applicant sent"
    ANSWERED = "message answered by the applicant"
    DEALT_WITH = "answer to a message dealt with"


class CaseMessage(OfProgramme, models.Model):
    """One message to the organisation or to the proposed secondee, who answer it once; each reads only their own.

    `token_digest` is of the link by which the proposed secondee, who has no account, reads and answers it.
    """

    programme_through = "application"

    class Party(models.TextChoices):
        """Whom a message is for."""

        ORGANISATION = "organisation", "the organisation"
        SECONDEE = "secondee", "the proposed secondee"

    application = models.ForeignKey(Application, models.CASCADE, related_name="case_messages")
    party = models.CharField("for", max_length=12, choices=Party)
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, blank=True, related_name="case_messages")
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField("message")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("sent")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    dealt_with_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    dealt_with_at = models.DateTimeField("dealt with", null=True, blank=True)

    class Meta:
        verbose_name = "message to an applicant"
        verbose_name_plural = "messages to applicants"
        ordering = ("sent_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(party="organisation", candidate__isnull=True, token_digest__isnull=True)
                | Q(party="secondee", candidate__isnull=False, token_digest__isnull=False),
                name="a message is for an organisation or for a person with a link",
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_at__isnull=True, dealt_with_by__isnull=True)
                | Q(dealt_with_at__isnull=False, dealt_with_by__isnull=False, answered_at__isnull=False),
                name="an answer to a message is dealt with by somebody after it came",
            ),
        )

    class Promises:
        open = "id application party candidate sent_at answered_at dealt_with_at"
        personal = "token_digest subject text sent_by answer answered_by dealt_with_by"
        frozen = (
            Frozen(
                "application party candidate subject text sent_by sent_at",
                "A message that was sent cannot be changed.",
            ),
            Frozen(
                "answer answered_by answered_at",
                "An answer to a message cannot be changed.",
                Q(answered_at__isnull=False),
            ),
        )
        changing = "token_digest dealt_with_by dealt_with_at"
        emptied = "subject text answer"
        kept = (
            Kept("sent_by answered_by dealt_with_by", because=AUDIT),
            Kept("token_digest", because="the digest of a link that has ended; nothing can be read from it"),
        )
        about = (
            About(
                "candidate__email candidate__corrected_email",
                "token_digest subject text answer",
                withheld="token_digest",
            ),
            About(OF_CANDIDATE, "subject text answer", in_confidence="subject text answer"),
        )

    def __str__(self) -> str:
        return f"Message to {self.get_party_display()}, {self.application}"

    def get_absolute_url(self) -> str:
        return reverse("application_message", args=[self.application.shown_reference, self.pk])

    @property
    def state(self) -> str:
        if self.dealt_with_at:
            return "dealt with"
        return "answered" if self.answered_at else "waiting for an answer"

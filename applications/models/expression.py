"""Expressions of interest: what organisations would like to do, between calls."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applications.lifecycle import ExpressionStatus
from applications.models.call import Call
from applications.models.programme import Strand
from core.accounts.links import new_code
from core.accounts.models import OfProgramme, Organisation, Programme, User
from core.promises import AUDIT, OF_ORGANISATION, About, Kept
from core.retention.rules import Erasable


def expression_reference() -> str:
    return f"E-{new_code(10)}"


class ExpressionOfInterest(Erasable):
    """An organisation's wish to second somebody: no deadline, and nobody need be proposed yet."""

    reference = models.CharField(max_length=12, unique=True, default=expression_reference)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="expressions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="expressions")
    about = models.TextField("what you would like to do")
    person_in_mind = models.TextField(blank=True, help_text="What they do, not who they are.")
    status = models.CharField(max_length=12, choices=ExpressionStatus, default=ExpressionStatus.RECEIVED)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    call = models.ForeignKey(
        Call,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="expressions",
        help_text="The call it was invited to.",
    )
    outcome = models.TextField(blank=True, help_text="The answer to the organisation.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-sent_at", "pk")
        verbose_name = "expression of interest"
        verbose_name_plural = "expressions of interest"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ExpressionStatus.values), name="an expression of interest has a known status"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="an expression of interest is answered by somebody at a time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["invited", "other_work", "not_now"]) | Q(answered_at__isnull=False),
                name="an outcome of an expression of interest was given",
            ),
            models.CheckConstraint(
                condition=~Q(status="invited") | Q(call__isnull=False), name="who is invited is invited to a call"
            ),
            models.UniqueConstraint(
                fields=["organisation", "programme"],
                condition=Q(status="received"),
                name="one expression of interest waits per organisation",
            ),
        )

    class Promises:
        open = "id reference programme organisation status sent_at call answered_at"
        personal = "about person_in_mind sent_by outcome answered_by"
        emptied = "about person_in_mind outcome"
        kept = (Kept("sent_by answered_by", because=AUDIT),)
        about = (
            About(
                "sent_by",
                "about person_in_mind outcome",
                in_confidence="person_in_mind outcome",
                stays=OF_ORGANISATION,
                is_of_others=True,
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}, {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("expression", args=[self.reference])


class ExpressionDraftQuerySet(models.QuerySet["ExpressionDraft"]):
    """Drafts by whose they are."""

    def of(
        self, person: User, programme: Programme, expression: ExpressionOfInterest | None
    ) -> "ExpressionDraftQuerySet":
        """The person's draft of this expression of interest; of a new one without it."""
        return self.filter(person=person, programme=programme, expression=expression)


class ExpressionDraft(models.Model):
    """What somebody has typed in the form of an expression of interest and not sent yet; nobody else reads it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    expression = models.ForeignKey(
        ExpressionOfInterest,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
        help_text="The one that is being changed; empty: a new one.",
    )
    texts = models.JSONField(default=dict, blank=True, help_text="What each box of the form holds.")
    saved_from = models.JSONField(
        default=dict,
        blank=True,
        help_text="By box: the mark of the page it was saved from last, and how often that was changed.",
    )
    saved_at = models.DateTimeField()

    objects = ExpressionDraftQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(expression=None),
                name="one draft of a new expression of interest per person",
            ),
            models.UniqueConstraint(
                fields=["person", "expression"],
                condition=Q(expression__isnull=False),
                name="one draft per person and expression of interest",
            ),
        )

    class Promises:
        open = "id programme expression saved_from saved_at"
        personal = "person texts"
        is_deleted = True
        about = (About("person", "person texts"),)

    def __str__(self) -> str:
        return f"Draft for {self.programme}"


class ExpressedStrand(OfProgramme, models.Model):
    """What the organisation cares about in one strand of the programme's work."""

    programme_through = "expression"

    expression = models.ForeignKey(ExpressionOfInterest, models.CASCADE, related_name="strands")
    strand = models.ForeignKey(Strand, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ("strand__title", "pk")
        constraints = (
            models.UniqueConstraint(fields=["expression", "strand"], name="one text per strand of an expression"),
        )

    class Promises:
        open = "id expression strand"
        personal = "text"
        emptied = "text"
        about = (About("expression__sent_by", "text", stays=OF_ORGANISATION, is_of_others=True),)

    def __str__(self) -> str:
        return f"{self.strand}: {self.expression}"


class Conversation(OfProgramme, models.Model):
    """One line of the officers' log: when they spoke with the organisation, and what was said."""

    programme_through = "expression"

    expression = models.ForeignKey(ExpressionOfInterest, models.CASCADE, related_name="conversations")
    spoken_on = models.DateField()
    text = models.TextField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-spoken_on", "-pk")

    class Promises:
        open = "id expression spoken_on noted_at"
        personal = "text noted_by"
        is_deleted = True
        about = (About("expression__sent_by", "text", in_confidence="text", stays=OF_ORGANISATION, is_of_others=True),)

    def __str__(self) -> str:
        return f"{self.spoken_on}: {self.expression}"

"""Amendments of a signed grant: asked for, consented to by all who take part, decided by two people, and signed."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.accounts.models import OfProgramme, Organisation
from core.documents.models import GeneratedDocument
from core.money.fields import MoneyField
from core.promises import AUDIT, About, Frozen, Kept
from core.retention.rules import Erasable
from grants.models import Grant, Signature
from grants.models.about import ACCOUNTS, OF_GRANT
from secondments.lifecycle import AMENDMENT_OVER, AmendmentKind, AmendmentParty, AmendmentStatus

if TYPE_CHECKING:
    from datetime import date

PERSON = settings.AUTH_USER_MODEL
OPEN = [AmendmentStatus.ASKED, AmendmentStatus.AGREED, AmendmentStatus.RECORDED, AmendmentStatus.CONFIRMED]
CONFIRMED = [AmendmentStatus.CONFIRMED, AmendmentStatus.IN_FORCE]
IN_FORCE = "An amendment that is in force cannot be changed; ask for another."


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def open(self) -> "AmendmentQuerySet":
        return self.filter(status__in=OPEN)

    def with_parties(self) -> "AmendmentQuerySet":
        """With the rows that rules, pages and emails read."""
        people = [f"grant__placement__{part}" for part in ("secondee", "line_manager", "home_manager")]
        of_grant = ("grant__programme__host", "grant__programme__funder", "grant__organisation", "grant__post__call")
        return self.select_related(*of_grant, *people, "asked_by", "document").prefetch_related("consents")


class Amendment(OfProgramme, Erasable):
    """A change of a signed grant and its placement. Their values move when both have signed the supplement."""

    programme_through = "grant"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=AmendmentKind)
    status = models.CharField(max_length=10, choices=AmendmentStatus, default=AmendmentStatus.ASKED)
    last_on = models.DateField("new last day")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_as = models.CharField("asked by", max_length=15, choices=AmendmentParty)
    agreed_at = models.DateTimeField("everyone agreed", null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    total = MoneyField(  # type: ignore[misc]  # the field has one type, null or not
        "what it adds to the grant", null=True, blank=True, help_text="Fixed when it is confirmed."
    )
    document = models.OneToOneField(GeneratedDocument, models.PROTECT, related_name="+", null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the supplementary agreement, once it is made.")
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.TextField("why it ended", blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=AmendmentStatus.values, kind__in=AmendmentKind.values),
                name="an amendment has a known status and kind",
            ),
            models.UniqueConstraint(fields=["grant", "number"], name="one amendment per number"),
            models.UniqueConstraint(
                fields=["grant"], condition=Q(status__in=OPEN), name="one amendment of a grant at a time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["recorded", *CONFIRMED])
                | Q(agreed_at__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False),
                name="an amendment is recorded by somebody, after everyone agreed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=CONFIRMED)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False, total__isnull=False)
                   & ~Q(confirmed_by=F("recorded_by")) & ~Q(confirmed_by=F("asked_by"))),
                name="an amendment is confirmed by a person who neither asked nor recorded",
            ),
            models.CheckConstraint(
                condition=Q(status="in_force", in_force_at__isnull=False) & ~Q(sha256="")
                | ~Q(status="in_force") & Q(in_force_at__isnull=True),
                name="an amendment is in force since a moment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AMENDMENT_OVER, ended_at__isnull=False)
                | ~Q(status__in=AMENDMENT_OVER) & Q(ended_at__isnull=True),
                name="an amendment that came to nothing says when",
            ),
        )  # fmt: skip

    class Promises:
        open = (
            "id grant number kind status last_on asked_at asked_as agreed_at recorded_at confirmed_at sha256 "
            "in_force_at ended_at"
        )
        personal = "reason asked_by recorded_by confirmed_by ended_by ended_reason"
        financial = "total document"
        frozen = (
            Frozen(
                "grant number kind last_on reason asked_at asked_by asked_as agreed_at recorded_at recorded_by "
                "confirmed_at confirmed_by total document sha256 in_force_at",
                IN_FORCE,
                Q(status=AmendmentStatus.IN_FORCE),
            ),
        )
        changing = "status ended_at ended_by ended_reason"
        emptied = "reason ended_reason"
        stored = "document"
        kept = (Kept("asked_by recorded_by confirmed_by ended_by", because=AUDIT), Kept("total", because=ACCOUNTS))
        impersonal = "total"
        about = (About(OF_GRANT, "reason ended_reason document", in_confidence="ended_reason"),)

    def __str__(self) -> str:
        return f"{self.grant.reference}, {self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("amendment", args=[self.grant.reference, self.number])

    @property
    def organisation_id(self) -> int:
        return self.grant.organisation_id

    @property
    def organisation(self) -> Organisation:
        return self.grant.organisation

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_asked(self) -> bool:
        return self.status == AmendmentStatus.ASKED

    @property
    def is_confirmed(self) -> bool:
        return self.status == AmendmentStatus.CONFIRMED

    @property
    def is_in_force(self) -> bool:
        return self.status == AmendmentStatus.IN_FORCE

    @property
    def is_ready(self) -> bool:
        """Whether the supplementary agreement is made, so that it can be read and signed."""
        return bool(self.sha256)

    @property
    def is_extension(self) -> bool:
        return self.kind == AmendmentKind.EXTENSION

    @property
    def fingerprint(self) -> str:
        return " ".join(self.sha256[place : place + 8] for place in range(0, len(self.sha256), 8))


def extension_due_on(grant: Grant) -> "date":
    """The last day on which those who take part in a placement can ask for its extension."""
    return grant.ends_on - timedelta(days=grant.programme.extension_notice_days)


class AmendmentConsent(OfProgramme, models.Model):
    """One party's consent to an amendment, given by one of its people."""

    programme_through = "amendment"

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="consents")
    party = models.CharField(max_length=15, choices=AmendmentParty)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("given_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["amendment", "party"], name="a party consents once"),
            models.UniqueConstraint(fields=["amendment", "given_by"], name="nobody consents for two parties"),
        )

    class Promises:
        open = "id amendment party given_at"
        personal = "given_by"
        frozen = (Frozen("amendment party given_at given_by", "A consent cannot be changed."),)
        kept = (Kept("given_by", because=AUDIT),)

    @property
    def grant(self) -> Grant:
        return self.amendment.grant


class AmendmentSignature(OfProgramme, models.Model):
    """A signature of the supplementary agreement: a name typed, and the hash of the document that was signed."""

    programme_through = "amendment"

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=15, choices=Signature.Party)
    signed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    name_typed = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("signed_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["amendment", "party"], name="one signature per party of an amendment"),
            models.UniqueConstraint(
                fields=["amendment", "signed_by"], name="nobody signs an amendment for both parties"
            ),
        )

    class Promises:
        open = "id amendment party sha256 signed_at"
        personal = "signed_by name_typed"
        frozen = (
            Frozen("amendment party signed_by name_typed sha256 signed_at", "What was signed cannot be changed."),
        )
        emptied = "name_typed"
        kept = (Kept("signed_by", because=AUDIT),)
        about = (About("signed_by", "name_typed", is_of_others=True),)

    @property
    def grant(self) -> Grant:
        return self.amendment.grant

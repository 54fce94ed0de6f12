"""A grant, its budget lines, its funding agreement and variations of it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applications.models import Post
from core.accounts.models import OfProgramme, Organisation, Programme
from core.money.fields import MoneyField
from core.promises import AUDIT, About, Frozen, Kept
from core.retention.rules import Erasable
from grants.lifecycle import AWARDED, GrantStatus
from grants.models.about import ACCOUNTS, OF_CASE, OF_GRANT
from grants.models.decision import Decision

TAKEN_UP = (GrantStatus.ACCEPTED, *AWARDED)
TERMS = "The terms of an accepted grant cannot be changed; only an extension adds to them."
SIGNED = "What was signed cannot be changed."


class GrantQuerySet(models.QuerySet["Grant"]):
    def published(self) -> "GrantQuerySet":
        return self.filter(agreed_on__isnull=False)


class Grant(Erasable):
    """Money for one secondment; its sums are rows, so an award never changes when code does."""

    belongs_through = "decision"
    reference = models.CharField(max_length=30, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="grants")
    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grant",
        help_text="Empty only for grants from before this service.",
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        help_text="Empty only for grants from before this service.",
    )
    title = models.CharField(max_length=200)
    description = models.TextField(help_text="Published. It must not name a person.")
    status = models.CharField(max_length=12, choices=GrantStatus, default=GrantStatus.OFFERED)
    current_salary = MoneyField(  # type: ignore[misc]  # the field has one type, null or not
        "current full-time salary (£ a year)", null=True, blank=True
    )
    wants_enhancement = models.BooleanField(default=True)
    days_per_week = models.DecimalField(max_digits=2, decimal_places=1)
    starts_on = models.DateField()
    ends_on = models.DateField()
    total = MoneyField()
    is_above_band = models.BooleanField(default=False)
    is_illustrative = models.BooleanField(
        default=False, help_text="The records do not give the amount. This one is illustrative."
    )
    conditions = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    answer_by_on = models.DateField(
        "answer by",
        null=True,
        blank=True,
        help_text="Only for another post than the one applied for: organisation and proposed secondee must both agree.",
    )
    person_agreed_at = models.DateTimeField("proposed secondee agreed", null=True, blank=True)
    person_refused_at = models.DateTimeField("proposed secondee refused", null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declined_reason = models.TextField(blank=True)
    has_lapsed = models.BooleanField(
        "lapsed", default=False, help_text="The office ended the offer of another post: its day passed without a yes."
    )
    agreed_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the published record last changed. If empty, when the grant was agreed."
    )
    ended_on = models.DateField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("-offered_at", "-pk")
        indexes = (
            models.Index(fields=["-agreed_on", "-id"], name="published_awards"),
            models.Index(fields=["status", "organisation"], name="grants_by_status"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status__in=GrantStatus.values), name="a grant has a known status"),
            models.CheckConstraint(condition=Q(total__gte=0), name="a grant is not negative"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="a grant ends after it starts"),
            models.CheckConstraint(
                condition=Q(days_per_week__gt=0, days_per_week__lte=5), name="a grant's days are within a week"
            ),
            models.CheckConstraint(
                condition=Q(status__in=AWARDED, agreed_on__isnull=False)
                | (~Q(status__in=AWARDED) & Q(agreed_on__isnull=True)),
                name="what is agreed says since when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["offered", "declined"], accepted_at__isnull=True)
                | Q(status__in=["accepted", *AWARDED]) & (Q(accepted_at__isnull=False) | Q(decision__isnull=True)),
                name="what goes beyond an offer was accepted",
            ),
            models.CheckConstraint(
                condition=Q(status="declined", declined_at__isnull=False)
                & (Q(declined_by__isnull=False) | Q(person_refused_at__isnull=False))
                | ~Q(status="declined")
                & Q(declined_at__isnull=True, declined_by__isnull=True, person_refused_at__isnull=True),
                name="an offer is declined by somebody at a time",
            ),
            models.CheckConstraint(
                condition=Q(answer_by_on__isnull=False)
                | Q(person_agreed_at__isnull=True, person_refused_at__isnull=True),
                name="who agrees to another post was asked to",
            ),
            models.CheckConstraint(
                condition=Q(has_lapsed=False) | Q(status="declined", answer_by_on__isnull=False),
                name="an offer lapses after the day for its answer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["offered", "declined"])
                | Q(answer_by_on__isnull=True)
                | Q(person_agreed_at__isnull=False),
                name="another post is accepted once the proposed secondee agrees",
            ),
        )

    class Promises:
        open = (
            "id reference programme decision organisation post title description status days_per_week starts_on "
            "ends_on total is_illustrative offered_at answer_by_on accepted_at declined_at has_lapsed agreed_on "
            "changed_at ended_on"
        )
        personal = "conditions person_agreed_at person_refused_at accepted_by declined_by declined_reason"
        financial = "current_salary wants_enhancement is_above_band"
        frozen = (
            Frozen(
                "reference programme decision organisation post title description current_salary "
                "wants_enhancement days_per_week starts_on is_above_band is_illustrative conditions offered_at "
                "answer_by_on person_agreed_at accepted_at accepted_by",
                TERMS,
                Q(status__in=TAKEN_UP),
                rising="ends_on total",
            ),
            Frozen("agreed_on", SIGNED, Q(agreed_on__isnull=False)),
        )
        changing = "status person_refused_at declined_at declined_by declined_reason has_lapsed changed_at ended_on"
        emptied = "conditions declined_reason current_salary wants_enhancement is_above_band"
        kept = (
            Kept("accepted_by declined_by", because=AUDIT),
            Kept("person_agreed_at person_refused_at", because="when someone without a name answered"),
        )
        about = (
            About(
                OF_CASE,
                "person_agreed_at person_refused_at conditions declined_reason current_salary wants_enhancement "
                "is_above_band",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # takes the place of the one Django adds
        return "offer lapsed" if self.has_lapsed else str(GrantStatus(self.status).label)

    @property
    def role(self) -> str:
        return self.post.job_title if self.post else self.title

    @property
    def is_ended_early(self) -> bool:
        return self.status == GrantStatus.ENDED_EARLY

    @property
    def is_offered(self) -> bool:
        return self.status == GrantStatus.OFFERED

    @property
    def waits_for_person(self) -> bool:
        return self.is_offered and self.answer_by_on is not None and self.person_agreed_at is None

    def is_late_to_agree(self, today: date) -> bool:
        """Whether the day has passed by which organisation and proposed secondee agree to another post."""
        return self.is_offered and self.answer_by_on is not None and today > self.answer_by_on

    @property
    def is_accepted(self) -> bool:
        """Accepted by the organisation, and its agreement not signed by both yet."""
        return self.status == GrantStatus.ACCEPTED

    @property
    def condition_list(self) -> list[str]:
        """The conditions, one a line, without the marks they were typed with."""
        return [text for line in self.conditions.splitlines() if (text := line.strip("-• ").strip())]

    def get_absolute_url(self) -> str:
        return reverse("grant", args=[self.reference])

    @property
    def award_url(self) -> str:
        return reverse("award", args=[self.reference])


class Variation(OfProgramme, models.Model):
    """A change of a signed grant: the months that an extension adds, or those that fall away with an early end."""

    programme_through = "grant"

    class Kind(models.TextChoices):
        EXTENSION = "extension", "extension"
        EARLY_END = "early_end", "early end"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="variations")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EXTENSION)
    from_on = models.DateField()
    to_on = models.DateField()
    total = MoneyField()
    unspent = MoneyField(  # type: ignore[misc]  # the field has one type, null or not
        "to be returned", null=True, blank=True, help_text="What was paid for days after an early end."
    )
    reason = models.TextField()
    predates_amendments = models.BooleanField(
        default=False, editable=False, help_text="Recorded when an extension needed no supplementary agreement."
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("from_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="extension", to_on__gt=F("from_on")) | Q(kind="early_end", to_on__gte=F("from_on")),
                name="a variation has a known kind and ends after it starts",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="an extension is not negative"),
            models.CheckConstraint(
                condition=Q(kind="extension", unspent__isnull=True)
                | Q(kind="early_end", total=0, unspent__isnull=False, unspent__gte=0),
                name="an early end says what is to be returned",
            ),
        )

    class Promises:
        open = "id grant kind from_on to_on total predates_amendments recorded_at"
        personal = "reason recorded_by"
        financial = "unspent"
        frozen = (
            Frozen(
                "grant from_on to_on total reason recorded_at recorded_by", "A recorded extension cannot be changed."
            ),
            Frozen("kind unspent", "A recorded early end cannot be changed.", Q(kind="early_end")),
        )
        changing = "predates_amendments"
        emptied = "reason"
        kept = (Kept("recorded_by", because=AUDIT), Kept("unspent", because=ACCOUNTS))
        impersonal = "unspent"
        about = (About(OF_GRANT, "reason"),)

    @property
    def is_early_end(self) -> bool:
        return self.kind == self.Kind.EARLY_END

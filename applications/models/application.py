"""An application: an organisation and the person it proposes, never to be confused."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, When
from django.db.models.functions import Greatest
from django.urls import reverse

from applications.lifecycle import APPLICATION, LIVE, LIVE_CANDIDATE, NOT_HANDED_IN, CallStatus, Status
from applications.models.about import OF_APPLICATION
from applications.models.call import Call, Post
from applications.models.expression import ExpressionOfInterest
from applications.models.late_admission import CallInvitation
from core.accounts.links import new_code
from core.accounts.models import OfProgramme, Organisation
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from core.retention.rules import Erasable

if TYPE_CHECKING:
    from applications.models.candidate import Candidate
    from applications.models.document import Document

CONTENT = "What was submitted cannot be changed."
OF_SUBMITTED_APPLICATION = ~Q(application__status=Status.DRAFT)


def draft_reference() -> str:
    """A random reference for a draft: a number would tell how many rivals there are."""
    return f"D-{new_code(10)}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications, with what is asked about them."""

    def real(self) -> "ApplicationQuerySet":
        """Without officers' rehearsals of the form, which are neither counted nor listed."""
        return self.filter(is_rehearsal=False)

    def with_deadline(self) -> "ApplicationQuerySet":
        own, of_call = F("own_closes_at"), F("call__closes_at")
        deadline = Case(
            When(own_closes_at__isnull=True, then=of_call),
            When(invitation__isnull=False, then=own),
            When(call__closes_at__isnull=True, then=None),
            default=Greatest(own, of_call),
            output_field=models.DateTimeField(),
        )
        return self.annotate(deadline=deadline)

    def begun(self, call: Call, organisations: Iterable[Organisation | int]) -> "ApplicationQuerySet":
        return self.real().filter(call=call, organisation__in=organisations, status__in=LIVE)

    def by_reference(self, reference: str) -> "ApplicationQuerySet":
        return self.filter(Q(reference=reference) | Q(draft_reference=reference))

    def whole(self) -> "ApplicationQuerySet":
        """With the call, `standing`, and the current `person`, `cv` and `statement` (or None), all in one query."""
        current = Q(documents__replaced_at__isnull=True)
        return self.annotate(
            person=FilteredRelation("candidates", condition=Q(candidates__status__in=LIVE_CANDIDATE)),
            cv=FilteredRelation("documents", condition=current & Q(documents__kind="cv")),
            statement=FilteredRelation("documents", condition=current & Q(documents__kind="statement")),
        ).select_related("organisation", "post", "call__programme__host", "person", "cv", "statement", "standing")  # type: ignore[misc]


class Application(OfProgramme, Erasable):
    """What an organisation hands in for one post of a call."""

    programme_through = "call"
    is_case = True  # conflicts of interest are declared with applications, and bind for whatever comes of them

    class Origin(models.TextChoices):
        """Whose idea the secondment was."""

        ORGANISATION = "organisation", "The organisation's"
        CANDIDATE = "candidate", "The proposed secondee's"
        BOTH = "both", "Both together"

    class CameBy(models.TextChoices):
        """How an application arrived that the office entered."""

        POST = "post", "By post"
        EMAIL = "email", "By email"

    draft_reference = models.CharField(max_length=12, unique=True, default=draft_reference)
    reference = models.CharField(max_length=30, unique=True, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    post = models.ForeignKey(Post, models.PROTECT, related_name="applications")
    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    status = models.CharField(max_length=15, choices=Status, default=Status.DRAFT)
    version = models.PositiveSmallIntegerField(default=0, help_text="How many times it was submitted.")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    own_closes_at = models.DateTimeField(
        "own deadline", null=True, blank=True, help_text="Of an invitation, a late admission or an entry by the office."
    )
    invitation = models.ForeignKey(CallInvitation, models.PROTECT, null=True, blank=True, related_name="applications")
    expression = models.OneToOneField(
        ExpressionOfInterest, models.PROTECT, null=True, blank=True, related_name="application"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The officer who enters it on the organisation's behalf; empty: the organisation itself.",
    )
    came_by = models.CharField(max_length=5, choices=CameBy, blank=True)
    came_at = models.DateTimeField(null=True, blank=True, help_text="When the post or email arrived.")
    is_rehearsal = models.BooleanField(default=False, help_text="An officer tries the form of an unpublished call.")

    contact_phone = models.CharField(max_length=60, blank=True)
    whose_idea = models.CharField(max_length=15, choices=Origin, blank=True)
    current_salary = MoneyField(  # type: ignore[misc]  # the field has one type, null or not
        "current full-time salary (£ a year)", null=True, blank=True
    )
    present_hours = models.DecimalField("present hours a week", max_digits=4, decimal_places=2, null=True, blank=True)
    wants_enhancement = models.BooleanField("salary enhancement wanted", default=True)
    days_per_week = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    earliest_start_on = models.DateField("earliest start", null=True, blank=True)
    other_funding = models.TextField(blank=True)
    funding_by_body = models.JSONField(
        default=dict,
        blank=True,
        help_text="Whether each funder and the host pays already, how much, until when, by box.",
    )
    declared_conflicts = models.TextField(blank=True)
    unparsed = models.JSONField(
        default=dict,
        blank=True,
        help_text="What was typed where it cannot be read (a salary of “thirty”), by box; none once submitted.",
    )

    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    shortlisted_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField("decision released", null=True, blank=True)

    hold_reason = models.TextField(
        "why it is not deleted yet", blank=True, help_text="A complaint, a request or a dispute; nothing is deleted."
    )

    # Set by `whole()`, and `has_earlier` by applications/views/fetch.py; None where there is none.
    person: "Candidate | None" = None
    cv: "Document | None" = None
    statement: "Document | None" = None
    has_earlier: bool = False

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "pk")
        indexes = (
            models.Index(fields=["call", "status"], name="applications_of_a_call"),
            models.Index(fields=["-submitted_at", "id"], name="applications_newest_first"),
            models.Index(fields=["status", "reference"], name="applications_counted"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="an application has a known status"),
            models.UniqueConstraint(
                fields=["organisation", "post"],
                condition=Q(status__in=LIVE, is_rehearsal=False),
                name="one live application per organisation and post",
            ),
            models.UniqueConstraint(
                fields=["started_by", "post"],
                condition=Q(is_rehearsal=True),
                name="one rehearsal per officer and post",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="an application is submitted by somebody at a time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=NOT_HANDED_IN) | Q(submitted_at__isnull=False, reference__isnull=False),
                name="what is neither draft nor withdrawn nor cancelled was submitted",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(status=Status.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="an application is withdrawn at a time or not",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DRAFT) | Q(submitted_at__isnull=True), name="a draft is not submitted"
            ),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True, came_at__isnull=True, came_by="")
                | Q(entered_by__isnull=False, came_at__isnull=False, came_by__in=["post", "email"]),
                name="what the office entered says how and when it came",
            ),
            models.CheckConstraint(
                condition=Q(is_rehearsal=False) | Q(status=Status.DRAFT, reference__isnull=True),
                name="a rehearsal is never submitted",
            ),
            models.CheckConstraint(
                condition=Q(current_salary__isnull=True) | Q(current_salary__gt=0), name="a salary is more than nothing"
            ),
            models.CheckConstraint(
                condition=Q(days_per_week__isnull=True) | Q(days_per_week__gt=0, days_per_week__lte=5),
                name="days are within a working week",
            ),
        )

    class Promises:
        open = (
            "id draft_reference reference organisation post call status version started_at days_per_week months "
            "earliest_start_on submitted_at withdrawn_at shortlisted_at released_at own_closes_at invitation "
            "expression came_by came_at is_rehearsal"
        )
        personal = (
            "unparsed started_by entered_by contact_phone whose_idea present_hours submitted_by withdrawn_reason "
            "hold_reason"
        )
        special = "declared_conflicts"
        financial = "current_salary wants_enhancement other_funding funding_by_body"
        frozen = (
            Frozen(
                "draft_reference reference organisation post call version started_at started_by invitation "
                "expression entered_by came_by came_at is_rehearsal contact_phone whose_idea current_salary "
                "present_hours wants_enhancement days_per_week months earliest_start_on other_funding "
                "funding_by_body declared_conflicts unparsed",
                CONTENT,
                ~Q(status=Status.DRAFT),
            ),
            Frozen(
                "submitted_at submitted_by",
                "When and by whom it was submitted cannot be changed after assessment has begun.",
                ~Q(status__in=[Status.DRAFT, Status.SUBMITTED]),
            ),
        )
        changing = "status own_closes_at withdrawn_at withdrawn_reason shortlisted_at released_at hold_reason"
        emptied = (
            "contact_phone whose_idea present_hours withdrawn_reason declared_conflicts current_salary "
            "wants_enhancement other_funding funding_by_body hold_reason unparsed"
        )
        kept = (Kept("started_by entered_by submitted_by", because=AUDIT),)
        about = OF_APPLICATION

    def __str__(self) -> str:
        return self.shown_reference

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.shown_reference])

    @property
    def shown_reference(self) -> str:
        """The reference in addresses and letters: the given one, before submission the draft's."""
        return self.reference or self.draft_reference

    @property
    def closes_at(self) -> datetime | None:
        own, of_call = self.own_closes_at, self.call.closes_at
        if own is None:
            return of_call
        if self.invitation_id:
            return own
        return None if of_call is None else max(own, of_call)

    @property
    def is_entered(self) -> bool:
        return self.entered_by_id is not None

    @property
    def awaits_decision(self) -> bool:
        return self.status in {Status.SHORTLISTED, Status.RESERVE}

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it can still be withdrawn: until the decision is released, and from the reserve list."""
        is_decided = self.released_at is not None and self.status != Status.RESERVE
        return not is_decided and APPLICATION.allows(self, "withdraw")

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be written and submitted at this instant, its call's unshown grace included."""
        call = self.call
        if self.is_rehearsal:
            return call.status == CallStatus.DRAFT
        if call.status != CallStatus.PUBLISHED or now < call.opens_at:
            return False
        return self.closes_at is None or now < self.closes_at + timedelta(seconds=call.grace_seconds)

    def may_be_edited(self, now: datetime) -> bool:
        return self.status == Status.DRAFT and self.is_open(now)

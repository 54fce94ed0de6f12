"""A call for proposals with its posts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applications.budget import Rates
from applications.lifecycle import CallStatus
from applications.models.programme import Goal, Strand
from applications.models.section import SectionOfCall, read_sections
from applications.scoring import Policy
from core.accounts.models import OfProgramme, Programme
from core.governance.models import Meeting
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept

TOTALS = [
    (Policy.MEAN.value, "The mean of their totals"),
    (Policy.MEDIAN.value, "The median of their totals"),
    (Policy.SUM.value, "The sum of their totals"),
]
TERMS = "The terms of a published call cannot be changed."
OF_PUBLISHED_CALL = ~Q(call__status=CallStatus.DRAFT)


class CallQuerySet(models.QuerySet["Call"]):
    """Calls by what the clock says of them."""

    def taking_applications(self, now: datetime) -> "CallQuerySet":
        """Published calls whose window is open at this instant (the grace is not shown, so not counted)."""
        return self.filter(status=CallStatus.PUBLISHED, opens_at__lte=now).filter(
            Q(closes_at__gt=now) | Q(closes_at__isnull=True)
        )


class Call(models.Model):
    """An invitation to organisations to propose a member of staff; its figures are data, never constants."""

    class Kind(models.TextChoices):
        """Who may apply."""

        OPEN = "open", "Open to all"
        BY_INVITATION = "invited", "By invitation"
        ROLLING = "rolling", "Rolling"

    class HoldsBack(models.TextChoices):
        """What is paid only once the final report is accepted."""

        FEE = "fee", "The management fee's share of the last instalment"
        NOTHING = "nothing", "Nothing"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="calls")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OPEN)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    summary = models.TextField(blank=True, help_text="Two or three plain sentences.")
    brief = models.TextField(blank=True, help_text="The whole brief, in Markdown.")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="calls")
    priorities_meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="meeting that agreed the priorities",
        help_text="Of an advisory group or board. Add it under Meetings first.",
    )
    strands = models.ManyToManyField(Strand, blank=True, related_name="calls")
    opens_at = models.DateTimeField("opens")
    closes_at = models.DateTimeField("closes", null=True, blank=True, help_text="Empty only for a rolling call.")
    grace_seconds = models.PositiveSmallIntegerField(
        default=60, help_text="Not shown. It allows for the time a request waits."
    )
    visits_from_on = models.DateField("assessment visits from", null=True, blank=True)
    visits_to_on = models.DateField("assessment visits to", null=True, blank=True)
    decision_week_on = models.DateField("decision in the week of", null=True, blank=True)
    start_month_on = models.DateField("start in the month of", null=True, blank=True)
    band_minimum = MoneyField("pay band from (£ a year)")
    band_maximum = MoneyField("pay band to (£ a year)")
    backfill = MoneyField("towards cover (£)", help_text="For whoever does the secondee's work meanwhile. 0 for none.")
    management_fee = MoneyField("management fee (£)", help_text="0 for none.")
    on_costs_percent = models.DecimalField("employer's on-costs (%)", max_digits=5, decimal_places=2, default=0)
    holds_back = models.CharField(
        "held back until the final report is accepted",
        max_length=7,
        choices=HoldsBack,
        blank=True,
        help_text="It is paid as an instalment of its own, after the last.",
    )
    least_days = models.DecimalField("least days a week", max_digits=2, decimal_places=1, default=3)
    term_months = models.PositiveSmallIntegerField("term (months)", default=12)
    longest_extension_months = models.PositiveSmallIntegerField("longest extension (months)", default=12)
    total_by = models.CharField(
        "total of several assessors",
        max_length=6,
        choices=TOTALS,
        default=Policy.MEAN,
        help_text="How the totals of an application's assessors make one. Each criterion counts by its weight.",
    )
    hides_names = models.BooleanField(
        "names hidden from assessors",
        default=False,
        editable=False,
        help_text="Assessors do not see who is proposed until they have scored the other criteria.",
    )
    sections = models.JSONField(
        "sections of the form", default=list, blank=True, help_text="Pairs of key and name, in order; empty: as usual."
    )
    pay_principle = models.TextField(blank=True, help_text="How pay is decided, in words that applicants read.")
    welcome = models.TextField(
        blank=True, help_text="Markdown. From whom you would like to hear, such as groups that are under-represented."
    )
    status = models.CharField(max_length=10, choices=CallStatus, default=CallStatus.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.TextField("why it was cancelled", blank=True, help_text="Everyone who applied reads it.")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at", "pk")
        verbose_name = "call for proposals"
        verbose_name_plural = "calls for proposals"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=CallStatus.values), name="a call has a known status"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True, kind="rolling") | Q(closes_at__gt=F("opens_at")),
                name="a call closes after it opens, unless rolling",
            ),
            models.CheckConstraint(
                condition=Q(visits_to_on__isnull=True) | Q(visits_to_on__gte=F("visits_from_on")),
                name="assessment visits end after they begin",
            ),
            models.CheckConstraint(
                condition=Q(band_minimum__gte=0, band_maximum__gte=F("band_minimum")), name="a pay band goes upwards"
            ),
            models.CheckConstraint(
                condition=Q(backfill__gte=0, management_fee__gte=0, on_costs_percent__gte=0, on_costs_percent__lte=100),
                name="a call's sums are not negative",
            ),
            models.CheckConstraint(
                condition=Q(total_by__in=[str(one) for one in Policy]), name="a call has a known way to its totals"
            ),
            models.CheckConstraint(
                condition=Q(holds_back__in=["", "fee", "nothing"]), name="a call holds back a known part"
            ),
            models.CheckConstraint(
                condition=Q(least_days__gt=0, least_days__lte=5), name="the least days are within a working week"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="a call is published by somebody at a time",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(status__in=["draft", "cancelled", "archived"]),
                name="a call that is out was published",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(cancelled_at__isnull=False) & ~Q(cancelled_reason=""),
                name="a cancelled call says when and why",
            ),
        )

    class Promises:
        open = (
            "id programme kind title slug summary brief goal strands opens_at closes_at grace_seconds visits_from_on "
            "visits_to_on decision_week_on start_month_on band_minimum band_maximum backfill management_fee "
            "on_costs_percent least_days term_months longest_extension_months total_by hides_names sections "
            "pay_principle welcome status published_at cancelled_at cancelled_reason priorities_meeting "
            "holds_back"
        )
        personal = "published_by"
        frozen = (
            Frozen(
                "programme kind title slug summary brief goal strands opens_at grace_seconds band_minimum "
                "band_maximum backfill management_fee on_costs_percent least_days term_months "
                "longest_extension_months total_by sections pay_principle welcome published_at published_by "
                "priorities_meeting",
                TERMS,
                ~Q(status=CallStatus.DRAFT),
                rising="closes_at visits_from_on visits_to_on decision_week_on start_month_on",
            ),
            # Apart, so that calls that were published before this was asked stay as they were sealed.
            Frozen("holds_back", TERMS, ~Q(status=CallStatus.DRAFT) & ~Q(holds_back="")),
        )
        changing = "status hides_names cancelled_at cancelled_reason"
        kept = (Kept("published_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.slug])

    @property
    def form_sections(self) -> tuple[SectionOfCall, ...]:
        return read_sections(self.sections)

    @property
    def is_draft(self) -> bool:
        return self.status == CallStatus.DRAFT

    @property
    def is_out(self) -> bool:
        return self.published_at is not None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_by_invitation(self) -> bool:
        return self.kind == self.Kind.BY_INVITATION

    @property
    def holds_fee_back(self) -> bool:
        return self.holds_back == self.HoldsBack.FEE

    @property
    def rates(self) -> Rates:
        return Rates(
            band_minimum=self.band_minimum,
            band_maximum=self.band_maximum,
            backfill=self.backfill,
            management_fee=self.management_fee,
            on_costs_percent=self.on_costs_percent,
            least_days=self.least_days,
            cover=self.programme.cover_name,
        )

    def is_open(self, now: datetime) -> bool:
        """Tell whether applications are taken at this instant: from opening until the deadline and its grace."""
        if self.status != CallStatus.PUBLISHED or now < self.opens_at:
            return False
        return self.closes_at is None or now < self.closes_at + timedelta(seconds=self.grace_seconds)

    def is_closed(self, now: datetime) -> bool:
        """Tell whether the deadline and its grace have passed; a rolling call never closes."""
        return self.closes_at is not None and now >= self.closes_at + timedelta(seconds=self.grace_seconds)


class Post(OfProgramme, models.Model):
    """A post at the host that a secondee would fill; it may stay vacant."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.PROTECT, related_name="posts")
    job_title = models.CharField(max_length=150)
    grade = models.CharField(max_length=50)
    team = models.CharField(max_length=150, blank=True)
    purpose = models.TextField(blank=True, help_text="Markdown.")
    accountabilities = models.TextField(blank=True, help_text="Markdown. Put each on its own line.")
    person_specification = models.TextField(blank=True, help_text="Markdown. Put each on its own line.")
    competencies = models.TextField(blank=True, help_text="Markdown.")

    class Meta:
        ordering = ("pk",)

    class Promises:
        open = "id call job_title grade team purpose accountabilities person_specification competencies"
        frozen = (
            Frozen(
                "call job_title grade team purpose accountabilities person_specification competencies",
                TERMS,
                OF_PUBLISHED_CALL,
            ),
        )

    def __str__(self) -> str:
        return self.job_title

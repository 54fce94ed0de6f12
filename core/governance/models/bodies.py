"""The bodies of a programme, like its Grants Committee, and the seats on them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate

from core.accounts.models import OfProgramme, Organisation, Programme
from core.accounts.roles import DECIDES_ON_GRANTS, Role
from core.promises import About, Kept

if TYPE_CHECKING:
    Bodies = models.Manager["Body"]
else:
    Bodies = models.Manager


class BodyManager(Bodies):
    """Bodies, and the one that decides on grants."""

    def committee_of(self, programme: Programme) -> Body:
        """Return the programme's Grants Committee, which is made when it is first asked for."""
        return self.get_or_create(programme=programme, role=DECIDES_ON_GRANTS, defaults={"name": "Grants Committee"})[0]


class Body(models.Model):
    """A group that meets and decides or advises.

    With a `role`, whoever holds it in the programme sits on the body, and nobody else does: its seats follow from the
    roles. Without one, the office gives the seats.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=100)
    purpose = models.TextField(blank=True, help_text="What it decides or advises on.")
    role = models.CharField(
        max_length=30,
        choices=Role,
        blank=True,
        help_text="Who holds this role in the programme sits on it. Empty: you give the seats.",
    )
    quorum = models.PositiveSmallIntegerField(
        default=0,
        help_text="How many voting members must be present for a decision, without those who step out for it. "
        "0: none was agreed.",
    )

    objects = BodyManager()

    class Meta:
        verbose_name_plural = "bodies"
        ordering = ("programme", "name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["programme", "name"], name="a body has a name of its own in its programme"),
            models.UniqueConstraint(
                fields=["programme", "role"], condition=~Q(role=""), name="one body for each role of a programme"
            ),
        )

    class Promises:
        open = "id programme name purpose role quorum"

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    """Seats by when they are held."""

    def on(self, day: date) -> SeatQuerySet:
        """Those held on this day: from its first to its last day, both included."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)

    def not_ended(self) -> SeatQuerySet:
        """Those whose last day is not over, by the database's clock: who asks about a permission gives no time."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=TruncDate(Now())))


class Seat(OfProgramme, models.Model):
    """A seat on a body: a person's own, or an organisation's with the person who speaks for it."""

    programme_through = "body"

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        help_text="The organisation that the person speaks for. Empty: the seat is the person's own.",
    )
    from_on = models.DateField("from")
    until_on = models.DateField("until and including", null=True, blank=True)
    is_voting = models.BooleanField("votes", default=True)
    is_chair = models.BooleanField("chairs the body", default=False, help_text="The chair confirms the minutes.")

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ("body", "-from_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="a seat ends no earlier than it begins",
            ),
            models.UniqueConstraint(
                fields=["body", "person"],
                condition=Q(until_on__isnull=True),
                name="a person holds one seat on a body at a time",
            ),
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(is_chair=True, until_on__isnull=True),
                name="a body has one chair at a time",
            ),
        )

    class Promises:
        open = "id body organisation from_on until_on is_voting is_chair"
        personal = "person"
        kept = (Kept("person", because="who sat on a body that decides or advises, as its minutes show"),)
        about = (About("person", "person"),)

    def __str__(self) -> str:
        return f"{self.person} for {self.organisation}" if self.organisation_id else str(self.person)

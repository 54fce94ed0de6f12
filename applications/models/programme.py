"""A programme of secondments: who funds, hosts and learns, and what it works towards."""

from django.db import models
from django.db.models import F, Q

from core.accounts.models import Organisation


class Programme(models.Model):
    """One partnership of a funder and a host, such as the Citizenship and Integration Initiative."""

    name = models.CharField(max_length=150, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    reference_prefix = models.CharField(
        max_length=8, unique=True, help_text="The first letters of every reference, like CII in CII-2019-014."
    )
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes_funded")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes_hosted")
    learning_partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="programmes_studied"
    )
    fewest_placements = models.PositiveSmallIntegerField(help_text="Fewer than this at once is warned about.")
    most_placements = models.PositiveSmallIntegerField(help_text="More than this at once is refused.")
    titles = models.JSONField(
        default=dict,
        blank=True,
        help_text='What this programme calls its people, like {"Grants director": "Director of Grants"}.',
    )

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(fewest_placements__lte=F("most_placements")),
                name="the fewest placements are no more than the most",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def title_of(self, role: str) -> str:
        """What this programme calls somebody in that role; the role's own name where it says nothing."""
        return str(self.titles.get(role, role))


class InForce(models.Model):
    """Something that holds for some years; a record keeps the one it was made under."""

    title = models.CharField(max_length=150)
    from_year = models.PositiveSmallIntegerField()
    to_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while it is in force.")

    class Meta:
        abstract = True
        ordering = ("-from_year", "title")

    def __str__(self) -> str:
        return self.title


class Goal(InForce):
    """One of the shared goals."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="goals")


class Strand(InForce):
    """A strand of work."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="strands")


class Counter(models.Model):
    """The last number given under a prefix, such as CII-2019; numbers are given one at a time."""

    prefix = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last:03d}"

    @classmethod
    def next_reference(cls, prefix: str) -> str:
        """Give the next reference, like CII-2019-014. Call it inside the transaction that uses it.

        The UPDATE takes the row's lock on both databases, so two submits never share a number.
        """
        row = cls.objects.filter(prefix=prefix)
        if not row.update(last=F("last") + 1):
            cls.objects.get_or_create(prefix=prefix)
            row.update(last=F("last") + 1)
        return str(cls.objects.get(prefix=prefix))

"""Goals, strands and reference numbers of a programme."""

from django.db import models
from django.db.models import F

from core.accounts.models import Programme


class InForce(models.Model):
    """Something that holds for some years; a record keeps the one it was made under."""

    title = models.CharField(max_length=150)
    from_year = models.PositiveSmallIntegerField()
    to_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty while it is in force.")

    class Meta:
        abstract = True
        ordering = ("-from_year", "title")

    class Promises:
        open = "id title from_year to_year"

    def __str__(self) -> str:
        return self.title


class Goal(InForce):
    """One of the shared goals."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="goals")

    class Promises:
        open = "programme"


class Strand(InForce):
    """A strand of work."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="strands")

    class Promises:
        open = "programme"


class Counter(models.Model):
    """The last number given under a prefix, such as CII-2019; numbers are given one at a time."""

    prefix = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Promises:
        open = "prefix last"

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

"""A list of the admin as somebody filtered, searched and sorted it, under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.accounts.models import Programme
from core.promises import About

LONGEST_NAME = 60
LONGEST_ADDRESS = 2000


class SavedList(models.Model):
    """Filters, search, order and columns of one list: a person's own, or shared with a programme's grants office."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_lists",
        help_text="Whose own it is; empty: the office's.",
    )
    shared_in = models.ForeignKey(
        Programme, models.CASCADE, verbose_name="shared in", null=True, blank=True, related_name="saved_lists"
    )
    listing = models.CharField(max_length=60, help_text="What it lists, like applications.application.")
    name = models.CharField(max_length=LONGEST_NAME)
    address = models.TextField(max_length=LONGEST_ADDRESS, blank=True, help_text="What follows ? in its address.")
    saved_at = models.DateTimeField("saved")

    class Meta:
        ordering = ("listing", "name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(shared_in__isnull=True),
                name="a saved list is one person's or one programme's",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a saved list has a name"),
            models.UniqueConstraint(fields=["person", "listing", "name"], name="a person saves a name once per list"),
            models.UniqueConstraint(
                fields=["shared_in", "listing", "name"], name="a name is shared once per list and programme"
            ),
        )

    class Promises:
        open = "id shared_in listing saved_at"
        personal = "person name address"
        is_deleted = True
        about = (About("person", "name address"),)

    def __str__(self) -> str:
        return self.name

    @property
    def programme_id(self) -> int | None:
        return self.shared_in_id

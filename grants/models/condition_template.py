"""Standard conditions of a programme's awards."""

from __future__ import annotations

from django.db import models

from applications.lifecycle import CandidateStatus
from applications.models import Application
from core.accounts.models import Programme


class ConditionTemplate(models.Model):
    """A condition in the programme's words, which is put into a decision and completed there."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="condition_templates")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=80, help_text="For choosing.")
    text = models.TextField(
        help_text="{organisation}, {secondee}, {post} and {start} fill in by themselves. Put [square brackets] around "
        "what is filled in at the decision, like: by [day]."
    )
    is_offered = models.BooleanField("can be chosen", default=True)

    class Meta:
        verbose_name = "standard condition"
        ordering = ("programme", "position", "pk")
        constraints = (models.UniqueConstraint(fields=["programme", "label"], name="one standard condition of a name"),)

    class Promises:
        open = "id programme position label text is_offered"

    def __str__(self) -> str:
        return self.label

    def filled(self, application: Application, **facts: str) -> str:
        """The text with what is known put in; `facts` are the post and the start of the award."""
        person = application.candidates.filter(status=CandidateStatus.CONFIRMED).first()
        known = {"organisation": str(application.organisation), "secondee": person.name if person else "", **facts}
        text = self.text
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", value or f"[{name}]")
        return " ".join(text.split())

"""Questions that applicants asked about a call, and the answers everybody reads."""

from django.conf import settings
from django.db import models

from applications.models.call import Call
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept


class Enquiry(OfProgramme, models.Model):
    """A question about a call, sent from its page, which the office answers or sets aside."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.CASCADE, related_name="enquiries")
    text = models.TextField()
    email = models.EmailField(help_text="Where the answer goes.")
    asked_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True, help_text="When it was answered or set aside.")

    class Meta:
        ordering = ("asked_at", "pk")
        verbose_name_plural = "enquiries"

    class Promises:
        open = "id call asked_at handled_at"
        personal = "text email"
        is_deleted = True
        about = (About("email", "text email"),)

    def __str__(self) -> str:
        return self.text


class Clarification(OfProgramme, models.Model):
    """A question about a call with the office's answer, published for everybody at once."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.CASCADE, related_name="clarifications")
    question = models.TextField(help_text="As it was asked, without anything that identifies who asked.")
    answer = models.TextField(help_text="Markdown.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("published_at", "pk")

    class Promises:
        open = "id call question answer published_at"
        personal = "published_by"
        frozen = (Frozen("call question answer published_at published_by", "A published answer cannot be changed."),)
        kept = (Kept("published_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.question

"""What was submitted last, while its organisation edits a copy."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from applications.models.application import Application
from core.accounts.models import OfProgramme


class StandingSubmission(OfProgramme, models.Model):
    """The last submission of an application that was reopened.

    It counts at the close unless the organisation submits again or withdraws; then the row is deleted.
    """

    programme_through = "application"

    application = models.OneToOneField(Application, models.CASCADE, related_name="standing")
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.JSONField(
        encoder=DjangoJSONEncoder, help_text="Facts, answers, the proposed secondee's confirmation, documents."
    )

    class Promises:
        open = "id application submitted_at"
        personal = "submitted_by"
        special = "content"
        is_deleted = True

    def __str__(self) -> str:
        return f"{self.application} as submitted"

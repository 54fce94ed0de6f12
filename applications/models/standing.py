"""What was submitted last, while its organisation edits a copy."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from applications.models.candidate import Candidate
from core.accounts.models import OfProgramme
from core.promises import About


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
        about = (About(OF_CANDIDATE, "content"),)

    def __str__(self) -> str:
        return f"{self.application} as submitted"

    @property
    def candidate(self) -> Candidate | None:
        """Who confirmed it, whatever they said of the copy."""
        return self.application.candidates.filter(pk=self.content["candidate"]).first()

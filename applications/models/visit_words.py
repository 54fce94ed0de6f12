"""What somebody needs at an assessment visit, and what each visitor writes down after it."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models

from applications.models.about import OF_CANDIDATE_OF_VISIT
from applications.models.assessment import AssessmentVisit, Attendee
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Kept


class AccessNeeds(OfProgramme, models.Model):
    """What one person needs to take part in a visit, in their own words; deleted when the visit is over."""

    programme_through = "attendee"

    attendee = models.OneToOneField(Attendee, models.CASCADE, related_name="access_needs")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "access needs"
        ordering = ("attendee",)

    class Promises:
        open = "id attendee"
        personal = "written_at"
        special = "text"
        is_deleted = True
        about = (About("attendee__email", "text written_at"),)

    def __str__(self) -> str:
        return f"Access needs: {self.attendee}"


def needs_token(attendee: Attendee) -> str:
    """The token of the link by which an attendee says what they need; another address makes another."""
    return _signer(attendee.email).sign(str(attendee.pk))


def attendee_of(token: str) -> Attendee | None:
    """Whose link it is; None for one that is not ours, and for who is no longer expected under this address."""
    key = token.partition(":")[0]
    rows = Attendee.objects.select_related("visit__application__organisation", "visit__application__call__programme")
    attendee = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS else None
    if attendee is None:
        return None
    try:
        _signer(attendee.email).unsign(token)
    except BadSignature:
        return None
    return attendee


MOST_DIGITS = 18  # of a key that every database can hold


def _signer(email: str) -> Signer:
    return Signer(salt=f"applications.access_needs {email}")


class VisitNote(OfProgramme, models.Model):
    """What one visitor writes down of a visit. It stays when somebody else comes in their place."""

    programme_through = "visit"

    visit = models.ForeignKey(AssessmentVisit, models.CASCADE, related_name="visitor_notes")
    text = models.TextField("notes")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = "visitor's notes"
        verbose_name_plural = "visitors' notes"
        ordering = ("written_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["visit", "written_by"], name="a visitor writes notes of a visit once"),
        )

    class Promises:
        open = "id visit written_at"
        personal = "text written_by"
        emptied = "text"
        kept = (Kept("written_by", because=AUDIT),)
        about = (About(OF_CANDIDATE_OF_VISIT, "text", in_confidence="text"),)

    def __str__(self) -> str:
        return f"Notes of {self.written_by} on {self.visit}"

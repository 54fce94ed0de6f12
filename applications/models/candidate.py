"""The proposed secondee of an application, and their own answer."""

from django.db import models
from django.db.models import Q

from applications.lifecycle import LIVE_CANDIDATE, CandidateStatus
from applications.models.application import CONTENT, OF_SUBMITTED_APPLICATION, Application
from core.accounts.models import OfProgramme
from core.promises import About, Frozen, Kept


class Candidate(OfProgramme, models.Model):
    """The proposed secondee: seldom the one who types, so asked."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="candidates")
    name = models.CharField(max_length=150)
    email = models.EmailField()
    corrected_email = models.EmailField(
        "corrected address", blank=True, help_text="Where we email, once the office has corrected the address."
    )
    job_title = models.CharField(max_length=150)
    status = models.CharField(max_length=10, choices=CandidateStatus, default=CandidateStatus.NAMED)
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_digest = models.CharField(max_length=64, blank=True, help_text="Of what was shown, and of the CV.")
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True, help_text="What the proposed secondee says is wrong.")
    remarked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "proposed secondee"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=CandidateStatus.values), name="a candidate has a known status"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status__in=LIVE_CANDIDATE),
                name="one proposed secondee per application",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | (Q(confirmed_at__isnull=False) & ~Q(confirmed_digest="")),
                name="a confirmation says when and of what",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["asked", "confirmed"]) | Q(asked_at__isnull=False, token_digest__isnull=False),
                name="who is asked has a link",
            ),
        )

    class Promises:
        open = "id application"
        personal = (
            "name email corrected_email job_title status token_digest asked_at confirmed_at confirmed_digest "
            "declined_at withdrawn_at remark remarked_at"
        )
        frozen = (
            Frozen(
                "application name email job_title asked_at confirmed_at confirmed_digest remark remarked_at",
                CONTENT,
                OF_SUBMITTED_APPLICATION,
            ),
        )
        changing = "status corrected_email token_digest declined_at withdrawn_at"
        emptied = "name email corrected_email job_title confirmed_digest remark"
        kept = (
            Kept(
                "status asked_at confirmed_at declined_at withdrawn_at remarked_at",
                because="how often and when someone without a name answered",
            ),
            Kept("token_digest", because="the digest of a link that has ended; nothing can be read from it"),
        )
        about = (
            About(
                "email corrected_email",
                "name email corrected_email job_title status token_digest asked_at confirmed_at confirmed_digest "
                "declined_at withdrawn_at remark remarked_at",
                withheld="token_digest confirmed_digest",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return self.corrected_email or self.email

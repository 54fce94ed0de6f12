"""Programmes, which organisations take part in them, and the roles that people hold in them."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from core.accounts.models.organisations import Organisation
from core.accounts.models.people import User
from core.accounts.roles import Role
from core.promises import About, Kept


def refuse_unknown_roles(titles: dict[str, str]) -> None:
    if unknown := sorted(set(titles) - set(Role.values)):
        raise ValidationError(f"There is no role {', '.join(unknown)}. Name only roles of the programme.")


class Programme(models.Model):
    """One partnership of a funder and a host, such as the Citizenship and Integration Initiative."""

    name = models.CharField(max_length=150, unique=True)
    slug = models.SlugField(
        "address", max_length=60, unique=True, help_text="The last part of the page's address, after /programmes/."
    )
    reference_prefix = models.CharField(
        max_length=8,
        unique=True,
        help_text="The start of every reference, up to 8 characters, like ABC in ABC-2019-014.",
    )
    funder = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="programmes_funded",
        help_text="Holds the fund, decides and pays. Add the organisation first if it is not in the list.",
    )
    host = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="programmes_hosted",
        help_text="The public body where the secondees work.",
    )
    learning_partner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes_studied",
        help_text="Studies what the secondments achieve. Leave it empty if there is none.",
    )
    fewest_placements = models.PositiveSmallIntegerField(
        default=1, help_text="We warn if there are fewer than this at once."
    )
    most_placements = models.PositiveSmallIntegerField(default=5, help_text="We refuse more than this at once.")
    area = models.CharField(
        "area that benefits", max_length=80, blank=True, help_text="As open data names it, like a city or a region."
    )
    area_code = models.CharField(
        "code of the area",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^[EWSNK]\d{8}$", "Enter the code like E12000007.")],
        help_text="By the Office for National Statistics, like E12000007. Leave it empty if you do not know it.",
    )
    longest_months = models.PositiveSmallIntegerField(
        "longest secondment, in months", default=24, help_text="With its extension. We refuse more."
    )
    extension_notice_days = models.PositiveSmallIntegerField(
        "days before the end by which an extension is asked for",
        default=90,
        help_text="Until then everyone in a placement can ask; afterwards only the grants office.",
    )
    bank_wait_days = models.PositiveSmallIntegerField(
        "days before new bank details are used",
        default=5,
        help_text="Working days after their approval. Payments wait meanwhile, so that a false change is noticed.",
    )
    organisations = models.ManyToManyField(
        Organisation, related_name="programmes", blank=True, help_text="Every organisation in the programme."
    )
    cover_name = models.CharField(
        "word for cover",
        max_length=30,
        default="cover",
        help_text="What you call the pay of whoever does the secondee's work meanwhile, like cover or locum pay.",
    )
    about = models.TextField(
        blank=True, help_text="Markdown. What the programme is for, at the head of its page. Empty: a standard text."
    )
    how_it_works = models.TextField(
        blank=True, help_text="Markdown. The steps from a call to a secondment. Empty: a standard text."
    )
    agreement_duties = models.TextField(
        "what the organisation does",
        blank=True,
        help_text="Markdown. Part 5 of the funding agreement, in your own words. Empty: a standard text.",
    )
    titles = models.JSONField(
        default=dict,
        blank=True,
        validators=[refuse_unknown_roles],
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

    class Promises:
        open = (
            "id name slug reference_prefix funder host learning_partner fewest_placements most_placements titles "
            "organisations longest_months extension_notice_days bank_wait_days area area_code cover_name about "
            "how_it_works agreement_duties"
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.slug])

    def title_of(self, role: str) -> str:
        return str(self.titles.get(role, role))

    @cached_property
    def funding_organisations(self) -> list[Organisation]:
        """Who pays into the fund, who holds it first (settings.FUNDER_SOURCE)."""
        organisations: list[Organisation] = import_string(settings.FUNDER_SOURCE)(self)
        return organisations

    @property
    def programme_id(self) -> int:
        """Its own key, so that a rule can ask any thing for its programme."""
        return self.pk


@dataclass(frozen=True, slots=True)
class Participation:
    """An organisation in a programme, for rules that ask about both."""

    organisation_id: int
    programme_id: int


class RoleAssignment(models.Model):
    """A role that a person holds in a programme; the administrator's is held in the installation."""

    person = models.ForeignKey(User, models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=30, choices=Role)
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="role_assignments")

    class Meta:
        ordering = ("role", "programme", "pk")
        constraints = (
            models.UniqueConstraint(fields=["person", "role", "programme"], name="a role is held once in a programme"),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(programme__isnull=True),
                name="a role is held once in the installation",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ADMINISTRATOR, programme__isnull=True)
                | (~Q(role=Role.ADMINISTRATOR) & Q(programme__isnull=False)),
                name="every role but the administrator's is held in a programme",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a role is one of the closed list"),
        )

    class Promises:
        open = "id programme"
        personal = "person role"
        kept = (
            Kept("person role", because="who works on a programme in which role; it ends when the role is taken back"),
        )
        about = (About("person", "person role"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.role}" + (f" in {self.programme}" if self.programme else "")


class RoleRequest(models.Model):
    """A role that one administrator asked for and another has not yet confirmed; the row is deleted with the answer."""

    person = models.ForeignKey(User, models.CASCADE, related_name="role_requests")
    role = models.CharField(max_length=30, choices=Role)
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="role_requests")
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("role", "programme", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["person", "role", "programme"], name="a role is asked for once in a programme"
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(programme__isnull=True),
                name="a role is asked for once in the installation",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ADMINISTRATOR, programme__isnull=True)
                | (~Q(role=Role.ADMINISTRATOR) & Q(programme__isnull=False)),
                name="a role is asked for where it is held",
            ),
            models.CheckConstraint(condition=~Q(person=F("asked_by")), name="nobody asks for a role for themselves"),
        )

    class Promises:
        open = "id programme asked_at"
        personal = "person role asked_by"
        kept = (Kept("person role asked_by", because="it is deleted when the request is answered"),)
        about = (About("person", "person role"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.role}" + (f" in {self.programme}" if self.programme else "")


class OfProgramme:
    """A row that belongs to a programme through another row: `programme_through` names the field that leads there."""

    programme_through: ClassVar[str]

    @property
    def programme_id(self) -> int:
        """The key of the programme, found over the named field."""
        key: int = getattr(self, self.programme_through).programme_id
        return key

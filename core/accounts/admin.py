"""People and organisations in the admin: roles are given, and people invited, by the actions."""

from typing import TYPE_CHECKING, Any, cast

import allauth.account.admin
import allauth.mfa.admin
import django.contrib.auth.admin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.accounts import actions, second_factor
from core.accounts.forms import OrganisationForm
from core.accounts.models import Membership, Organisation, Programme, User
from core.accounts.requests import Personal
from core.accounts.roles import Role
from core.admin import StepButton, StepForm, StepsAdmin
from core.audit import trail

if TYPE_CHECKING:
    MembershipInlineBase = admin.StackedInline[Membership, Organisation]
    MembersFormSet = forms.BaseInlineFormSet[Membership, Organisation, forms.ModelForm[Membership]]
    PersonForm = forms.ModelForm[User]
else:
    MembershipInlineBase = admin.StackedInline
    MembersFormSet = forms.BaseInlineFormSet
    PersonForm = forms.ModelForm

LEAD = Membership.Standing.LEAD


def role_choices() -> list[tuple[str, str]]:
    """Every role in every programme, and the administrator's in the installation, as ("role|programme id", words)."""
    held = [role for role in Role if role != Role.ADMINISTRATOR]
    programmes = list(Programme.objects.order_by("name"))
    return [
        (f"{Role.ADMINISTRATOR}|", str(Role.ADMINISTRATOR)),
        *((f"{role}|{programme.pk}", f"{role}: {programme}") for programme in programmes for role in held),
    ]


def roles_field() -> forms.MultipleChoiceField:
    """The roles of each programme as boxes to tick."""
    return forms.MultipleChoiceField(choices=role_choices, required=False, widget=forms.CheckboxSelectMultiple)


class RolesForm(StepForm):
    """Which roles a person holds, in which programme."""

    assignments = roles_field()
    assignments.label = "Roles"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tick the roles the person has now."""
        super().__init__(*args, **kwargs)
        pairs = self.thing.assignments
        self.fields["assignments"].initial = sorted(f"{role}|{programme or ''}" for role, programme in pairs)


class MemberField(forms.ModelChoiceField):
    """A member by name, address and standing."""

    def label_from_instance(self, obj: Any) -> str:
        """Say who it is."""
        return f"{obj.person.name} ({obj.person.email}), {obj.get_standing_display().lower()}"


class AppointLeadForm(StepForm):
    """Who becomes the lead: a member, or somebody invited by their address; and why."""

    member = MemberField(Membership.objects.none(), required=False, label="One of its members", empty_label="Nobody")
    email = forms.EmailField(
        required=False, label="Or the address of somebody else", help_text="They get an invitation to join as a lead."
    )
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Like: the only lead has left, and the chair has confirmed it by letter. It is kept on the history.",
        error_messages={"required": "Say why the office appoints a lead."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the members who can sign in."""
        super().__init__(*args, **kwargs)
        members = self.thing.memberships.filter(person__is_active=True).select_related("person")
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class InvitePersonForm(PersonForm):
    """Somebody new: an account and a letter by which they choose a password."""

    roles = roles_field()

    class Meta:
        model = User
        fields = ("name", "email", "works_for")

    def clean_email(self) -> str:
        """Keep one account per address, however it is typed."""
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this address already: give its person the roles.")
        return email

    def save_m2m(self) -> None:
        """Leave the roles to the action that invites the person."""


class RoleFilter(admin.SimpleListFilter):
    """People by role."""

    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the ten roles."""
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep the people with the chosen role."""
        return queryset.filter(role_assignments__role=self.value()).distinct() if self.value() else queryset


def never_came(person: User) -> bool:
    """Tell whether the person was invited and has not chosen a password."""
    return person.is_active and not person.has_usable_password()


@admin.register(User)
class PersonAdmin(StepsAdmin):
    """People: found by role, given roles, invited."""

    list_display = ("name", "email", "works_for", "role_names", "is_active", "last_login")
    list_filter = (RoleFilter, "is_active")
    list_select_related = ("works_for",)
    search_fields = ("name", "email")
    readonly_fields = ("email", "role_names", "is_staff", "last_login", "date_joined")
    fields = ("name", "email", "works_for", "role_names", "is_active", "is_staff", "last_login", "date_joined")
    steps = {
        "roles": StepButton(
            "Give roles", actions.give_all_roles, "accounts.give_roles", form=RolesForm, done="Roles saved."
        ),
        "invite": StepButton(
            "Send the invitation again",
            actions.invite_again,
            "accounts.add_user",
            when=never_came,
            done="A new link is on its way to {thing}.",
        ),
        "second-factor": StepButton(
            "Remove the second factor",
            actions.remove_second_factor,
            "accounts.give_roles",
            confirm="For somebody who has lost both the app and the recovery codes, and whom you know by voice. They"
            " set up a new one when they next sign in.",
            when=second_factor.has_one,
            done="{thing} no longer has a second factor.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Fetch everybody's roles in one go."""
        return super().get_queryset(request).prefetch_related("role_assignments__programme")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask for an address and roles when somebody is new."""
        return super().get_form(request, obj, change, **kwargs) if obj else InvitePersonForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Show what there is to know of a person, or what a new one needs."""
        return self.fields if obj else ("name", "email", "works_for", "roles")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        """Let a new person's address be typed."""
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> User:
        """Invite a new person instead of only writing a row."""
        if change:
            return cast("User", super().save_form(request, form, change))
        asked = cast("Personal", request)  # the admin lets in only who has signed in
        facts = {"by": asked.user, "at": asked.arrived_at}
        given = dict(form.cleaned_data)
        assignments = given.pop("roles")
        person = actions.invite_person(**given, **facts)
        if assignments:
            actions.give_all_roles(person, assignments, **facts)
        return person

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Write what was changed; a new person is there already."""
        if change:
            super().save_model(request, obj, form, change)

    @admin.display(description="roles")
    def role_names(self, person: User) -> str:
        """Return the person's roles in one line."""
        held = (f"{one.role} ({one.programme})" if one.programme else one.role for one in person.role_assignments.all())
        return ", ".join(sorted(held))


class MembershipFormSet(MembersFormSet):
    """The people of one organisation, of whom one stays a lead."""

    def clean(self) -> None:
        """Refuse to leave an organisation without a lead who can sign in, if it had one."""
        super().clean()
        if not self.instance.pk:
            return
        if any(form.instance.pk and "person" in form.changed_data for form in self.forms):
            raise forms.ValidationError("To put another person in somebody's place, delete the one and add the other.")
        had_one = self.instance.memberships.filter(standing=LEAD, person__is_active=True).exists()
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        has_one = any(row.get("standing") == LEAD and row["person"].is_active for row in kept if row.get("person"))
        if had_one and not has_one and not any(self.errors):
            raise forms.ValidationError(
                f"{self.instance} would be left without a lead. Make somebody else a lead first, or appoint one by the "
                "button above."
            )


class MembershipInline(MembershipInlineBase):
    """Who is in an organisation."""

    model = Membership
    formset = MembershipFormSet
    fields = ("person", "standing", "is_signatory", "joined_at")
    readonly_fields = ("joined_at",)
    raw_id_fields = ("person",)
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(StepsAdmin):
    """Organisations, with their people."""

    form = OrganisationForm
    list_display = ("name", "legal_form", "charity_number", "company_number")
    list_filter = ("legal_form",)
    search_fields = ("name", "aliases", "charity_number", "company_number")
    inlines = (MembershipInline,)
    steps = {
        "appoint-lead": StepButton(
            "Appoint a lead",
            actions.appoint_lead,
            "accounts.appoint_lead",
            form=AppointLeadForm,
            done="The lead is appointed, or invited. The other members are told by letter.",
        ),
    }

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Change and remove people by the actions, which keep the last lead and write the trail; add the new ones."""
        formset.save(commit=False)
        act = {"by": request.user, "at": request.arrived_at}
        changed = [membership for membership, _ in formset.changed_objects]
        for membership in sorted(changed, key=lambda row: row.standing != LEAD):  # first who is raised, then the others
            facts = {"standing": membership.standing, "is_signatory": membership.is_signatory}
            actions.change_standing(membership, **facts, **act)
        for membership in formset.deleted_objects:
            actions.remove_person(membership, **act)
        for membership in formset.new_objects:
            membership.joined_at = request.arrived_at
            membership.save()
            detail = {"person": membership.person_id, "standing": membership.standing}
            trail.record("person added by the office", membership.organisation, **act, **detail)


# What these packages put into the admin would go round the actions: roles are given, addresses are proved, and a second
# factor is removed, only by them.
THEIRS = (django.contrib.auth.admin, allauth.account.admin, allauth.mfa.admin)
admin.site.unregister([Group, EmailAddress, Authenticator])

"""People in the admin: roles are given, and people invited, by the actions."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core import step_up
from core.accounts import actions, second_factor, sessions
from core.accounts.models import Programme, User
from core.accounts.requests import Personal, acting
from core.accounts.roles import Role
from core.accounts.work_queue import INVITED
from core.admin import StepButton, StepForm, StepsAdmin, tasks_filter
from core.dates import say_moment

if TYPE_CHECKING:
    PersonForm = forms.ModelForm[User]
else:
    PersonForm = forms.ModelForm


def role_choices() -> list[tuple[str, str]]:
    """Every role in every programme, and the administrator's in the installation, as ("role|programme id", words)."""
    held = [role for role in Role if role != Role.ADMINISTRATOR]
    programmes = list(Programme.objects.order_by("name"))
    return [
        (f"{Role.ADMINISTRATOR}|", str(Role.ADMINISTRATOR)),
        *((f"{role}|{programme.pk}", f"{role}: {programme}") for programme in programmes for role in held),
    ]


def roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=role_choices, required=False, widget=forms.CheckboxSelectMultiple)


class RolesForm(StepForm):
    """Which roles a person holds, in which programme."""

    assignments = roles_field()
    assignments.label = "Roles"
    assignments.help_text = (
        "Another administrator confirms the roles of officer, director, finance, committee and administrator. "
        "We email the person when their roles change."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = self.thing.assignments | set(self.thing.role_requests.values_list("role", "programme"))
        self.fields["assignments"].initial = sorted(f"{role}|{programme or ''}" for role, programme in pairs)


class AddressForm(StepForm):
    """Where somebody is invited who has never signed in."""

    email = forms.EmailField(label="Their right email address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = f"Now it is {self.thing.email}. Links that we sent there stop working."


class InvitePersonForm(PersonForm):
    """Somebody new: an account and a letter by which they choose a password."""

    roles = roles_field()

    class Meta:
        model = User
        fields = ("name", "email", "works_for")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is already an account with this address. Give this person the roles.")
        return email

    def save_m2m(self) -> None:
        """Leave the roles to the action that invites the person."""


class RoleFilter(admin.SimpleListFilter):
    """People by role."""

    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(role_assignments__role=self.value()).distinct() if self.value() else queryset


def is_open(person: User) -> bool:
    return person.is_active


def is_closed(person: User) -> bool:
    return not person.is_active


def never_came(person: User) -> bool:
    return person.is_active and not person.has_usable_password()


@admin.register(User)
class PersonAdmin(StepsAdmin):
    """People: found by role, given roles, invited."""

    menu_place = 18
    list_display = ("name", "email", "works_for", "role_names", "is_active", "signed_in")
    list_filter = (tasks_filter(INVITED), RoleFilter, "is_active")
    list_select_related = ("works_for",)
    search_fields = ("name", "email")
    readonly_fields = (
        *("email", "role_names", "asked_roles", "is_active", "is_staff", "signed_in", "date_joined", "devices"),
    )
    fields = (
        *("name", "email", "works_for", "role_names", "asked_roles"),
        *("is_active", "is_staff", "signed_in", "date_joined", "devices"),
    )
    steps = {
        "roles": StepButton(
            "Give roles", actions.give_all_roles, "accounts.give_roles", form=RolesForm, done="We have saved the roles."
        ),
        "confirm-roles": StepButton(
            "Confirm the roles",
            actions.confirm_roles,
            "accounts.confirm_roles",
            confirm="Another administrator asked for these roles. Confirm them if this person should hold them.",
            done="{thing} has the roles, and we have emailed them.",
        ),
        "drop-roles": StepButton(
            "Do not give the roles asked for",
            actions.drop_role_requests,
            "accounts.drop_role_requests",
            confirm="The roles that wait for a second administrator are not given.",
            done="{thing} does not get the roles that were asked for.",
        ),
        "invite": StepButton(
            "Send the invitation again",
            actions.invite_again,
            "accounts.add_user",
            when=never_came,
            done="We are emailing a new link to {thing}.",
        ),
        "correct-address": StepButton(
            "Correct the address",
            actions.correct_address,
            "accounts.change_user",
            form=AddressForm,
            when=never_came,
            done="We are emailing {thing} an invitation at the new address.",
        ),
        "second-factor": StepButton(
            "Remove the second factor",
            actions.remove_second_factor,
            "accounts.remove_second_factor",
            confirm="For someone who has lost the app and the recovery codes, when you have checked by phone who "
            "they are. They will set up a new one when they next sign in.",
            when=second_factor.has_one,
            done="{thing} no longer has a second factor.",
            is_grave=True,
        ),
        "sign-out": StepButton(
            "Sign out everywhere",
            actions.end_sessions,
            "accounts.end_sessions",
            confirm="They are signed out on every device now, and we email them. They can sign in again: if someone "
            "else knows their password, close the account.",
            when=lambda person: bool(sessions.living(person)),
            done="{thing} is signed out on every device.",
        ),
        "close": StepButton(
            "Close the account",
            actions.close_account,
            "accounts.change_user",
            confirm="They can no longer sign in. Their roles and memberships stay, and you can open the account again.",
            when=is_open,
            done="{thing} can no longer sign in.",
            is_grave=True,
        ),
        "reopen": StepButton(
            "Open the account again",
            actions.reopen_account,
            "accounts.change_user",
            when=is_closed,
            done="{thing} can sign in again.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("role_assignments__programme")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else InvitePersonForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("name", "email", "works_for", "roles")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> User:
        """Invite a new person instead of only writing a row."""
        if change:
            return cast("User", super().save_form(request, form, change))
        facts = acting(cast("Personal", request))  # the admin lets in only who has signed in
        values = dict(form.cleaned_data)
        assignments = values.pop("roles")
        person = actions.invite_person(**values, **facts)
        if assignments:
            actions.give_all_roles(person, assignments, **facts)
        return person

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        step_up.demand(request, "accounts.give_roles")
        return super().add_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)

    @admin.display(description="last signed in", ordering="last_login")
    def signed_in(self, person: User) -> str:
        return say_moment(person.last_login) if person.last_login else "–"

    @admin.display(description="roles")
    def role_names(self, person: User) -> str:
        held = (f"{one.role} ({one.programme})" if one.programme else one.role for one in person.role_assignments.all())
        return ", ".join(sorted(held))

    @admin.display(description="roles to confirm")
    def asked_roles(self, person: User) -> str:
        asked = person.role_requests.select_related("programme", "asked_by")
        return ", ".join(
            f"{one.role}{f' ({one.programme})' if one.programme else ''}, asked for by {one.asked_by}" for one in asked
        )

    @admin.display(description="signed in on")
    def devices(self, person: User) -> str:
        rows = sessions.living(person)
        return "; ".join(f"{row.user_agent}, last used {say_moment(row.last_seen_at)}" for row in rows)

"""Organisations and their members in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core.accounts import actions
from core.accounts.forms import OrganisationForm
from core.accounts.models import Membership, Organisation, Programme
from core.accounts.rules import works_for_the_office
from core.admin import StepButton, StepForm, StepsAdmin
from core.admin.history import by_and_at
from core.visibility import visible

if TYPE_CHECKING:
    MembershipInlineBase = admin.StackedInline[Membership, Organisation]
    MembersFormSet = forms.BaseInlineFormSet[Membership, Organisation, forms.ModelForm[Membership]]
else:
    MembershipInlineBase = admin.StackedInline
    MembersFormSet = forms.BaseInlineFormSet

LEAD = Membership.Standing.LEAD


class MemberField(forms.ModelChoiceField):
    """A member by name, address and standing."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person.name} ({obj.person.email}), {obj.get_standing_display().lower()}"


class AppointLeadForm(StepForm):
    """Who becomes the lead: a member, or somebody invited by their address; and why."""

    member = MemberField(Membership.objects.none(), required=False, label="One of its members", empty_label="Nobody")
    email = forms.EmailField(
        required=False,
        label="Or someone else's email address",
        help_text="We will email them an invitation to join as a lead.",
    )
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="For example: the only lead has left, and the chair has confirmed this in writing. The history "
        "shows this.",
        error_messages={"required": "Enter why the office appoints a lead."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.thing.memberships.filter(person__is_active=True).select_related("person")
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class MembershipFormSet(MembersFormSet):
    """The people of one organisation, of whom one stays a lead."""

    def clean(self) -> None:
        """Refuse to leave an organisation without a lead who can sign in, if it had one."""
        super().clean()
        if not self.instance.pk:
            return
        if any(form.instance.pk and "person" in form.changed_data for form in self.forms):
            raise forms.ValidationError("To replace a person, delete them and add the other.")
        for form in self.forms:
            person = form.cleaned_data.get("person") if form.is_valid() and not form.instance.pk else None
            if person and works_for_the_office(person, self.instance):
                sentence = f"{person} works for a funder or host: a lead of {self.instance} invites them."
                raise forms.ValidationError(sentence)
        had_one = self.instance.memberships.filter(standing=LEAD, person__is_active=True).exists()
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        has_one = any(row.get("standing") == LEAD and row["person"].is_active for row in kept if row.get("person"))
        if had_one and not has_one and not any(self.errors):
            raise forms.ValidationError(
                f"{self.instance} would have no lead. First make someone else a lead, or appoint one with the "
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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the list of people to those who may open it; the others add people by the button above."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and not request.user.has_perm("accounts.view_user"):
            field.widget = forms.NumberInput()
        return field


class OfficeOrganisationForm(OrganisationForm):
    """An organisation's details, and how sentences name it."""

    class Meta(OrganisationForm.Meta):
        fields = ("name", "article", *OrganisationForm.Meta.fields[1:])
        labels: ClassVar[dict[str, str]] = OrganisationForm.Meta.labels | {
            "article": "Article before the name in sentences (optional)"
        }


class AddOrganisationForm(OfficeOrganisationForm):
    """A new organisation, with the programmes it takes part in: only their offices will see it."""

    programmes = forms.ModelMultipleChoiceField(
        Programme.objects.none(), label="Programmes", widget=forms.CheckboxSelectMultiple
    )


@admin.register(Organisation)
class OrganisationAdmin(StepsAdmin):
    """Organisations, with their people."""

    form = OfficeOrganisationForm
    list_display = ("name", "legal_form", "charity_number", "company_number")
    menu_place = 17
    list_filter = ("legal_form",)
    search_fields = ("name", "aliases", "charity_number", "company_number", "society_number")
    inlines = (MembershipInline,)
    steps = {
        "appoint-lead": StepButton(
            "Appoint a lead",
            actions.appoint_lead,
            "accounts.appoint_lead",
            form=AppointLeadForm,
            done="You have appointed or invited the lead. We are emailing the other members.",
        ),
    }

    def get_form(
        self, request: HttpRequest, obj: Organisation | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Organisation]]:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form: Any = super().get_form(request, obj, change, **kwargs | {"form": AddOrganisationForm, "fields": None})
        programmes = visible(Programme, request.user)
        field = form.base_fields["programmes"]
        field.queryset = programmes
        field.initial = list(programmes) if programmes.count() == 1 else []
        field.required = not request.user.has_perm("accounts.add_programme")
        return form  # type: ignore[no-any-return]

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[Any]:
        """Put the programmes after an organisation's own fields."""
        return [*OfficeOrganisationForm.Meta.fields, *(() if obj else ("programmes",))]

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm[Organisation], formsets: Iterable[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        for programme in form.cleaned_data.get("programmes", ()):
            actions.take_part(form.instance, programme, **by_and_at(request))

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm[Organisation], formset: Any, change: bool
    ) -> None:
        formset.save(commit=False)
        facts = by_and_at(request)
        changed = [membership for membership, _ in formset.changed_objects]
        for membership in sorted(changed, key=lambda row: row.standing != LEAD):  # first who is raised, then the others
            values = {"standing": membership.standing, "is_signatory": membership.is_signatory}
            actions.change_standing(membership, **values, **facts)
        for membership in formset.deleted_objects:
            actions.remove_person(membership, **facts)
        for membership in formset.new_objects:
            values = {"standing": membership.standing, "is_signatory": membership.is_signatory}
            actions.add_member(membership.organisation, person=membership.person, **values, **facts)

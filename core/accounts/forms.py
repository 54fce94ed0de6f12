"""Forms of the account and organisation pages."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth import password_validation
from django.http import HttpRequest

from core.accounts import passwords, registers
from core.accounts.addresses import ASK, Doubt
from core.accounts.models import Membership, Organisation, User
from core.form_fields import ProseField

if TYPE_CHECKING:
    BodyForm = forms.ModelForm[Organisation]
    MemberForm = forms.ModelForm[Membership]
else:
    BodyForm = MemberForm = forms.ModelForm

NUMBERS = ("charity_number", "company_number", "society_number")


def helper(button: str, *, warning: bool = False) -> FormHelper:
    """Return the layout of a form with one button that says what it does."""
    form_helper = FormHelper()
    form_helper.add_input(Submit("send", button, css_class="govuk-button--warning" if warning else ""))
    return form_helper


class NameForm(forms.Form):
    """A person's name."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        error_messages={"required": "Enter your full name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    helper = helper("Save name")


class CheckedAddressesField(forms.MultipleChoiceField):
    """The addresses that were ticked; a tick for an address that was changed since is left out."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        return [email for email in super().to_python(value) if self.valid_value(email)]


class AddressesForm(forms.Form):
    """Asks about each address that may be another person's, where there is one; `sure_of` goes to the action."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = {name: self.data.get(self.add_prefix(name), "").strip() for name in self.fields}
        if doubts := self.doubts(typed) if self.is_bound else []:
            choices = [(doubt.email, f"{doubt.sentence} It is the right person.") for doubt in doubts]
            self.fields["sure_of"] = CheckedAddressesField(label="Check the address", required=False, choices=choices)

    def doubts(self, typed: Mapping[str, str]) -> list[Doubt]:
        raise NotImplementedError

    def clean_sure_of(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["sure_of"]
        field: Any = self.fields["sure_of"]
        if any(email not in ticked for email, _ in field.choices):
            raise forms.ValidationError(ASK)
        return ticked


class RegistrationForm(NameForm):
    """What registering asks besides the email address and a password; allauth builds its own form on this one."""

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class WelcomeForm(NameForm):
    """What an invited person says to open the account."""

    password = forms.CharField(
        label="Choose a password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    helper = helper("Open my account")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Take the person, whose name and address a password must not repeat."""
        super().__init__(*args, **kwargs)
        self.person = person
        field = self.fields["password"]
        field.help_text, field.error_messages["required"] = passwords.hint(person), passwords.ask(person)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password


class WebsiteField(forms.URLField):
    """The address of a website, which may be typed without https."""

    def __init__(self, **kwargs: Any) -> None:
        """Take an address without a scheme as https."""
        super().__init__(assume_scheme="https", **kwargs)


class RegisterNumberField(forms.CharField):
    """A number in a public register, however it is typed; `read` writes it as the register does."""

    read = staticmethod(registers.charity_number)

    def to_python(self, value: Any) -> str:
        return self.read(super().to_python(value) or "")


class CompanyNumberField(RegisterNumberField):
    read = staticmethod(registers.company_number)


class SocietyNumberField(RegisterNumberField):
    read = staticmethod(registers.society_number)


class ShortProseField(ProseField):
    """A few lines."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"most": 2000, **options})


class OrganisationForm(BodyForm):
    """An organisation's details."""

    helper = helper("Save organisation")

    class Meta:
        model = Organisation
        fields: ClassVar[tuple[str, ...]] = (
            *("name", "aliases", "legal_form", "charity_number", "company_number", "society_number", "has_no_number"),
            *("address", "website"),
        )
        labels: ClassVar[dict[str, str]] = {
            "name": "Name of the organisation",
            "aliases": "Other names (optional)",
            "legal_form": "What kind of body it is (optional)",
            "charity_number": "Charity number (optional)",
            "company_number": "Company number (optional)",
            "society_number": "Society number (optional)",
            "has_no_number": "It has no charity, company or society number",
            "address": "Address (optional)",
            "website": "Website (optional)",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "name": "The name in your governing document.",
            "aliases": "Working names and abbreviations. Put each on its own line.",
            "charity_number": "Like 123456, SC012345 in Scotland, or NIC100123 in Northern Ireland.",
            "company_number": "Eight characters, like 01234567, SC123456 or NI012345.",
            "society_number": "In the Mutuals Public Register, like 27937R.",
            "address": "We need the kind of body, its number and its address before we can award a grant.",
            "website": "Like https://example.org",
        }
        error_messages: ClassVar[dict[str, dict[str, str]]] = {
            "name": {"required": "Enter the name of the organisation"},
            "website": {"invalid": "Enter the website as a full address, like https://example.org"},
        }
        widgets: ClassVar[dict[str, Any]] = {
            "aliases": forms.Textarea(attrs={"rows": 3}),
            "address": forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        }
        field_classes: ClassVar[dict[str, Any]] = {
            "website": WebsiteField,
            "charity_number": RegisterNumberField,
            "company_number": CompanyNumberField,
            "society_number": SocietyNumberField,
            "aliases": ShortProseField,
            "address": ShortProseField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NUMBERS:  # the limit is the register's, after the blanks are out
            if field := self.fields.get(name):
                field.widget.attrs.pop("maxlength", None)
        if kind := self.fields.get("legal_form"):  # the admin leaves it out for whoever only reads
            kind.choices = [("", "Not given"), *Organisation.LegalForm.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a number beside the answer that there is none."""
        super().clean()
        if self.cleaned_data.get("has_no_number") and any(self.cleaned_data.get(name) for name in NUMBERS):
            self.add_error("has_no_number", "Clear this box, or take out the number above.")
        return self.cleaned_data


class NewOrganisationForm(OrganisationForm):
    """A new organisation's details, and the tick by which somebody carries on past a likely double."""

    carry_on = forms.BooleanField(
        label="This is another organisation. Continue",
        required=False,
        widget=forms.HiddenInput,
    )
    helper = helper("Name this organisation")

    def ask_to_carry_on(self) -> None:
        """Show the tick, which is hidden until there is a likely double."""
        self.fields["carry_on"].widget = forms.CheckboxInput()


class InviteForm(MemberForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="Their email address",
        error_messages={
            "required": "Enter your colleague's email address",
            "invalid": "Enter an email address, like name@example.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["email", "standing", "is_signatory"]
    helper = helper("Send the invitation")

    class Meta:
        model = Membership
        fields = ("standing", "is_signatory")
        labels: ClassVar[dict[str, str]] = {
            "standing": "What they may do",
            "is_signatory": "They are an authorised signatory",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "standing": "Editors write applications. Leads also submit them, and invite and remove people.",
            "is_signatory": "An authorised signatory signs agreements that bind the organisation.",
        }
        widgets: ClassVar[dict[str, Any]] = {"standing": forms.RadioSelect}


class StandingForm(InviteForm):
    """What a colleague may do."""

    email = None  # type: ignore[assignment] # Django's way to leave out an inherited field
    helper = helper("Save")


class RemoveForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Remove this person", warning=True)


class HeirField(forms.ModelChoiceField):
    """A colleague by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} ({obj.person.email})"


class LeaveForm(forms.Form):
    """Who takes over as lead, where the only lead leaves."""

    successor = HeirField(
        queryset=Membership.objects.none(),
        label="Who takes over as lead?",
        help_text="They can then submit, and invite and remove people. We will email them.",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the colleague who takes over as lead"},
    )
    helper = helper("Leave the organisation", warning=True)

    def __init__(self, *args: Any, colleagues: Any, needs_successor: bool, **kwargs: Any) -> None:
        """Offer the colleagues; ask nothing of who is not the only lead."""
        super().__init__(*args, **kwargs)
        if not needs_successor:
            del self.fields["successor"]
        else:
            self.fields["successor"].queryset = colleagues  # type: ignore[attr-defined]


class JoinForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Join this organisation")


class WithdrawForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Withdraw the invitation", warning=True)

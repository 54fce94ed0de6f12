"""Allauth's forms in our words: the same labels everywhere, and messages that say what to do."""

from copy import copy
from typing import Any

from allauth.account import forms as account
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.http import HttpRequest

from core.accounts import passwords
from core.accounts.actions.people import discard_unconfirmed

CODE_WAS_SENT = "We have just sent a code to this address. Check your email, or wait 10 seconds and register again."
ADDRESS = ("Email address", "Enter your email address, like name@example.org")
WORDS = {
    "login": ADDRESS,
    "email": ADDRESS,
    "password": ("Password", "Enter your password"),
    "oldpassword": ("Your current password", "Enter your current password"),
    "password1": ("Choose a password", passwords.ask()),
    "password2": ("The same password again", "Enter the same password again"),
    "code": ("Code", "Enter the code"),
}


def in_our_words(form: forms.Form) -> None:
    """Label the fields and say what to do when one is empty; labels are always shown, so placeholders go."""
    for name, field in form.fields.items():
        if name in WORDS:
            field.label, sentence = WORDS[name]
            field.error_messages |= {"required": sentence, "invalid": sentence}
            if name in {"login", "email"}:
                field.validators = [copy(validator) for validator in field.validators]  # every form shares Django's own
                for validator in field.validators:
                    if hasattr(validator, "message"):
                        validator.message = sentence
        if name == "password1":
            person = getattr(form, "user", None)
            field.help_text, field.error_messages["required"] = passwords.hint(person), passwords.ask(person)
        field.widget.attrs.pop("placeholder", None)


def worded(form_class: type[forms.Form]) -> type[forms.Form]:
    def __init__(self: forms.Form, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - a method of the class below
        form_class.__init__(self, *args, **kwargs)
        in_our_words(self)

    return type(form_class.__name__, (form_class,), {"__init__": __init__, "__doc__": form_class.__doc__})


LoginForm = worded(account.LoginForm)


class SignupForm(account.SignupForm):
    """Registration; a person who never confirmed their address may register again."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not ratelimit.consume(context.request, action="confirm_email", key=email.lower(), dry_run=True):
            raise forms.ValidationError(CODE_WAS_SENT, code="rate_limited")
        return email

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists and discard_unconfirmed(self.cleaned_data["email"]):
            self.account_already_exists = False
        return super().try_save(request)


AddEmailForm = worded(account.AddEmailForm)
ChangePasswordForm = worded(account.ChangePasswordForm)
ResetPasswordForm = worded(account.ResetPasswordForm)
ResetPasswordKeyForm = worded(account.ResetPasswordKeyForm)
ReauthenticateForm = worded(account.ReauthenticateForm)
ConfirmEmailVerificationCodeForm = worded(account.ConfirmEmailVerificationCodeForm)
ConfirmPasswordResetCodeForm = worded(account.ConfirmPasswordResetCodeForm)
AuthenticateForm = worded(mfa.AuthenticateForm)
ActivateTOTPForm = worded(totp.ActivateTOTPForm)


class LinkAddressForm(forms.Form):
    """The address of the account here that somebody wants to link."""

    email = forms.EmailField(
        help_text="The address of your account here.", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)


class ProofCodeForm(forms.Form):
    """The code that was emailed to show again who one is."""

    code = forms.CharField(max_length=50, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)

"""Passkeys: a device that asks for a fingerprint, a face or a PIN, and so is two factors at once."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError

LONGEST_NAME = 60
NOT_OURS = "You cannot sign in with this passkey. Use another, or sign in with your password."
NOT_MADE = "We could not create the passkey. Try again. Your browser must allow JavaScript, and your device must "
"ask for a PIN or a fingerprint."

# What a forged answer can bring down in the libraries that read it: each is a passkey that is none.
MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError, InvalidSignature)


def name_field(*, required: bool) -> forms.CharField:
    """The name somebody tells a passkey by."""
    return forms.CharField(
        label="Name of the passkey",
        help_text="For example “Work laptop”.",
        required=required,
        max_length=LONGEST_NAME,
        error_messages={"required": "Enter a name for the passkey, like “Work laptop”"},
    )


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: always one that its device guards, and that is found without a name being typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put our words in; there is no choice of a weaker key."""
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"] = name_field(required=False)
        self.fields["credential"].error_messages |= {"required": NOT_MADE, "invalid": NOT_MADE}

    def clean(self) -> dict[str, Any]:
        """Refuse a key whose device did not ask who uses it, and an answer that is no answer."""
        self.cleaned_data["passwordless"] = True
        try:
            return dict(super().clean())
        except ValidationError as problem:
            raise ValidationError(NOT_MADE) from problem
        except MALFORMED as problem:
            raise ValidationError(NOT_MADE) from problem


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field(required=True)


class Answered:
    """What the three uses share: a wrong or forged answer is a sentence, never an error of the server."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= {"required": NOT_OURS, "invalid": NOT_OURS}

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as problem:
            if problem.code == "incorrect_code":
                raise ValidationError(NOT_OURS) from problem
            raise
        except MALFORMED as problem:
            raise ValidationError(NOT_OURS) from problem


class UsePasskeyForm(Answered, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """As the second factor, after the password."""


class UseAgainForm(Answered, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """To show once more that it is you."""


class SignInForm(Answered, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """In place of address, password and code."""

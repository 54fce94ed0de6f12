"""How people sign in: the settings of django-allauth, and of passwords, that no installation changes."""

ACCOUNT_ADAPTER = "core.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "core.accounts.forms.RegistrationForm"
ACCOUNT_FORMS = {
    "login": "core.accounts.allauth_forms.LoginForm",
    "signup": "core.accounts.allauth_forms.SignupForm",
    "add_email": "core.accounts.allauth_forms.AddEmailForm",
    "change_password": "core.accounts.allauth_forms.ChangePasswordForm",
    "reset_password": "core.accounts.allauth_forms.ResetPasswordForm",
    "reset_password_from_key": "core.accounts.allauth_forms.ResetPasswordKeyForm",
    "reauthenticate": "core.accounts.allauth_forms.ReauthenticateForm",
    "confirm_email_verification_code": "core.accounts.allauth_forms.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "core.accounts.allauth_forms.ConfirmPasswordResetCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # the link that opens an invited person's account
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/key,10/5m/ip",
    "confirm_email": "1/10s/key",
    "proof_code": "5/10m/user",
    "link_code": "5/10m/key,20/10m/ip",
}
SOCIALACCOUNT_ADAPTER = "core.accounts.oidc.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # it only begins; what is linked, and to whom, is asked by a page of its own
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address in a token proves nothing
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4  # seconds
MFA_ADAPTER = "core.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "core.accounts.allauth_forms.AuthenticateForm",
    "activate_totp": "core.accounts.allauth_forms.ActivateTOTPForm",
    "add_webauthn": "core.accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "core.accounts.passkeys.RenamePasskeyForm",
    "authenticate_webauthn": "core.accounts.passkeys.UsePasskeyForm",
    "reauthenticate_webauthn": "core.accounts.passkeys.UseAgainForm",
    "login_webauthn": "core.accounts.passkeys.SignInForm",
}
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds before and after (RFC 6238, 5.2): telephones run fast
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A passkey is two factors at once: the device, and the fingerprint, face or PIN that it asks for, always.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "core.accounts.passwords.NotBreached"},
    {"NAME": "core.accounts.passwords.LongForStaff"},
]
STAFF_PASSWORD_LENGTH = 12  # characters at least, for people with a role

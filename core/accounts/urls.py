"""Addresses under /accounts/: allauth's own for registering, signing in and the second factor, and ours beside them."""

from django.urls import include, path, re_path

from core.accounts.views import account, codes

urlpatterns = [
    path("you/", account.account_you, name="account_you"),
    path("you/name/", account.account_name, name="account_name"),
    re_path(r"^welcome/(?P<uid>\w+)-(?P<token>\w+-\w+)/$", account.account_welcome, name="account_welcome"),
    path("confirm-email/", codes.verification, name="account_email_verification_sent"),
    path("password/reset/confirm/", codes.reset, name="account_confirm_password_reset_code"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]

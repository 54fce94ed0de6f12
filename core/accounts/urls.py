"""Addresses under /accounts/: allauth's own for registering, signing in and the second factor, and ours beside them."""

from django.urls import include, path, re_path

from core.accounts.views import access_tokens, account, calendar, codes, emails, oidc, proof, sessions

urlpatterns = [
    path("you/", account.account_you, name="account_you"),
    path("you/name/", account.account_name, name="account_name"),
    path("reauthenticate/email/", proof.reauthenticate_by_email, name="account_reauthenticate_by_email"),
    path("link/", oidc.account_link, name="account_link"),
    path("link/<int:pk>/remove/", oidc.account_unlink, name="account_unlink"),
    path("signed-out/<slug:key>/", oidc.account_signed_out, name="account_signed_out"),
    path("sessions/", sessions.account_sessions, name="account_sessions"),
    path("sessions/<int:pk>/end/", sessions.account_session_end, name="account_session_end"),
    path("sessions/end-others/", sessions.account_sessions_end_others, name="account_sessions_end_others"),
    path("emails/", emails.account_emails, name="account_emails"),
    path("calendar/", calendar.account_calendar, name="account_calendar"),
    path("calendar/revoke/", calendar.account_calendar_revoke, name="account_calendar_revoke"),
    path("calendar/key/<str:token>/", calendar.calendar_feed, name="calendar_feed"),
    path("tokens/", access_tokens.account_tokens, name="account_tokens"),
    path("tokens/<int:pk>/revoke/", access_tokens.account_token_revoke, name="account_token_revoke"),
    path("continue/", sessions.account_continue, name="account_continue"),
    re_path(r"^welcome/(?P<uid>\w+)-(?P<token>\w+-\w+)/$", account.account_welcome, name="account_welcome"),
    path("confirm-email/", codes.verification, name="account_email_verification_sent"),
    path("password/reset/confirm/", codes.reset, name="account_confirm_password_reset_code"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
]

"""The authenticator app on somebody's telephone."""

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal import auth


def code_for(secret: str) -> str:
    """Return the six figures that the app shows now."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD)))

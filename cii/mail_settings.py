"""Settings of email: a mail server (EMAIL_URL), or a provider that also tells of what does not arrive."""

from typing import Any

from cii.environment import env, mail, secret

# One that django-anymail knows, by the name of its backend: postmark, mailgun, brevo, amazon_ses …
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="")
EMAIL_CONFIG = mail("consolemail://")
globals().update(EMAIL_CONFIG)
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    # What the provider wants to know, in JSON, by the names of anymail's documentation.
    ANYMAIL: dict[str, Any] = {
        "IGNORE_UNSUPPORTED_FEATURES": True,
        "REQUESTS_TIMEOUT": 10,
        **({"WEBHOOK_SECRET": known} if (known := secret("EMAIL_WEBHOOK_SECRET")) else {}),
        **env.json("EMAIL_PROVIDER_SETTINGS", default={}),
    }
EMAIL_TIMEOUT = 10

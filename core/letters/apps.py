"""The app's configuration."""

from django.apps import AppConfig
from django.conf import settings


class LettersConfig(AppConfig):
    """Letters."""

    name = "core.letters"
    label = "letters"
    verbose_name = "Emails"

    def ready(self) -> None:
        from core.letters import received

        if settings.EMAIL_PROVIDER:
            received.connect()

"""The app's configuration."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Letters."""

    name = "core.letters"
    label = "letters"
    verbose_name = "Emails"

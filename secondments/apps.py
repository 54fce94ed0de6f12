"""The app's configuration."""

from django.apps import AppConfig


class SecondmentsConfig(AppConfig):
    """Secondments."""

    name = "secondments"
    verbose_name = "Secondments"

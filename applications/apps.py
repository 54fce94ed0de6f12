"""The app's configuration."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Applications."""

    name = "applications"
    verbose_name = "Applications"

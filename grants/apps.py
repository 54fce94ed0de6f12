"""The app's configuration."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Grants."""

    name = "grants"
    verbose_name = "Grants"

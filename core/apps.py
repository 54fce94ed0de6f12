"""The ground's own configuration: makes its template tags known."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Ground"

    def ready(self) -> None:
        """Load every app's `visibility.py`, which registers who sees which rows."""
        autodiscover_modules("visibility")

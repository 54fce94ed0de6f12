"""The ground's own configuration: makes its template tags known."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Ground"

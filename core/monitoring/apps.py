"""The app's configuration."""

from django.apps import AppConfig
from django.core.signals import request_finished


class MonitoringConfig(AppConfig):
    name = "core.monitoring"
    label = "monitoring"
    verbose_name = "Monitoring"

    def ready(self) -> None:
        """Look at the clock after requests: one that has stopped cannot report itself."""
        from core.monitoring.incidents import look_at_clock

        request_finished.connect(look_at_clock, dispatch_uid="look at the clock")

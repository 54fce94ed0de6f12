"""The app's configuration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "core.audit"
    label = "audit"
    verbose_name = "Audit trail"

    def ready(self) -> None:
        """Install the triggers after every `migrate`."""
        post_migrate.connect(_install_triggers, sender=self)


def _install_triggers(**_rest: Any) -> None:
    from core.audit import immutability

    immutability.install()

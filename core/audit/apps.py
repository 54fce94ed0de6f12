"""The app's configuration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """The trail."""

    name = "core.audit"
    label = "audit"
    verbose_name = "The trail"

    def ready(self) -> None:
        """Have the triggers put in place after every migration."""
        pre_migrate.connect(_let_migrate, sender=self)
        post_migrate.connect(_freeze, sender=self)


def _let_migrate(plan: list[Any], **rest: Any) -> None:
    from core.audit import immutability

    if plan:
        immutability.remove()


def _freeze(**rest: Any) -> None:
    from core.audit import immutability

    immutability.install()

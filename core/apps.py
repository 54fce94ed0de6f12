"""The ground's own configuration: makes its template tags known."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Ground"

    def ready(self) -> None:
        from core import search  # noqa: F401 — registers the lookup
        from core.database import limit_waiting
        from core.form_fields import use_our_sentences
        from core.promises import check_promises

        connection_created.connect(limit_waiting, dispatch_uid="limit waiting")
        autodiscover_modules("visibility")
        register(check_promises)
        use_our_sentences()

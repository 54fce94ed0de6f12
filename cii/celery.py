"""The worker: `celery -A cii.celery worker` and `celery -A cii.celery beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")

app = Celery("cii")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


def keep_our_logging(**_: Any) -> None:
    """Celery sets up no log of its own where somebody listens here: settings.LOGGING holds for the worker too."""


setup_logging.connect(keep_our_logging)

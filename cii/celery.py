"""The worker: `celery -A cii.celery worker` and `celery -A cii.celery beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")

app = Celery("cii")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

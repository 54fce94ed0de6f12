"""Settings of the log on standard error, and of who is told of errors (cii/error_reports.py)."""

import logging
from email.utils import getaddresses

from cii.environment import env

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="logfmt", choices=("logfmt", "json"))
# Who gets an email of each error, at most every ten minutes for one place in the code.
ADMINS = getaddresses([env.str("ADMINS", default="")]) if env.str("ADMINS", default="") else []
# Where errors are reported: a project of Sentry, GlitchTip or another that takes its reports.
SENTRY_DSN = env.str("SENTRY_DSN", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"()": "core.logs.formatter", "style": LOG_FORMAT}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "event"},
        "admins": {"class": "core.logs.LettersToAdmins", "formatter": "event"},
    },
    "loggers": {
        # At every LOG_LEVEL: sign-ins, refusals, roles; the head of the sealed trail.
        "security": {"level": "INFO"},
        "core.audit.chain": {"level": "INFO"},
        # Django's own handlers would email a request whole, with what was typed.
        "django": {"handlers": []},
        # Said already, once, with file and line and duration: by django_structlog of requests, and of tasks.
        "django.request": {"level": "CRITICAL"},
        "celery.app.trace": {"level": "CRITICAL"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # gunicorn's worker, in our format: it quotes addresses.
        "gunicorn.error": {"handlers": [], "propagate": True},
        # A line for each step of each PDF.
        "weasyprint": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console", *(["admins"] if ADMINS else [])], "level": LOG_LEVEL},
}

DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request, when it has ended
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG  # there are several every five seconds
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

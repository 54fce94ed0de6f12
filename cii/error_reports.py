"""Reports of errors to Sentry or GlitchTip, where SENTRY_DSN is set: files, lines and code, nothing about a person."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core import masking

FIELDS = ("event_id", "timestamp", "level", "platform", "environment", "release", "exception", "transaction")
FIELDS_OF_FRAMES = (
    *("filename", "abs_path", "function", "module", "lineno", "in_app"),
    *("pre_context", "context_line", "post_context"),
)
Event = dict[str, Any]


def start() -> None:
    """Report what pages and tasks raise; called once, in each process."""
    try:
        sentry = import_module("sentry_sdk")
    except ImportError as problem:
        message = "SENTRY_DSN is set, and sentry-sdk is not installed: install requirements-production.txt."
        raise ImproperlyConfigured(message) from problem
    logs = import_module("sentry_sdk.integrations.logging").LoggingIntegration(level=None, event_level=None)
    django = import_module("sentry_sdk.integrations.django").DjangoIntegration(middleware_spans=False)
    celery = import_module("sentry_sdk.integrations.celery").CeleryIntegration()
    sentry.init(
        dsn=settings.SENTRY_DSN,
        integrations=[logs, django, celery],
        auto_enabling_integrations=False,
        before_send=without_people,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        environment=settings.SITE_URL,
    )


def without_people(event: Event, hint: Event) -> Event:
    """Make the report anew of what is known to be about the code; a field that a later Sentry adds stays out."""
    problem = hint["exc_info"][1] if hint.get("exc_info") else None
    messages = {type(one).__name__: masking.message_of(one) for one in masking.chain(problem)}
    report = {name: event[name] for name in FIELDS if name in event}
    if "transaction" in report:
        report["transaction"] = masking.address(report["transaction"])
    if "exception" in report:
        report["exception"] = {"values": [_exception(one, messages) for one in event["exception"]["values"]]}
    return report


def _exception(value: Event, messages: dict[str, str]) -> Event:
    frames = (value.get("stacktrace") or {}).get("frames", [])
    shown = [{name: frame[name] for name in FIELDS_OF_FRAMES if name in frame} for frame in frames]
    kind = value.get("type", "")
    return {
        "type": kind,
        "module": value.get("module"),
        "value": messages.get(kind, ""),
        "stacktrace": {"frames": shown},
    }

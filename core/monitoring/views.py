"""How the service fares, for programs that have the token: /statusz as JSON, /metrics as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.monitoring import incidents, parts
from core.monitoring.parts import Part

View = Callable[[HttpRequest], HttpResponse]


def with_token(view: View) -> View:
    """Answer 404 unless the request carries settings.STATUS_TOKEN."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        is_known = bool(settings.STATUS_TOKEN) and constant_time_compare(token.strip(), settings.STATUS_TOKEN)
        if scheme.lower() != "bearer" or not is_known:
            raise Http404
        return view(request)

    return guarded


@require_safe
@never_cache
@with_token
def statusz(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        seen = parts.every(now)
        incidents.watch(seen, now)
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer", "parts": {}}, status=503)
    is_running = all(part.is_running for part in seen)
    found = {part.name: {"is_running": part.is_running, "says": part.sentence, **part.figures} for part in seen}
    status = "running" if is_running else "something stands still"
    return JsonResponse({"status": status, "parts": found}, status=200 if is_running else 503)


@require_safe
@never_cache
@with_token
def metrics(request: HttpRequest) -> HttpResponse:
    try:
        lines = list(_metrics(parts.every(timezone.now())))
    except DatabaseError:
        lines = ['cii_part_running{part="database"} 0']
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


def _metrics(seen: list[Part]) -> Iterator[str]:
    yield "# HELP cii_part_running Whether a part of the service runs (1) or stands still (0)."
    yield "# TYPE cii_part_running gauge"
    for part in seen:
        yield f'cii_part_running{{part="{part.name}"}} {int(part.is_running)}'
    for part in seen:
        for figure, value in part.figures.items():
            name = f"cii_{part.name}_{figure}"
            if isinstance(value, datetime):
                name, value = f"{name}_timestamp_seconds", value.timestamp()  # noqa: PLW2901 — in Prometheus' unit
            if value is not None:
                yield f"# TYPE {name} gauge"
                yield f"{name} {int(value)}"

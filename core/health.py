"""Whether the process runs (/healthz) and whether it can serve (/readyz), for a load balancer or a monitor."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without session, database or storage."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        executor = MigrationExecutor(connection)
        is_ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        log.warning("the database does not answer: %s", type(problem).__name__)
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready" if is_ready else "migrations are missing"}, status=200 if is_ready else 503)


VIEWS = {"/healthz": healthz, "/healthz/": healthz, "/readyz": readyz, "/readyz/": readyz}


def answer(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer both before every other middleware: to any host name, without a redirect to https, without a session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return VIEWS.get(request.path, get_response)(request)

    return middleware

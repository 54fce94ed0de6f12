"""For live servers whose threads share one SQLite connection: a refusal in one would undo what another is writing."""

import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

ONE = threading.RLock()


def one_at_a_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a request when the one before it has been answered."""

    def answer(request: HttpRequest) -> HttpResponse:
        with ONE:
            return get_response(request)

    return answer


def middleware() -> list[str]:
    """The service's own; on SQLite behind this one."""
    first = [f"{__name__}.one_at_a_time"] if connection.vendor == "sqlite" else []
    return [*first, *settings.MIDDLEWARE]

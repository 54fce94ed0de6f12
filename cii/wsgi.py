"""What gunicorn serves."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")

BLOCK, MOST = 64 * 1024, 32 * 1024 * 1024  # bytes; the proxies of deploy/ let less than this through


def reading_all(answer: WSGIApplication) -> WSGIApplication:
    """Take in what a view left unread of its request, such as a file sent after the session ended.

    Otherwise the connection closes on a proxy that is still sending, and it reports the service as away.
    """

    def read_and_answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response, left = answer(environ, start_response), MOST
        if environ.get("wsgi.input_terminated"):  # gunicorn: a read ends where the request does
            with suppress(OSError):
                while left > 0 and (block := environ["wsgi.input"].read(min(BLOCK, left))):
                    left -= len(block)
        return response

    return read_and_answer


application = reading_all(get_wsgi_application())

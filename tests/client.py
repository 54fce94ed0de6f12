"""The test client, which reads HTML as a browser shows it: white space that no page shows does not count."""

import re
import time
from typing import Any

from allauth.usersessions.models import UserSession
from django import test

BLOCKS = (
    "html head body title header main footer nav section div p ul ol li dl dt dd table caption thead tbody tr th td form "
    "fieldset legend label h1 h2 h3 h4 option select details summary button"
).replace(" ", "|")
AFTER_OPENING = re.compile(rf"(<(?:{BLOCKS})(?: [^<>]*)?>) ")
BEFORE_CLOSING = re.compile(rf" (</(?:{BLOCKS})>)")
KEPT = re.compile(r"(<(textarea|pre)\b.*?</\2>)", re.DOTALL)


def as_shown(html: str) -> str:
    """Collapse white space outside `textarea` and `pre`, within tags, and at the edges of blocks."""
    parts = KEPT.split(html)
    return "".join(part if index % 3 == 1 else _collapsed(part) for index, part in enumerate(parts) if index % 3 != 2)


def _collapsed(html: str) -> str:
    html = re.sub(r"\s+", " ", html)
    html = re.sub(r" (/?>)", r"\1", html)
    return BEFORE_CLOSING.sub(r"\1", AFTER_OPENING.sub(r"\1", html))


class Client(test.Client):
    """Django's client, with HTML pages read as shown."""

    def force_login(self, user: Any, backend: str | None = None) -> None:
        """Sign in as on the page: with the record of how, and the row of where."""
        super().force_login(user, backend)
        session = self.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        UserSession.objects.update_or_create(
            session_key=session.session_key, defaults={"user": user, "user_agent": "", "ip": "127.0.0.1"}
        )

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = as_shown(response.content.decode()).encode()
        return response

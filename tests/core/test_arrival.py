"""A request that waited for a thread arrived when the proxy took it, if the proxy is known to tell (finding F20)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import arrival

NOW = datetime(2019, 3, 13, 17, 0, 0, 500_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def arrived(header):
    found = []
    request = RequestFactory().get("/", headers={"X-Request-Start": header} if header else {})
    with time_machine.travel(NOW, tick=False):
        arrival(lambda asked: found.append(asked.arrived_at) or HttpResponse())(request)
    return found[0]


def stamp(moment):
    return f"t={moment.timestamp():.3f}"


@pytest.mark.parametrize(
    "header",
    [
        stamp(NOW - SECOND),
        stamp(NOW - SECOND).removeprefix("t="),
        f"t={int((NOW - SECOND).timestamp() * 1000)}",
        f"t={int((NOW - SECOND).timestamp() * 1_000_000)}",
    ],
)
def test_f20_the_proxys_instant_counts(settings, header):
    settings.PROXY_TELLS_ARRIVAL = True
    assert arrived(header) == NOW - SECOND


@pytest.mark.parametrize(
    "header", [None, "", "t=", "yesterday", "t=-1", stamp(NOW + SECOND), stamp(NOW - 61 * SECOND), "t=1", "٣" * 10]
)
def test_f20_what_is_later_than_now_too_old_or_no_instant_does_not_count(settings, header):
    settings.PROXY_TELLS_ARRIVAL = True
    assert arrived(header) == NOW


def test_f20_nobody_else_can_tell_when_they_arrived():
    assert arrived(stamp(NOW - SECOND)) == NOW

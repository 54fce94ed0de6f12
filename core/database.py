"""A limit on the client's side for PostgreSQL: `statement_timeout` is kept by the server, which may be what hangs."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

SPARE = 3  # seconds after statement_timeout, so that the server cancels its own statement first


def limit_waiting(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give every operation of this new connection a time limit; one that exceeds it raises OperationalError.

    Concurrency: the connection is then closed, as the answer could still arrive and be taken for the next one's.
    """
    if connection.vendor != "postgresql" or not settings.DATABASE_ANSWERS_WITHIN:
        return
    line: Any = connection.connection
    line.wait = partial(_wait_or_close, line, line.wait, settings.DATABASE_ANSWERS_WITHIN + SPARE)


def _wait_or_close(line: Any, wait: Callable[..., Any], seconds: float, operation: Any, **options: Any) -> Any:
    from psycopg import OperationalError
    from psycopg.pq import TransactionStatus

    try:
        return wait(operation, **{"timeout": seconds, **options})
    except OperationalError:
        if line.pgconn.transaction_status == TransactionStatus.ACTIVE:
            line.close()
        raise

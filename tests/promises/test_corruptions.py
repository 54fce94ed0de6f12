"""What was altered behind the application's back is named by `check_invariants`, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from applications.models import Answer, Application, Assessment, Call, Candidate, Document, Interest, Score
from core.audit import chain
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry, Seal, SealedEntry, TrailBatch
from core.documents.models import GeneratedDocument
from core.invariants import all_breaches
from grants.models import Agreement, BudgetLine, Decision, Grant, Instalment, Signature, Variation
from tests.cast import Cast
from tests.documents import make_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(cast: Cast, stage: str) -> Cast:
    """Everything as the actions left it, its documents made and its trail sealed in batches."""
    make_waiting()
    now = timezone.now() - timedelta(hours=3)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chain, "MOST_AT_ONCE", 40)
        chain.seal_trail(now)
    return cast


def breaches() -> list[str]:
    return list(all_breaches(timezone.now()))


def test_of_what_the_actions_did_nothing_is_named(house):
    assert breaches() == []

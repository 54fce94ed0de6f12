"""What people do to documents."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.audit import trail
from core.documents import maker
from core.documents.lifecycle import DOCUMENT
from core.documents.models import GeneratedDocument
from core.permissions import check


@transaction.atomic
def make_again(document: GeneratedDocument, *, by: AbstractBaseUser, at: datetime) -> None:
    """Put a document that was given up back into the queue, with all its attempts before it."""
    check(by, "documents.make_again_generateddocument", document)
    problem = document.problem
    DOCUMENT.advance(document, "make_again", attempts=0, next_try_at=at, claimed_at=None, problem="")
    trail.record("document made again", document, by=by, at=at, problem=problem)
    maker.wake()

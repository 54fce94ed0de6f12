"""What generated documents must keep to."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.documents import store
from core.documents.models import GeneratedDocument, Status
from core.files.integrity import damage

HOUR = timedelta(hours=1)
IN_BLOCKS = 2000


def breaches(now: datetime) -> Iterator[str]:
    for late in store.overdue(now, HOUR).values_list("name", "status", "problem").iterator(IN_BLOCKS):
        yield "{}: this document is not made ({}). {}".format(*late)
    made = GeneratedDocument.objects.filter(status=Status.MADE).only("name", "file", "sha256")
    for document in made.iterator(IN_BLOCKS):
        if problem := damage(document.file, document.sha256):
            yield f"Document {document.pk} ({document}): {problem}"

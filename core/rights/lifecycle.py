"""The steps of a request about somebody's personal data."""

from django.db.models import TextChoices

from core.lifecycle import Lifecycle, Step


class Kind(TextChoices):
    """What a person asks for, with the article of the UK GDPR that gives them the right."""

    ACCESS = "access", "Access: a copy of everything held (article 15)"
    RECTIFICATION = "rectification", "Rectification: something is wrong (article 16)"
    ERASURE = "erasure", "Erasure (article 17)"
    RESTRICTION = "restriction", "Restriction: keep it, and use it for nothing else (article 18)"


class RequestStatus(TextChoices):
    RECEIVED = "received", "Received"
    CHECKED = "checked", "Identity checked"
    PREPARED = "prepared", "Erasure to confirm"
    IN_FORCE = "in_force", "Restriction in force"
    DONE = "done", "Answered"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (RequestStatus.RECEIVED, RequestStatus.CHECKED, RequestStatus.PREPARED)
CLOSED = (RequestStatus.DONE, RequestStatus.REFUSED, RequestStatus.WITHDRAWN)

REQUEST = Lifecycle(
    start=RequestStatus.RECEIVED,
    steps={
        "check_identity": Step((RequestStatus.RECEIVED,), RequestStatus.CHECKED, "record how identity was checked"),
        "release": Step((RequestStatus.CHECKED,), RequestStatus.DONE, "release the file"),
        "finish": Step((RequestStatus.CHECKED,), RequestStatus.DONE, "answer"),
        "restrict": Step((RequestStatus.CHECKED,), RequestStatus.IN_FORCE, "restrict"),
        "lift": Step((RequestStatus.IN_FORCE,), RequestStatus.DONE, "lift the restriction"),
        "prepare": Step((RequestStatus.CHECKED,), RequestStatus.PREPARED, "ask for confirmation"),
        "put_back": Step((RequestStatus.PREPARED,), RequestStatus.CHECKED, "put back"),
        "erase": Step((RequestStatus.PREPARED,), RequestStatus.DONE, "confirm the erasure"),
        "refuse": Step(OPEN, RequestStatus.REFUSED, "refuse"),
        "withdraw": Step(OPEN, RequestStatus.WITHDRAWN, "withdraw"),
    },
)

"""What an organisation does next with a draft."""

from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate


def next_for_draft(application: Application, candidate: Candidate | None, lost: int) -> str:
    about = f"the application for {application.post}"
    is_copy = getattr(application, "standing", None) is not None
    if candidate is None and lost:
        return f"Propose someone else: the person named in {about} has said no"
    if candidate is not None and candidate.remark:
        return f"{candidate.name} says that something is wrong: {about}"
    if candidate is not None and candidate.status == CandidateStatus.ASKED:
        return f"{candidate.name} has not answered yet: {about}"
    if candidate is not None and candidate.status == CandidateStatus.CONFIRMED:
        return f"Check and submit {'your changes to ' if is_copy else ''}{about}"
    return f"Finish and submit {'your changes to ' if is_copy else ''}{about}"

"""The steps before the start that a new programme begins with: those of the February 2019 call, to be changed as data.

The funding agreement comes before them in every programme; it has no row, because it is derived from the signatures.
"""

from typing import NamedTuple


class StandardStep(NamedTuple):
    """A step with whose it is, what is asked about it, and whether it is done again for another secondee."""

    kind: str
    title: str
    recorder: str  # the value of a `Party`
    confirmer: str
    day_label: str
    note_help: str = ""
    outcome: str = ""
    is_of_person: bool = True


STEPS = (
    StandardStep(
        "screening",
        "Host's HR screening",
        "programme_manager",
        "",
        "Day the host's screening was cleared",
        outcome="The screening is cleared",
    ),
    StandardStep(
        "contract",
        "Contract between organisation and host",
        "programme_manager",
        "lead",
        "Day the contract was agreed",
        "For example, where it is stored and what it says about conflicts of interest.",
    ),
    StandardStep(
        "release",
        "Release arrangements",
        "lead",
        "",
        "Day the release was arranged",
        "For example, how their work at the organisation is covered.",
    ),
    StandardStep(
        "role_meeting",
        "Meeting of secondee and line manager",
        "line_manager",
        "",
        "Day of the meeting",
        "What you agreed about the role, responsibilities and priorities.",
    ),
    StandardStep(
        "managers_meeting",
        "Meeting of the two managers",
        "line_manager",
        "home_manager",
        "Day of the meeting",
        "How the two managers will work together.",
        is_of_person=False,
    ),
)

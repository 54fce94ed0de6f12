"""Who takes an application away as a dossier: whoever reads it in the admin, each with what they may see of it."""

from applications.rules.applications import WITHOUT_CONFLICT, is_clear_committee, reads_after_declaring, reads_as_office
from core.accounts.rules import is_funder_officer
from core.permissions import permit

permit(
    "applications.export_application",
    reads_as_office | reads_after_declaring | is_clear_committee,
    f"Only those who decide on an application take it away as a dossier{WITHOUT_CONFLICT}",
    asks_again=True,
)
permit(  # asked about the call; of its applications each reader gets those that they may take one by one
    "applications.export_call",
    is_funder_officer,
    "Only the grants office takes all dossiers of a call away.",
    asks_again=True,
)

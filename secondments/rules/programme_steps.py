"""Who sets the steps before the start of a programme."""

from core.accounts.rules import is_funder_officer
from core.permissions import permit

ONLY_OFFICE = "Only a grants officer of the programme can change its steps before the start."

permit("secondments.view_programmestep", is_funder_officer)
permit("secondments.view_programmestep_history", is_funder_officer)
for verb in ("add", "change", "delete"):
    permit(f"secondments.{verb}_programmestep", is_funder_officer, ONLY_OFFICE)

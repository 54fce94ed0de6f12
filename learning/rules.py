"""Who may take data away, and who writes down what was learnt."""

from core.accounts.rules import is_funder_officer, is_learning_partner
from core.permissions import permit

permit("learning.view_exports", is_learning_partner | is_funder_officer)
permit("learning.view_finding", is_funder_officer | is_learning_partner)
# Asked with the programme that the finding is about; without one: whether this person records findings at all.
permit("learning.add_finding", is_learning_partner, "Only the programme's learning partner can record a finding.")
permit(
    "learning.add_change",
    is_funder_officer | is_learning_partner,
    "Only the learning partner and the grants office can record a change.",
)

"""Who may take data away and write down what was learnt."""

from typing import Any

import rules

from core.accounts.models import Programme
from core.accounts.rules import is_funder_officer, is_learning_partner
from learning.models import Finding


@rules.predicate
def studies_programme(user: Any, thing: Programme | Finding | None) -> bool:
    """Works for the learning partner of this programme (or of this finding's); without one, of any."""
    if not is_learning_partner(user) or user.works_for_id is None:
        return False
    programme = thing.programme if isinstance(thing, Finding) else thing
    return programme is None or programme.learning_partner_id == user.works_for_id


rules.add_perm("learning.view_exports", is_learning_partner | is_funder_officer)
rules.add_perm("learning.view_finding", is_funder_officer | studies_programme)
rules.add_perm("learning.add_finding", studies_programme)
rules.add_perm("learning.add_change", is_funder_officer | studies_programme)

"""How rows of a grant lead to the proposed secondee of its application (core/promises.py)."""

from applications.models.about import OF_CANDIDATE

OF_CASE = " ".join(f"decision__{way}" for way in OF_CANDIDATE.split())
OF_GRANT = " ".join(f"grant__{way}" for way in OF_CASE.split())
ACCOUNTS = "the accounts of the fund, which name no person"

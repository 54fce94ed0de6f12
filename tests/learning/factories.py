"""Many placements at once, copied from one that walked through the actions: what is tested is their number."""

from datetime import timedelta

from core.accounts.models import User
from core.accounts.roles import Role
from grants.models import Grant
from secondments.models import Placement, Workplan
from tests.accounts.factories import person_with
from tests.applications.factories import programme


def partner() -> User:
    """Return somebody of the programme's learning partner."""
    found = User.objects.filter(email="rena@example.org").first()
    return found or person_with(
        Role.LEARNING_PARTNER, works_for=programme().learning_partner, email="rena@example.org", name="Rena Research"
    )


def copies(placement: Placement, count: int) -> None:
    """Copy a placement with its grant so many times."""
    grant = Grant.objects.values().get(pk=placement.grant_id)
    del grant["id"], grant["decision_id"]
    # PostgreSQL takes 65,535 values in one statement.
    rows = (Grant(**grant | {"reference": f"G-{number:05}"}) for number in range(count))
    grants = Grant.objects.bulk_create(rows, batch_size=1000)
    facts = Placement.objects.values().get(pk=placement.pk)
    del facts["id"]
    made = Placement.objects.bulk_create(
        [
            Placement(
                **facts
                | {
                    "reference": f"P-{number:05}",
                    "grant_id": of.pk,
                    "starts_on": placement.starts_on + timedelta(days=number % 300),
                }
            )
            for number, of in enumerate(grants)
        ],
        batch_size=1000,
    )
    plans = (Workplan(placement=row, changed_at=placement.opened_at) for row in made)
    Workplan.objects.bulk_create(plans, batch_size=1000)

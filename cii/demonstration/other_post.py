"""An offer of another post than the one applied for: the organisation and the proposed secondee are asked to agree."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from applications.models import Call, Post
from core.dates import london
from grants import letters
from grants.models import Grant

TITLE = "Policy officer, community participation"


def add(call: Call) -> None:
    """Give the call a second post; nobody applies for it."""
    Post.objects.create(
        call=call,
        job_title=TITLE,
        grade="Grade 8",
        team="Communities and Social Policy",
        purpose="Help the host's team to hear from Londoners who are seldom asked.",
        accountabilities="- Plan conversations with communities\n- Write up what was heard for those who decide",
        person_specification="- Has run groups or workshops\n- Writes clearly and briefly",
    )


def terms(call: Call, at: datetime) -> dict[str, Any]:
    return {
        "post": call.posts.get(job_title=TITLE),
        "days_per_week": Decimal(4),
        "fit": "The work with groups that you described is what this post needs, more than the one you applied for.",
        "answer_by_on": london(at + timedelta(days=14)).date(),
    }


def link() -> str:
    """The address at which the proposed secondee answers; "" once they have."""
    grants = Grant.objects.filter(post__job_title=TITLE, status="offered", person_agreed_at=None)
    return next((letters.link_of(grant, person) for grant in grants for person in letters.people_of(grant)), "")

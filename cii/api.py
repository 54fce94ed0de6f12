"""The read API: what the person behind a token may see, within the token's scopes; it changes nothing.

    GET /api/v1/grants?limit=100&offset=0    Authorization: Bearer TOKEN

Lists are pages of `items` and `count`. Sums are pounds with pence as text, days and instants are ISO.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, NinjaAPI, Schema
from ninja.pagination import paginate
from ninja.security import HttpBearer

from applications.models import Application, Call
from core.accounts.actions.access_tokens import person_of
from core.accounts.models import Scope
from core.rights.models import Use
from core.rights.restriction import usable
from core.visibility import visible
from grants.models import Grant
from secondments.models import Placement


class Token(HttpBearer):
    """Lets in a token with this scope, as the person it belongs to."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = person_of(token, request.arrived_at)  # type: ignore[attr-defined]
        return found.person if found and self.scope in found.scopes.split() else None


api = NinjaAPI(
    title="Grants office",
    version="1",
    description="Read what you may see. Make a token under Your account.",
    docs_url=None,  # its page takes scripts from elsewhere
)


class CallOut(Schema):
    """A call for proposals."""

    slug: str
    programme: str = Field(alias="programme.slug")
    title: str
    kind: str
    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    posts: list[str]

    @staticmethod
    def resolve_posts(call: Call) -> list[str]:
        return [post.job_title for post in call.posts.all()]


class ApplicationOut(Schema):
    """An application, without what it says and without anybody's pay."""

    reference: str = Field(alias="shown_reference")
    call: str = Field(alias="call.slug")
    organisation: str = Field(alias="organisation.name")
    post: str = Field(alias="post.job_title")
    status: str
    days_per_week: Decimal | None
    submitted_at: datetime | None


class GrantOut(Schema):
    """A grant, with its total and without its workings."""

    reference: str
    programme: str = Field(alias="programme.slug")
    organisation: str = Field(alias="organisation.name")
    title: str
    status: str
    starts_on: date
    ends_on: date
    days_per_week: Decimal
    total: Decimal


class PlacementOut(Schema):
    """A placement, without the people in it."""

    reference: str
    grant: str = Field(alias="grant.reference")
    organisation: str = Field(alias="grant.organisation.name")
    status: str
    starts_on: date
    ends_on: date
    days_per_week: Decimal
    strands: list[str]

    @staticmethod
    def resolve_strands(placement: Placement) -> list[str]:
        return [strand.title for strand in placement.strands.all()]


@api.get("/calls", response=list[CallOut], auth=Token(Scope.CALLS))
@paginate
def calls(request: HttpRequest) -> QuerySet[Call]:
    rows = visible(Call, request.auth)  # type: ignore[attr-defined]
    return rows.select_related("programme").prefetch_related("posts").order_by("pk")


@api.get("/applications", response=list[ApplicationOut], auth=Token(Scope.APPLICATIONS))
@paginate
def applications(request: HttpRequest) -> QuerySet[Application]:
    rows = usable(visible(Application, request.auth), Use.EXPORTS)  # type: ignore[attr-defined]
    return rows.filter(is_rehearsal=False).select_related("call", "organisation", "post").order_by("pk")


@api.get("/grants", response=list[GrantOut], auth=Token(Scope.GRANTS))
@paginate
def grants(request: HttpRequest) -> QuerySet[Grant]:
    rows = usable(visible(Grant, request.auth), Use.EXPORTS)  # type: ignore[attr-defined]
    return rows.select_related("programme", "organisation").order_by("pk")


@api.get("/placements", response=list[PlacementOut], auth=Token(Scope.PLACEMENTS))
@paginate
def placements(request: HttpRequest) -> QuerySet[Placement]:
    rows = usable(visible(Placement, request.auth), Use.EXPORTS)  # type: ignore[attr-defined]
    return rows.select_related("grant__organisation").prefetch_related("strands").order_by("pk")

"""Who drafts the posts of a call, who is asked to comment, and who answers."""

from typing import Any

from rules.predicates import predicate

from applications.models import Call
from applications.rules.calls import ONLY_OFFICE_CALLS, works_on_calls
from core.accounts.rules import is_funder_officer, is_line_manager, is_programme_manager
from core.permissions import permit

is_host_manager = is_programme_manager | is_line_manager


@predicate
def is_draft_call(_user: Any, call: Call | None) -> bool:
    return call is None or call.is_draft


@predicate
def is_asked_about(user: Any, call: Call | None) -> bool:
    if call is None or not user.is_authenticated or not user.is_active:
        return False
    own = user.organisation_ids
    return bool(own) and call.comment_requests.filter(organisation__in=own).exists()


permit("applications.view_posts_of_call", is_host_manager | works_on_calls | is_asked_about)
permit(
    "applications.draft_post",
    is_host_manager,
    "Only the host's managers draft posts here. The grants office changes them on the call's page.",
    when=is_draft_call,
)
permit("applications.ask_comments_call", is_funder_officer, ONLY_OFFICE_CALLS, when=is_draft_call)
permit(
    "applications.comment_on_post",
    is_asked_about,
    "Only organisations that the grants office asked can comment on a post.",
    when=is_draft_call,
)
permit(
    "applications.answer_comment",
    is_host_manager | is_funder_officer,
    "Only the host's managers and the grants office answer comments.",
    when=is_draft_call,
)

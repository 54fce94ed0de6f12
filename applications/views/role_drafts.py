"""Posts while they are drafted: the host writes versions, organisations that were asked comment, the host answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import ndiff
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.actions import role_drafts
from applications.forms.role_drafts import CommentAnswerForm, CommentForm, PostDraftForm
from applications.lifecycle import CallStatus
from applications.models import Call, CommentRequest, Post, PostComment, PostVersion
from applications.models.role_draft import POST_FIELDS
from applications.visibility.role_drafts import calls_with_drafts
from core.accounts.models import Organisation
from core.accounts.requests import Personal, acting
from core.dates import london
from core.forms import confirm_page, posted, run_action
from core.permissions import may_ever

KINDS = {"- ": "removed", "+ ": "added"}


@dataclass(frozen=True)
class FieldChange:
    label: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class VersionChange:
    """A version with what is different from the one before; the first has nothing to differ from."""

    version: PostVersion
    changes: list[FieldChange]


@require_safe
@login_required
def post_drafts(request: Personal) -> HttpResponse:
    calls = [
        {"call": call, "may_draft": request.user.has_perm("applications.draft_post", call)}
        for call in calls_with_drafts(request.user).prefetch_related("posts")
    ]
    return render(request, "applications/post_drafts.html", {"calls": calls})


def call_or_404(request: Personal, calls: QuerySet[Call], **which: object) -> Call:
    call = get_object_or_404(calls.select_related("programme__host"), **which)
    if not request.user.has_perm("applications.view_posts_of_call", call):
        raise Http404
    return call


def post_or_404(request: Personal, pk: int) -> Post:
    post = get_object_or_404(Post.objects.select_related("call__programme__host"), pk=pk)
    if not request.user.has_perm("applications.view_posts_of_call", post.call):
        raise Http404
    return post


@login_required
def post_draft(request: Personal, pk: int) -> HttpResponse:
    post = post_or_404(request, pk)
    form = comment_form(request, post)
    action = partial(role_drafts.comment, post, **acting(request))
    if form and form.is_bound and form.is_valid() and run_action(form, action, **form.cleaned_data):
        messages.success(request, "We have sent your comment to the host.")
        return redirect("post_draft", pk)
    versions = list(post.versions.select_related("written_by"))
    context = {
        "post": post,
        "form": form,
        "over_since": None if form else comments_ended(request, post),
        "versions": list(changes_of(versions)),
        "comments": post.comments.select_related("organisation", "said_by", "answered_by"),
        "may_draft": request.user.has_perm("applications.draft_post", post.call),
        "may_answer": request.user.has_perm("applications.answer_comment", post.call),
    }
    return render(request, "applications/post_draft.html", context)


def comment_form(request: Personal, post: Post) -> CommentForm | None:
    if not may_ever(request.user, "applications.comment_on_post", post.call):
        return None
    asked = asked_of(request, post)
    if request.method != "POST":  # who sends a comment after the day keeps what they typed
        asked = asked.filter(until_on__gte=london(request.arrived_at).date(), call__status=CallStatus.DRAFT)
    organisations = list(Organisation.objects.filter(pk__in=asked.values("organisation")))
    return CommentForm(posted(request), organisations=organisations) if organisations else None


def asked_of(request: Personal, post: Post) -> QuerySet[CommentRequest]:
    return post.call.comment_requests.filter(organisation__in=request.user.organisation_ids)


def comments_ended(request: Personal, post: Post) -> date | None:
    if not request.user.has_perm("applications.comment_on_post", post.call):
        return None
    last: date | None = asked_of(request, post).aggregate(last=Max("until_on"))["last"]
    return last


def changes_of(versions: list[PostVersion]) -> Iterator[VersionChange]:
    """Yield the versions, the newest first, each with what it changed of the one before."""
    for place, version in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        yield VersionChange(version, list(_changes(before, version)) if before else [])


def _changes(before: PostVersion, after: PostVersion) -> Iterator[FieldChange]:
    for name in POST_FIELDS:
        old, new = before.words.get(name, ""), after.words.get(name, "")
        if old != new:
            lines = ndiff(old.splitlines(), new.splitlines())
            shown = [(KINDS[line[:2]], line[2:]) for line in lines if line[:2] in KINDS and line[2:].strip()]
            column: Any = Post._meta.get_field(name)
            yield FieldChange(str(column.verbose_name).capitalize(), shown)


@login_required
def post_draft_new(request: Personal, slug: str) -> HttpResponse:
    call = call_or_404(request, Call.objects.all(), slug=slug)
    if not request.user.has_perm("applications.draft_post", call):
        raise PermissionDenied
    return confirm_page(
        request,
        PostDraftForm(posted(request)),
        partial(role_drafts.draft_post, call, **acting(request)),
        template="applications/post_draft_new.html",
        context={"call": call},
        done="We have saved the first version of the post.",
        to=lambda post: reverse("post_draft", args=[post.pk]),
    )


@login_required
def post_draft_edit(request: Personal, pk: int) -> HttpResponse:
    post = post_or_404(request, pk)
    if not request.user.has_perm("applications.draft_post", post.call):
        raise PermissionDenied
    version = role_drafts.latest(post)
    return confirm_page(
        request,
        PostDraftForm(posted(request), post=post, seen=version.number if version else None),
        partial(role_drafts.revise_post, post, **acting(request)),
        template="applications/post_draft_edit.html",
        context={"post": post},
        done="We have saved this version.",
        to=reverse("post_draft", args=[pk]),
    )


@login_required
def post_draft_answer(request: Personal, pk: int, comment_pk: int) -> HttpResponse:
    post = post_or_404(request, pk)
    if not request.user.has_perm("applications.answer_comment", post.call):
        raise PermissionDenied
    row = get_object_or_404(PostComment.objects.select_related("organisation", "post__call"), post=post, pk=comment_pk)
    if row.answered_at:
        return redirect("post_draft", pk)
    return confirm_page(
        request,
        CommentAnswerForm(posted(request)),
        partial(role_drafts.answer_comment, row, **acting(request)),
        template="applications/post_draft_answer.html",
        context={"post": post, "comment": row},
        done="We are emailing your answer.",
        to=reverse("post_draft", args=[pk]),
    )

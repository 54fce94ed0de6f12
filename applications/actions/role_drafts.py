"""Posts drafted by the host's managers in versions, and commented on by organisations that the office asks."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from applications import letters
from applications.lifecycle import TrailEvent
from applications.models import Call, CommentRequest, Post, PostComment, PostVersion
from applications.models.role_draft import POST_FIELDS
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.permissions import check

PUBLISHED = "The call is published, so its posts can no longer change."
LATER = "Someone else has just saved a version. Read it, and save yours again."


@transaction.atomic
def draft_post(call: Call, *, words: Mapping[str, str], note: str = "", by: User, at: datetime) -> Post:
    """Add a post to a draft call, as its first version."""
    check(by, "applications.draft_post", call)
    require(call.is_draft, PUBLISHED)
    post = Post.objects.create(call=call, **words)
    _keep(post, note, by=by, at=at)
    trail.record(TrailEvent.POST_DRAFTED, call, by=by, at=at, post=post)
    return post


@transaction.atomic
def revise_post(
    post: Post, *, words: Mapping[str, str], note: str = "", seen: int | None = None, by: User, at: datetime
) -> None:
    """Save another version. `seen` is the number of the version that was read; raises Refused where a later one is."""
    check(by, "applications.draft_post", post.call)
    require(post.call.is_draft, PUBLISHED)
    before = latest(post) or _first(post, by=by, at=at)
    require(seen is None or before.number == seen, LATER, code="later_version")
    for name in POST_FIELDS:
        setattr(post, name, words[name])
    require(words_of(post) != before.words, "Nothing is different from the version before.")
    post.save(update_fields=POST_FIELDS)
    _keep(post, note, by=by, at=at)
    trail.record(TrailEvent.POST_REVISED, post.call, by=by, at=at, post=post)


def keep_versions(call: Call, *, by: User, at: datetime) -> None:
    """Keep a version of each post whose words the office has changed; changing the call was permitted."""
    check(by, "applications.change_call", call)
    for post in call.posts.all():
        before = latest(post)
        if before is None or before.words != words_of(post):
            _keep(post, "", by=by, at=at)


def latest(post: Post) -> PostVersion | None:
    return post.versions.order_by("-number").first()


def words_of(post: Post) -> dict[str, str]:
    return {name: getattr(post, name) for name in POST_FIELDS}


def _first(post: Post, *, by: User, at: datetime) -> PostVersion:
    return _keep(post, "As the grants office wrote it.", by=by, at=at)


def _keep(post: Post, note: str, *, by: User, at: datetime) -> PostVersion:
    before = latest(post)
    number = before.number + 1 if before else 1
    facts = {"words": words_of(post), "note": note.strip(), "written_by": by, "written_at": at}
    try:
        with transaction.atomic():
            return PostVersion.objects.create(post=post, number=number, **facts)
    except IntegrityError:  # the unique constraint decides between two who save at once
        raise Refused(LATER, code="later_version") from None


@transaction.atomic
def ask_for_comments(
    call: Call, *, organisations: Iterable[Organisation], until_on: date, by: User, at: datetime
) -> None:
    """Ask organisations of the programme, by email to their leads, to comment by a day; once more moves the day."""
    check(by, "applications.ask_comments_call", call)
    refuse_asking(call, at)
    require(until_on >= london(at).date(), "Choose today or a later day.", "until_on")
    asked = list(organisations)
    require(bool(asked), "Choose at least one organisation.", "organisations")
    own = set(call.programme.organisations.filter(pk__in=[one.pk for one in asked]).values_list("pk", flat=True))
    require(own == {one.pk for one in asked}, "Choose organisations of this programme.", "organisations")
    for organisation in asked:
        facts = {"until_on": until_on, "asked_at": at, "asked_by": by}
        row, _ = CommentRequest.objects.update_or_create(call=call, organisation=organisation, defaults=facts)
        letters.calls.comments_asked(row, at=at)
    names = ", ".join(str(one) for one in asked)
    trail.record(TrailEvent.COMMENTS_ASKED, call, by=by, at=at, organisations=names, until=until_on)


def refuse_asking(call: Call, _at: datetime) -> None:
    require(call.is_draft, PUBLISHED)
    require(call.posts.exists(), "There is no post to comment on yet. The host drafts it first.")


@transaction.atomic
def comment(post: Post, *, organisation: Organisation, text: str, by: User, at: datetime) -> PostComment:
    """Say what an organisation thinks of a post, until the day that it was given."""
    check(by, "applications.comment_on_post", post.call)
    require(post.call.is_draft, PUBLISHED)
    asked = post.call.comment_requests.filter(organisation=organisation, organisation__in=by.organisation_ids).first()
    if asked is None:
        raise Refused("Choose one of your organisations that was asked.", "organisation")
    over = f"Comments could be made until {say_day(asked.until_on)}. Ask the grants office for more time."
    require(london(at).date() <= asked.until_on, over, code="over")
    require(bool(text.strip()), "Enter your comment.", "text")
    version = latest(post)
    facts = {"of_version": version.number if version else 1, "said_by": by, "said_at": at}
    row = PostComment.objects.create(post=post, organisation=organisation, text=text.strip(), **facts)
    trail.record(TrailEvent.POST_COMMENTED, post.call, by=by, at=at, post=post, organisation=organisation)
    return row


@transaction.atomic
def answer_comment(row: PostComment, *, answer: str, is_taken_up: bool, by: User, at: datetime) -> None:
    """Answer a comment once, and say whether the post takes it up; who made it gets the answer by email."""
    check(by, "applications.answer_comment", row.post.call)
    require(bool(answer.strip()), "Enter your answer.", "answer")
    waiting = PostComment.objects.filter(pk=row.pk, answered_at=None)
    facts = {"answer": answer.strip(), "is_taken_up": is_taken_up, "answered_at": at, "answered_by": by}
    require(bool(waiting.update(**facts)), "Someone has answered this comment already. Reload the page.")
    row.refresh_from_db()
    trail.record(TrailEvent.COMMENT_ANSWERED, row.post.call, by=by, at=at, post=row.post, taken_up=is_taken_up)
    letters.calls.comment_answered(row, at=at)

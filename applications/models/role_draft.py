"""A post while it is drafted: its versions, who is asked to comment on it, and the comments with their answers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.call import Call, Post
from core.accounts.models import OfProgramme, Organisation
from core.promises import AUDIT, OF_ORGANISATION, About, Kept

POST_FIELDS = ("job_title", "grade", "team", "purpose", "accountabilities", "person_specification", "competencies")


class PostVersion(OfProgramme, models.Model):
    """The words of a post as they stood; `words` has the text of each of POST_FIELDS by its name."""

    programme_through = "post"

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    words: "models.JSONField[Any, Any]" = models.JSONField()
    note = models.CharField("what changed", max_length=300, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("post", "-number")
        constraints = (models.UniqueConstraint(fields=["post", "number"], name="a post has each version once"),)

    class Promises:
        open = "id post number words note written_at"
        personal = "written_by"
        kept = (Kept("written_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"Version {self.number}"


class CommentRequest(OfProgramme, models.Model):
    """An organisation that is asked to comment on the posts of a draft call, until and including a day."""

    programme_through = "call"

    call = models.ForeignKey(Call, models.CASCADE, related_name="comment_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    until_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("call", "organisation__name")
        constraints = (
            models.UniqueConstraint(fields=["call", "organisation"], name="an organisation is asked once about a call"),
        )

    class Promises:
        open = "id call organisation until_on asked_at"
        personal = "asked_by"
        kept = (Kept("asked_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"{self.organisation} on {self.call}"


class PostComment(OfProgramme, models.Model):
    """What an organisation says about a version of a post, and what the host answers."""

    programme_through = "post"

    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    of_version = models.PositiveSmallIntegerField()
    text = models.TextField()
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    is_taken_up = models.BooleanField("taken up", default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("post", "-said_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="", is_taken_up=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="a comment on a post is answered by somebody at a time",
            ),
        )

    class Promises:
        open = "id post organisation of_version said_at is_taken_up answered_at"
        personal = "text said_by answer answered_by"
        kept = (
            Kept("text", because=OF_ORGANISATION),
            Kept("answer", because="the host's answer to an organisation, about a post"),
            Kept("said_by answered_by", because=AUDIT),
        )
        about = (
            About("said_by", "text said_by", stays=OF_ORGANISATION),
            About("answered_by", "answer answered_by", stays=AUDIT),
        )

    def __str__(self) -> str:
        return f"{self.organisation} on {self.post}"

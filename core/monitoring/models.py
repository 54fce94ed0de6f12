"""When the clock last ran, and when parts of the service stood still."""

from datetime import datetime

from django.db import models


class ClockTick(models.Model):
    """The last run of one of the clock's tasks: the worker's tick (or `send_due`), and retention."""

    class Name(models.TextChoices):
        TICK = "tick"
        RETENTION = "retention"

    name = models.CharField(max_length=20, primary_key=True, choices=Name)
    ran_at = models.DateTimeField()

    class Promises:
        open = "name ran_at"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def record(cls, name: "ClockTick.Name", at: datetime) -> None:
        cls.objects.update_or_create(name=name, defaults={"ran_at": at})

    @classmethod
    def last(cls, name: "ClockTick.Name") -> datetime | None:
        return cls.objects.filter(name=name).values_list("ran_at", flat=True).first()


class Incident(models.Model):
    """A time in which one part of the service stood still. The office is written to at its beginning and its end."""

    part = models.CharField(max_length=20)
    sentence = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["part"], condition=models.Q(ended_at=None), name="a part stands still once at a time"
            ),
        )

    class Promises:
        open = "id part sentence began_at announced_at ended_at"

    def __str__(self) -> str:
        return self.sentence

"""A task that fails with a name, an address and a token in its message."""

from celery import shared_task

MESSAGE = "Sana Example, sana@example.org, /candidate/s3cr3t/"


@shared_task(name="testing.fail")
def fail():
    raise ValueError(MESSAGE)

"""With a mail provider, what it tells of deliveries and bounces reaches the letter; only who knows the secret may tell."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as project

# The service with a provider, in a process of its own: what it listens to is decided when it starts.
TELL = """
import base64, json, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from django.test import Client
from django.utils import timezone
from core.letters.models import Letter, Status
settings.ALLOWED_HOSTS = ["*"]
at = timezone.now()
for name in ("bounced", "delivered", "stranger"):
    Letter.objects.create(
        key=name, template="x.y", to_email=name + "@example.org", subject="s", body="b", message_id=f"<{name}>",
        posted_at=at, next_try_at=at, sent_at=at, status=Status.SENT,
    )
def tell(kind, name, secret, **fields):
    body = {"RecordType": kind, "MessageID": "1", "Metadata": {"letter": f"<{name}>"}, "ServerID": 1, **fields}
    authorization = "Basic " + base64.b64encode(secret.encode()).decode()
    return Client().post(
        "/emails/postmark/tracking/", json.dumps(body), content_type="application/json",
        headers={"authorization": authorization},
    ).status_code
codes = [
    tell("Bounce", "bounced", "user:secret", Type="HardBounce", TypeCode=1, Email="bounced@example.org",
         Description="no such user bounced@example.org", BouncedAt="2019-03-13T17:00:00Z", ID=1),
    tell("Delivery", "delivered", "user:secret", Recipient="delivered@example.org", DeliveredAt="2019-03-13T17:00:00Z"),
    tell("Bounce", "stranger", "user:guessed", Type="HardBounce", TypeCode=1, Email="x@example.org", ID=2),
]
rows = {letter.key: [letter.status, str(letter.delivered_at), letter.problem] for letter in Letter.objects.all()}
print(json.dumps([codes, rows]))
"""


def test_a_bounce_gives_the_email_up_and_a_delivery_is_noted(tmp_path):
    pytest.importorskip("anymail")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "cii.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'provider.sqlite3'}",
        "EMAIL_PROVIDER": "postmark",
        "EMAIL_PROVIDER_SETTINGS": json.dumps({"POSTMARK_SERVER_TOKEN": "made-up"}),
        "EMAIL_WEBHOOK_SECRET": "user:secret",
    }
    done = subprocess.run(
        [sys.executable, "-c", TELL], env=environment, cwd=project.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    codes, rows = json.loads(done.stdout.splitlines()[-1])
    assert codes == [200, 200, 400]
    assert rows["bounced"][:2] == ["dead", "None"]
    assert ("no such user" in rows["bounced"][2], "bounced@" in rows["bounced"][2]) == (True, False)
    assert rows["delivered"] == ["sent", "2019-03-13 17:00:00+00:00", ""]
    assert rows["stranger"] == ["sent", "None", ""]

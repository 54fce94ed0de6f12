"""docs/operating.md is true: a service is installed by its blocks, runs, breaks, heals, is backed up and restored."""

import re
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from email.message import Message
from itertools import islice

import boto3
import pytest
import requests
from aiosmtpd.controller import Controller
from moto.server import ThreadedMotoServer
from requests.adapters import HTTPAdapter

from tests.faults.silence import Line, line
from tests.operating.machine import BASE, HOST, Machine, blocks, free_port, machine

pytestmark = pytest.mark.operating
PASSWORD = "a long password of the first hour"


class Mailbox:
    """A mail server with STARTTLS and a password; it can be closed and opened again."""

    def __init__(self, port: int) -> None:
        self.port, self.arrived = port, list[Message]()
        self.controller: Controller | None = None

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.arrived.append(envelope)
        return "250 taken"

    def open(self, context) -> None:
        self.controller = Controller(
            self,
            "127.0.0.1",
            self.port,
            tls_context=context,
            require_starttls=True,
            auth_require_tls=True,
            authenticator=lambda *_: __import__("aiosmtpd.smtp").smtp.AuthResult(success=True),
        )
        self.controller.start()

    def close(self) -> None:
        self.controller.stop()

    def to(self, address: str) -> list[str]:
        return [letter.content.decode() for letter in self.arrived if address in letter.rcpt_tos]


class ByName(HTTPAdapter):
    """Goes to this machine, and asks for the certificate of the name."""

    def send(self, request, **options):
        request.url = request.url.replace(HOST, "localhost")
        request.headers["Host"] = HOST
        return super().send(request, **options)


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    return Mailbox(free_port())


@pytest.fixture(scope="module")
def to_database() -> Iterator[Line]:
    with line(("127.0.0.1", 5432)) as found:
        yield found


@pytest.fixture(scope="module")
def to_storage() -> Iterator[Line]:
    """A line to an S3 server with two empty buckets."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    login = {"region_name": "eu-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    s3 = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **login)
    for name in ("office-files", "office-again"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    with line((host, port)) as found:
        yield found
    server.stop()


@pytest.fixture(scope="module")
def here(tmp_path_factory, mailbox, to_database, to_storage) -> Iterator[Machine]:
    """Follow the part of docs/operating.md about one machine, up to the running service."""
    ports = {"mail": mailbox.port, "database": to_database.port, "storage": to_storage.port}
    with machine(tmp_path_factory.mktemp("machine"), **ports) as found:
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = found.root / "etc/ssl/office"
        context.load_cert_chain(folder / "fullchain.pem", folder / "key.pem")
        mailbox.open(context)
        mailbox.context = context
        for block in islice(blocks(), 5):
            found.run(block)
        wait(lambda: found.run(LOOK[0]).strip() == '{"status": "ready"}')
        yield found
        mailbox.close()


LOOK = [next(block for block in blocks() if "readyz" in block).split("\n")[0]]


def wait(said: Callable[[], bool], seconds: float = 60) -> float:
    """Wait until something is true; return after how many seconds it was."""
    began = time.monotonic()
    while True:
        try:
            if said():
                return time.monotonic() - began
        except (AssertionError, requests.RequestException):
            pass
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.5)


@pytest.fixture
def visitor(here) -> requests.Session:
    """A browser that trusts the certificate."""
    session = requests.Session()
    session.mount("https://", ByName())
    session.trust_env = False
    session.verify = str(here.root / "etc/ssl/office/fullchain.pem")
    session.base = f"https://{HOST}:{here.tls}"
    return session


def post(visitor, path: str, **fields: str) -> requests.Response:
    page = visitor.get(visitor.base + path, timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    return visitor.post(
        visitor.base + path,
        {"csrfmiddlewaretoken": token, **fields},
        headers={"Referer": f"https://{HOST}{path}", "Origin": f"https://{HOST}"},
        timeout=30,
    )


def test_every_unit_is_one_that_systemd_takes(here):
    units = sorted((here.root / "etc/systemd/system").iterdir())
    assert len(units) == len(list((BASE / "deploy/systemd").iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )
    ours = [said for said in done.stderr.splitlines() if "office-" in said]
    assert ours == []


@pytest.mark.skipif(not shutil.which("caddy"), reason="no Caddy here")
def test_the_file_for_caddy_is_one_that_caddy_takes():
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(BASE / "deploy/Caddyfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_look_from_outside_finds_it_ready_takes_three_megabytes_and_sends_mail(here, mailbox):
    (block,) = [block for block in blocks() if "readyz" in block]
    assert here.run(block) == '{"status": "ready"}405'
    assert len(mailbox.to("help@grants.example.net")) == 1


def test_the_first_administrator_signs_in_while_mail_is_away(here, mailbox, visitor):
    mailbox.close()
    try:
        (block,) = [block for block in blocks() if "createsuperuser" in block]
        here.run(
            block.strip() + " --noinput",
            DJANGO_SUPERUSER_EMAIL="first@example.org",
            DJANGO_SUPERUSER_NAME="First",
            DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        )
        entered = post(visitor, "/accounts/login/", login="first@example.org", password=PASSWORD)
        assert (entered.status_code, "/accounts/2fa/" in entered.url) == (200, True), entered.url
    finally:
        mailbox.open(mailbox.context)


def register(visitor, address: str) -> requests.Response:
    return post(visitor, "/accounts/signup/", email=address, name="Nobody Real", password1=PASSWORD)


def test_a_stranger_gets_the_code_by_worker_and_clock(here, mailbox, visitor):
    assert register(visitor, "new@example.org").status_code == 200
    wait(lambda: len(mailbox.to("new@example.org")) == 1)


def test_a_link_s_token_is_in_no_log(here, visitor):
    assert visitor.get(f"{visitor.base}/candidate/SECRETSECRET/", timeout=20).status_code == 404
    log = here.root / "var/log/nginx/office.log"
    wait(lambda: "/candidate/***" in log.read_text())
    lines = log.read_text()
    assert ("/candidate/***" in lines, "SECRET" in lines, "SECRET" in here.log("office-web")) == (True, False, False)


def test_pages_are_compressed_on_their_way(here, visitor):
    assert visitor.get(visitor.base, timeout=20).headers["Content-Encoding"] in {"gzip", "br"}


def test_forty_half_sent_requests_stop_nobody(here, visitor):
    context = here.tls_context()
    held = []
    try:
        for number in range(40):
            raw = socket.create_connection(("127.0.0.1", here.tls))
            sent = context.wrap_socket(raw, server_hostname="localhost")
            head = f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000000\r\n"
            sent.sendall((head if number % 2 else head + "\r\nlogin=").encode())
            held.append(sent)
        began = time.monotonic()
        assert visitor.get(visitor.base, timeout=20).status_code == 200
        assert time.monotonic() - began < 15
    finally:
        for each in held:
            each.close()


def state(here, visitor) -> int:
    """What /statusz answers: 503 while a part of the service stands still."""
    token = re.search(r"^STATUS_TOKEN=(.+)$", (here.root / "etc/office/env").read_text(), re.MULTILINE)[1]
    headers = {"Authorization": f"Bearer {token}"}
    return visitor.get(f"{visitor.base}/statusz", headers=headers, timeout=20).status_code


def test_a_stopped_clock_is_reported_within_three_minutes(here, mailbox, visitor):
    wait(lambda: state(here, visitor) == 200, 120)
    before = len(mailbox.to("help@grants.example.net"))
    here.stop("office-clock")
    assert wait(lambda: state(here, visitor) == 503, 180) < 180
    wait(lambda: len(mailbox.to("help@grants.example.net")) > before, 60)
    here.start("office-clock")
    wait(lambda: state(here, visitor) == 200, 120)


def test_mail_that_is_away_delays_and_loses_nothing(here, mailbox, visitor):
    mailbox.close()
    assert register(visitor, "late@example.org").status_code == 200
    time.sleep(12)
    mailbox.open(mailbox.context)
    assert wait(lambda: len(mailbox.to("late@example.org")) == 1, 120) < 90


def test_a_broker_that_is_away_delays_and_loses_nothing(here, mailbox, visitor):
    here.stop("redis")
    began = time.monotonic()
    assert register(visitor, "waiting@example.org").status_code == 200
    assert time.monotonic() - began < 10
    here.start_redis()
    assert wait(lambda: len(mailbox.to("waiting@example.org")) == 1, 120) < 60


def test_a_database_that_falls_silent_gets_an_honest_page_and_comes_back_by_itself(here, to_database, visitor):
    to_database.silence()
    try:
        began = time.monotonic()
        assert visitor.get(visitor.base, timeout=60).status_code == 503
        assert time.monotonic() - began < 45
        answer = visitor.get(f"{visitor.base}/readyz", timeout=60)
        assert (answer.status_code, answer.json()) == (503, {"status": "the database does not answer"})
        assert visitor.get(f"{visitor.base}/healthz", timeout=30).status_code == 200
    finally:
        to_database.heal()
    assert wait(lambda: visitor.get(visitor.base, timeout=20).status_code == 200, 120) < 60


def test_a_web_that_is_away_gets_the_proxy_s_page(here, visitor):
    here.stop("office-web")
    answer = visitor.get(visitor.base, timeout=20)
    assert (answer.status_code, answer.headers["Retry-After"], "safe" in answer.text) == (503, "30", True)
    here.start("office-web")
    wait(lambda: visitor.get(visitor.base, timeout=20).status_code == 200)


def test_a_backup_is_restored_beside_it_and_holds_every_promise(here):
    (backup,) = [block for block in blocks() if "backup /var/backups" in block and "git" not in block]
    here.run(backup)
    (made,) = (here.root / "var/backups/office").iterdir()
    here.run(
        f"runuser -u postgres -- createdb --host 127.0.0.1 --username postgres --owner {here.name} {here.name}_again"
    )
    (restore,) = [block for block in blocks() if "manage.py restore" in block]
    said = here.run(
        re.sub(r"(/var/backups/office/)\w+", rf"\g<1>{made.name}", restore),
        DATABASE_URL=f"postgres://{here.name}@127.0.0.1/{here.name}_again",
        MEDIA_ROOT=str(here.root / "again"),
    )
    assert "Every promise holds" in said


def test_a_key_is_replaced_and_what_the_old_one_encrypted_is_encrypted_anew(here):
    (block,) = [block for block in blocks() if "renew_encryption" in block]
    seal = "from core.encryption import encrypt; print(encrypt('a seed'))"
    sealed = by_shell(here, seal)
    key = re.search(r"^SECRET_KEY=(.+)$", (here.root / "etc/office/env").read_text(), re.MULTILINE)[1]
    other = "k" + key[::-1]
    keys = {"SECRET_KEY": other, "SECRET_KEY_FALLBACKS": key}
    read = f"from core.encryption import decrypt; print(decrypt('{sealed}'))"
    assert by_shell(here, read, **keys) == "a seed"
    assert here.run(block, **keys).startswith("Encrypted anew: ")
    here.run(block, SECRET_KEY=key, SECRET_KEY_FALLBACKS=other)  # and back, to the key that the service has


def test_an_upgrade_keeps_everybody_and_comes_back(here, visitor):
    here.run("git tag v1.1.0")
    (block,) = [block for block in blocks() if "git checkout" in block]
    here.run(block)
    wait(lambda: visitor.get(visitor.base, timeout=20).status_code == 200)
    entered = post(visitor, "/accounts/login/", login="first@example.org", password=PASSWORD)
    assert "/accounts/2fa/" in entered.url


KEEP_A_FILE = """
from django.core.files.base import ContentFile
from core.files import store
from core.rights.models import RightsRequest
print(store.put(RightsRequest().file, ContentFile(b'a copy'), refused_at='file'))
"""
READ_IT = "from django.core.files.storage import default_storage; print(default_storage.open('{}').read().decode())"


def by_shell(here, code: str, **variables: str) -> str:
    return here.run(f".venv/bin/python manage.py shell --no-imports --command {shlex.quote(code)}", **variables).strip()


def test_files_in_s3_are_kept_missed_found_again_backed_up_and_restored(here, to_storage, visitor):
    (block,) = [block for block in blocks() if "S3_BUCKET" in block]
    here.run(block)
    wait(lambda: state(here, visitor) == 200, 120)
    name = by_shell(here, KEEP_A_FILE)
    assert by_shell(here, READ_IT.format(name)) == "a copy"
    to_storage.silence()
    try:
        wait(lambda: state(here, visitor) == 503, 60)
        began = time.monotonic()
        assert visitor.get(visitor.base, timeout=20).status_code == 200
        with pytest.raises(AssertionError, match="Our file store does not answer"):
            by_shell(here, KEEP_A_FILE)
        assert time.monotonic() - began < 60
    finally:
        to_storage.heal()
    assert wait(lambda: state(here, visitor) == 200, 120) < 60
    (backup,) = [block for block in blocks() if "backup /var/backups" in block and "git" not in block]
    here.run(f"{backup.strip()} --with-bucket")
    made = max((here.root / "var/backups/office").iterdir())
    owner = f"--host 127.0.0.1 --username postgres --owner {here.name}"
    here.run(f"runuser -u postgres -- createdb {owner} {here.name}_s3")
    (restore,) = [block for block in blocks() if "manage.py restore" in block]
    again = {"DATABASE_URL": f"postgres://{here.name}@127.0.0.1/{here.name}_s3", "S3_BUCKET": "office-again"}
    said = here.run(re.sub(r"(/var/backups/office/)\w+", rf"\g<1>{made.name}", restore), **again)
    assert "Every promise holds" in said
    assert by_shell(here, READ_IT.format(name), **again) == "a copy"


def test_without_a_worker_cron_is_enough(here, mailbox, visitor):
    for unit in ("office-worker", "office-clock", "redis"):
        here.stop(unit)
    assert register(visitor, "cron@example.org").status_code == 200
    unit = here.unit("office-due")
    here.run(unit["ExecStart"], REDIS_URL="")
    assert len(mailbox.to("cron@example.org")) == 1

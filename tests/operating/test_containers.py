"""compose.yaml is one to trust, and its first start goes through: tried without containers, service by service."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

BASE = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((BASE / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OF_THE_OFFICE = [name for name, service in SERVICES.items() if service["image"].startswith("grants-office:")]
WRITES = "UPDATE django_content_type SET model = model"
FREES = "ALTER TABLE audit_entry DISABLE TRIGGER USER"


def written() -> dict[str, str]:
    """What `manage.py new_env - --containers` prints, by name."""
    said = StringIO()
    call_command(
        "new_env",
        "-",
        containers=True,
        site_url="https://grants.example.net",
        help_email="help@grants.example.net",
        from_email="Grants office <grants@grants.example.net>",
        smtp_host="mail.example.net:587",
        stdout=said,
    )
    return dict(line.split("=", 1) for line in said.getvalue().splitlines())


def filled(text: str, env: dict[str, str]) -> str:
    """Put in what Compose puts in; a name that is asked for and missing is a KeyError."""
    text = re.sub(r"\$\{(\w+):\?\}", lambda found: env[found[1]], text)
    return re.sub(r"\$\{(\w+):-(\w*)\}", lambda found: env.get(found[1]) or found[2], text)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_pinned_and_has_limits(name):
    service = SERVICES[name]
    image, _, version = service["image"].partition(":")
    assert (image == "grants-office") or re.fullmatch(r"\d+(\.\d+)+(-\w+)?", version)
    assert service["mem_limit"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert (service["restart"] == "unless-stopped") or name in {"migrate", "bucket"}


def test_the_images_that_ours_is_made_from_are_pinned():
    images = re.findall(r"^FROM (\S+)", (BASE / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(images) == 2
    assert all(re.fullmatch(r"\w+:\d+\.\d+\.\d+-[\w-]+", image) for image in images)


def test_only_the_proxy_is_reached_from_outside_and_data_from_the_office_alone():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    kept = {name for name, service in SERVICES.items() if service.get("networks") == ["inside"]}
    assert (kept, COMPOSE["networks"]["inside"]) == ({"database", "redis", "storage", "bucket"}, {"internal": True})


def test_every_password_that_is_asked_for_is_written_and_none_twice():
    env = written()
    names = {name for name in env if name.endswith("_PASSWORD")}
    assert len({env[name] for name in names}) == len(names) == 4
    for service in SERVICES.values():
        for value in (service.get("environment") or {}).values():
            filled(value, env)


def test_the_service_is_not_told_the_passwords_of_those_who_own_its_tables():
    for name in set(OF_THE_OFFICE) - {"migrate"}:
        told = SERVICES[name]["environment"]
        assert (told["DATABASE_ADMIN_PASSWORD"], told["DATABASE_OWNER_PASSWORD"]) == ("", ""), name
        assert "//office@" in told["DATABASE_URL"]


class Containers:
    """The office's commands with the settings of their containers, on a database of this test's own."""

    def __init__(self, folder: Path) -> None:
        self.name = f"office_{os.getpid()}"
        self.env, self.folder = written(), folder

    def here(self, text: str) -> str:
        return text.replace("office_owner", f"{self.name}_owner").replace("office@", f"{self.name}@")

    def run(self, service: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        told = {name: self.here(filled(value, self.env)) for name, value in SERVICES[service]["environment"].items()}
        told["DATABASE_URL"] = told["DATABASE_URL"].replace("@database/office", f"@127.0.0.1:5432/{self.name}")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        env = (
            self.env
            | told
            | {"PATH": path, "STATIC_ROOT": f"{self.folder}/static", "MEDIA_ROOT": f"{self.folder}/media"}
        )
        return subprocess.run(command, cwd=BASE, env=env, capture_output=True, text=True, check=False, timeout=600)

    def manage(self, service: str, *command: str) -> str:
        done = self.run(service, ["python", "manage.py", *command])
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sql(self, text: str, *, by: str) -> subprocess.CompletedProcess[str]:
        command = ["psql", "--host", "127.0.0.1", "--username", by, "--dbname", self.name, "--command", text]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def containers(tmp_path_factory) -> Iterator[Containers]:
    """A database as its container makes it at its first start."""
    found = Containers(tmp_path_factory.mktemp("containers"))
    server = ["--host", "127.0.0.1", "--username", "postgres"]
    subprocess.run(["createdb", *server, found.name], check=True)
    script = (BASE / "deploy/database-roles.sql").read_text(encoding="utf-8")
    script = re.sub(r"\boffice\b(?=[ ;])", found.name, found.here(script))
    passwords = {name: found.env[name] for name in ("DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD")}
    subprocess.run(
        ["psql", *server, "--dbname", found.name], input=script, env=os.environ | passwords, text=True, check=True
    )
    yield found
    subprocess.run(["dropdb", *server, "--force", found.name], check=True)
    for role in (found.name, f"{found.name}_owner"):
        subprocess.run(["dropuser", *server, role], check=True)


@pytest.mark.operating
def test_the_first_start_goes_through_and_the_service_s_role_frees_nothing(containers):
    containers.manage("web", "collectstatic", "--noinput", "--skip-checks")
    first = containers.run("migrate", SERVICES["migrate"]["command"])
    assert first.returncode == 0, first.stdout + first.stderr
    said = containers.manage("web", "check", "--deploy", "--fail-level", "WARNING")
    assert "database role" not in said
    assert "Every promise holds" in containers.manage("backup", "check_invariants")
    assert containers.sql(WRITES, by=containers.name).returncode == 0
    assert "must be owner" in containers.sql(FREES, by=containers.name).stderr
    assert containers.sql(FREES, by=f"{containers.name}_owner").returncode == 0


@pytest.mark.operating
def test_the_control_one_role_that_is_a_superuser_does_not_start(containers):
    done = containers.run(
        "migrate",
        ["env", f"DATABASE_URL=postgres://postgres@127.0.0.1/{containers.name}"] + (SERVICES["migrate"]["command"]),
    )
    assert "is a superuser" in done.stderr
    assert done.returncode != 0


@pytest.mark.operating
def test_the_night_s_backup_is_made_by_the_role_that_only_serves(containers, tmp_path):
    (loop,) = [part for part in SERVICES["backup"]["command"] if "backup /var" in part]
    seconds = re.search(r"sleep (.*); do", loop)[1].replace("$$", "$")
    until = int(subprocess.check_output(["bash", "-c", f"echo {seconds}"], text=True))
    assert 1 <= until <= 86400
    containers.manage("backup", "backup", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1

"""A service's first file of settings: safe secrets, and passwords with any sign."""

import shutil
import stat
import subprocess
import sys
from io import StringIO

import environ
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cii.management.commands.new_env import address

PARTS = {
    "site_url": "https://grants.example.net",
    "help_email": "help@grants.example.net",
    "from_email": "Grants office <grants@grants.example.net>",
    "smtp_host": "mail.example.net:587",
}


def write(folder, **parts):
    call_command("new_env", str(folder / "env"), stdout=StringIO(), **PARTS | parts)
    return folder / "env"


def ask(expression, **variables):
    """What the settings are in a process that starts with these variables."""
    code = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'cii.settings'; from django.conf import settings; print({expression})"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=variables, check=False, capture_output=True, text=True
    )
    return answer.stdout.strip() or answer.stderr.strip().splitlines()[-1]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1))
def test_a_password_with_any_sign_arrives_as_it_was_typed(password):
    found = environ.Env.email_url_config(address("smtp+tls", "o@example.net", password, "mail.example.net:587"))
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("o@example.net", password)
    found = environ.Env.db_url_config(address("postgres", "office", password, "db.example.net") + "/office")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("office", password, "office")


def test_the_settings_read_the_file_that_env_file_names(tmp_path):
    file = write(tmp_path, database_password="a/b:@#?$ %x", media_root="/srv/files")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    asked = "settings.DATABASES['default']['PASSWORD'], settings.MEDIA_ROOT, settings.DEFAULT_FROM_EMAIL"
    expected = ("a/b:@#?$ %x", "/srv/files", "Grants office <grants@grants.example.net>")
    assert ask(asked, ENV_FILE=str(file)) == " ".join(expected)


def test_a_variable_outdoes_the_file(tmp_path):
    assert ask("settings.HELP_EMAIL", ENV_FILE=str(write(tmp_path)), HELP_EMAIL="now@example.net") == "now@example.net"


def test_every_file_has_a_key_of_its_own_that_no_shell_and_no_compose_file_changes(tmp_path):
    keys = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        keys.add(write(tmp_path / name).read_text().split("SECRET_KEY=")[1].split("\n")[0])
    assert len(keys) == 2
    assert all(len(key) >= 60 and key.replace("-", "").replace("_", "").isalnum() for key in keys)


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    before = write(tmp_path).read_text()
    with pytest.raises(CommandError, match="exists and stays as it is"):
        write(tmp_path)
    assert (tmp_path / "env").read_text() == before


@pytest.mark.parametrize("name", ["site_url", "help_email", "from_email", "smtp_host"])
def test_what_no_service_can_do_without_is_named(tmp_path, name):
    with pytest.raises(CommandError, match=f"--{name.replace('_', '-')} is missing"):
        write(tmp_path, **{name: ""})


def test_an_address_without_a_scheme_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Write it with https://"):
        write(tmp_path, site_url="grants.example.net")


def test_a_key_that_begins_with_a_dollar_is_the_key():
    assert ask("settings.SECRET_KEY", SECRET_KEY="$HOME-and-more", SITE_URL="https://a.example") == "$HOME-and-more"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "postgres://office:ab/cd@db/office", "DATABASE_URL cannot be read"),
        ("EMAIL_URL", "smtp+tls://o:ab/cd@mail:587", "EMAIL_URL cannot be read"),
        ("EMAIL_URL", "smtps://mail:465", "Write smtp+ssl:"),
        ("ENV_FILE", "/nowhere/env", "ENV_FILE is /nowhere/env, which cannot be read"),
    ],
)
def test_an_address_that_cannot_be_read_is_named_with_the_way_out(name, value, sentence):
    assert sentence in ask("settings.SITE_URL", **{name: value})


def test_nothing_is_written_beside_the_code_of_a_service(tmp_path):
    """The code may stand in a tree that is read-only."""
    for name in ("cii", "core"):
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {"SITE_URL": "https://a.example", "SECRET_KEY": "k" * 50, "DATABASE_URL": "postgres:///office"}
    program = "import cii.settings as s; print(s.BASE_DIR)"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == str(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cii", "core"]

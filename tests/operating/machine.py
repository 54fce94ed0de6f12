"""A machine in a folder: docs/operating.md is followed there block by block, and its units and its proxy run."""

import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

HOST = "grants.example.org"
BASE = Path(settings.BASE_DIR)
FOLDERS = [
    "/opt/office",
    "/etc/office",
    "/etc/ssl/office",
    "/var/lib/office",
    "/var/backups/office",
    "/var/log/nginx",
    "/etc/systemd/system",
    "/etc/nginx/sites-enabled",
]
# What only root of a whole machine can do: it is written down, and the test does the like of it.
SHIMS = ("apt-get", "useradd", "systemctl", "runuser")


def blocks() -> Iterator[str]:
    """The blocks of the part about one machine, as they stand."""
    text = (BASE / "docs" / "operating.md").read_text(encoding="utf-8")
    part = text[text.index("## On one machine") : text.index("## With containers")]
    return iter(re.findall(r"^```sh[^\n]*\n(.*?)^```$", part, re.MULTILINE | re.DOTALL))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Machine:
    """Ports, names and folders of its own instead of those of the whole machine."""

    def __init__(self, root: Path, *, mail: int, database: int, storage: int) -> None:
        self.root, self.name = root, f"office_{os.getpid()}"
        self.web, self.tls, self.redis = free_port(), free_port(), free_port()
        self.mail, self.database, self.storage = mail, database, storage
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.asked = root / "asked"
        self.units = root / "etc/systemd/system"
        self.settled = set[Path]()  # the files that were copied, and name this machine's folders by now
        for folder in FOLDERS:
            (root / folder[1:]).mkdir(parents=True)
        (root / "opt" / "office").rmdir()
        self._write_shims()
        self._write_certificate()

    # --- What a person would type ---

    def here(self, text: str) -> str:
        """Put this machine's folders, names and ports in the place of those that are written down."""
        for folder in sorted(FOLDERS, key=len, reverse=True):
            text = re.sub(f"(?<!{re.escape(str(self.root))}){folder}", f"{self.root}{folder}", text)
        swaps = {
            "https://git.example.org/grants-office.git": str(BASE),
            f"https://{HOST}": f"https://{HOST}:{self.tls}",
            "@grants.example.org": "@grants.example.net",  # the check refuses what is invented
            "127.0.0.1:8000": f"127.0.0.1:{self.web}",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.tls} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "127.0.0.1:6379": f"127.0.0.1:{self.redis}",
            "https://s3.example.org": f"http://127.0.0.1:{self.storage}",
            "mail.example.org:587": f"localhost:{self.mail}",
            "--owner office --mode": "--mode",
            "createuser office": f"createuser --host 127.0.0.1 --username postgres {self.name}",
            "createdb --owner office office": f"createdb --host 127.0.0.1 --username postgres --owner {self.name} {self.name}",
            "--redis-url": f"--database-host 127.0.0.1:{self.database} --database-name {self.name} --redis-url",
        }
        for written, meant in swaps.items():
            text = text.replace(written, meant)
        return text

    def run(self, block: str, **variables: str) -> str:
        """Run a block as bash would, stopping at the first command that fails; then do what systemctl was asked."""
        self.asked.write_text("")
        folder = self.root / "opt" / "office"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here(block)],
            cwd=folder if folder.exists() else self.root,
            env=self.environment() | variables,
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        for file in [*self.units.iterdir(), *(self.root / "etc/nginx/sites-enabled").iterdir()]:
            if file not in self.settled:
                file.write_text(self.here(file.read_text()))
                self.settled.add(file)
        for line in self.asked.read_text().splitlines():
            self.systemctl(*shlex.split(line))
        return done.stdout

    def environment(self) -> dict[str, str]:
        keep = {name: os.environ[name] for name in ("HOME", "LANG", "PYENV_VERSION") if name in os.environ}
        written = self.root / "etc/office/env"
        return keep | {
            "PATH": f"{self.root / 'shims'}:{os.environ['PATH']}",
            "CURL_HOME": str(self.root),
            "SSL_CERT_FILE": str(self.root / "etc/ssl/office/fullchain.pem"),
            **({"ENV_FILE": str(written)} if written.exists() else {}),
            "SMTP_PASSWORD": "p/a:s@s %#",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    # --- What the machine does by itself ---

    def systemctl(self, verb: str, *arguments: str) -> None:
        units = [name.removesuffix(".service") for name in arguments if not name.startswith("--")]
        for unit in units:
            if unit == "nginx":
                self.start_proxy()
            elif not unit.endswith(".timer"):
                if verb == "restart":
                    self.stop(unit)
                self.start(unit)

    def unit(self, name: str) -> Mapping[str, str]:
        text = (self.units / f"{name}.service").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def start(self, name: str) -> None:
        unit = self.unit(name)
        variable, _, value = unit["Environment"].partition("=")
        self._begin(
            name, shlex.split(unit["ExecStart"]), unit["WorkingDirectory"], self.environment() | {variable: value}
        )

    def start_proxy(self) -> None:
        office = self.root / "etc/nginx/sites-enabled/office.conf"
        whole = self.root / "nginx.conf"
        whole.write_text(
            f"pid {self.root}/nginx.pid; error_log {self.root}/nginx.log; events {{}} http {{ include {office}; }}"
        )
        self._begin("nginx", ["nginx", "-c", str(whole), "-g", "daemon off;"], str(self.root), self.environment())

    def _begin(self, name: str, command: list[str], folder: str, environment: dict[str, str]) -> None:
        log = (self.root / f"{name}.out").open("ab")
        self.running[name] = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def start_redis(self) -> None:
        command = ["redis-server", "--port", str(self.redis), "--bind", "127.0.0.1", "--save", ""]
        self._begin("redis", command, str(self.root), self.environment())

    def close(self) -> None:
        for name in list(self.running):
            self.stop(name)
        for name in (self.name, f"{self.name}_again", f"{self.name}_s3"):
            subprocess.run(["dropdb", "-h", "127.0.0.1", "-U", "postgres", "--if-exists", "--force", name], check=False)
        subprocess.run(["dropuser", "-h", "127.0.0.1", "-U", "postgres", "--if-exists", self.name], check=False)

    def tls_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root / "etc/ssl/office/fullchain.pem"))

    def log(self, name: str) -> str:
        return (self.root / f"{name}.out").read_text()

    # --- What must be there before ---

    def _write_shims(self) -> None:
        (self.root / "shims").mkdir()
        bodies = {"systemctl": f'printf "%s\\n" "$*" >>{self.asked}', "runuser": 'shift 3; exec "$@"'}
        for name in SHIMS:
            file = self.root / "shims" / name
            file.write_text(f"#!/bin/sh\n{bodies.get(name, ':')}\n")
            file.chmod(0o755)

    def _write_certificate(self) -> None:
        folder = self.root / "etc/ssl/office"
        command = (
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=office -keyout key.pem -out fullchain.pem"
        )
        names = f"subjectAltName=DNS:{HOST},DNS:localhost,IP:127.0.0.1"
        subprocess.run([*shlex.split(command), "-addext", names], cwd=folder, check=True, capture_output=True)
        (self.root / ".curlrc").write_text(
            f'resolve = "{HOST}:{self.tls}:127.0.0.1"\ncacert = "{folder / "fullchain.pem"}"\n'
        )


@contextmanager
def machine(root: Path, *, mail: int, database: int, storage: int) -> Iterator[Machine]:
    found = Machine(root, mail=mail, database=database, storage=storage)
    try:
        found.start_redis()
        yield found
    finally:
        found.close()

"""The whole portal as `make demo` runs it, for tests that need every process: web, worker, beat, both servers."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from portal.embedded.valkey import Valkey
from tests.pytest_servers import patiently

ROOT = Path(__file__).resolve().parents[1]
# Seconds. Nothing here is timed: a start takes about ten, many times that while everything else runs beside it.
PATIENCE = 240
ANSWER_WITHIN = 20  # seconds for one answer of a portal that is well
# Tuesday morning, in the middle of a month: far from every edge until a test travels to one.
START = "2026-11-17T10:00:00+08:00"
# Ports below those that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere).
PORTS = range(20_000, 32_000)
ORGANIZATIONS = ("acme", "orbit", "zenith", "pine", "summit", "isvsoft")
STAFF = ("engineer", "expert", "senior", "lead", "tam", "billing", "admin")
PEOPLE = (
    *(f"{role}@{organization}.example" for organization in ORGANIZATIONS for role in ("owner", "member")),
    *(f"{name}@support.example" for name in STAFF),
)
TOKENS = "tokens.json"  # in a prepared home
OF_THE_TEST_RUN = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "PORTAL_TESTING", "DJANGO_SETTINGS_MODULE"}


def environment(home: Path, port: int) -> dict[str, str]:
    """A person's shell: nothing of the test run's own servers and settings."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
    return kept | {"PORTAL_HOME": str(home), "PORT": str(port), "EMPTY": "1"}


class Portal:
    """One `python -m portal.embedded`, which is all that `make demo` runs once everything is installed."""

    def __init__(self, home: Path, port: int, **settings: str) -> None:
        self.home, self.url = home, f"http://127.0.0.1:{port}"
        self.environment = environment(home, port) | settings
        self.clients: list[httpx.Client] = []
        self.screen = home.parent / f"screen-{time.monotonic_ns()}"
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, words: str, times: int = 1) -> None:
        """Until `words` stand on the screen `times` times."""
        deadline = time.monotonic() + PATIENCE
        while self.screen.read_text().count(words) < times:
            assert self.process.poll() is None or words in self.screen.read_text(), self.screen.read_text()
            assert time.monotonic() < deadline, self.screen.read_text()
            time.sleep(0.1)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            assert self.process.poll() is None, self.screen.read_text()
            assert time.monotonic() < deadline, self.screen.read_text()
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=ANSWER_WITHIN) as answer:
                return answer.status == 200
        except OSError:
            return False

    def children(self) -> dict[str, psutil.Process]:
        """The processes of the portal by name."""
        roster = json.loads((self.home / "children.json").read_text())
        return {name: psutil.Process(noted["pid"]) for name, noted in roster.items()}

    def manage(self, *command: str) -> str:
        """`manage.py COMMAND` joined to this portal; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def token(self, email: str) -> str:
        """An API token that may write; those of the demo's people were made with the prepared home."""
        made = json.loads((self.home / TOKENS).read_text())
        return made.get(email) or self.manage("create_token", email, "--scope", "write")

    def client(self, email: str) -> httpx.Client:
        """A client of the API with a token of that person."""
        client = httpx.Client(
            base_url=f"{self.url}/api/v1/",
            headers={"Authorization": f"Bearer {self.token(email)}"},
            timeout=240,
            trust_env=False,
        )
        self.clients.append(client)
        return client

    def travel(self, admin: httpx.Client, to: datetime) -> None:
        """Move the portal's clock."""
        answer = admin.put("operator/clock", json={"now": to.isoformat()})
        assert answer.status_code == 200, answer.text

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As Ctrl-C does; the clients of this portal are closed with it."""
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)


def open_folder(name: str) -> Path:
    """A new folder of this run of the tests that any user may walk into: as root PostgreSQL runs as another.

    pytest's own folders are closed. It is removed when the run ends.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=os.environ["TEST_HOME"]))
    folder.chmod(0o711)
    return folder


def free_port() -> int:
    """A port that is free, that no connection gets by chance, and that is given out once in a run of the tests."""
    with (Path(os.environ["TEST_HOME"]) / "ports").open("a+") as given_out:
        fcntl.flock(given_out, fcntl.LOCK_EX)
        given_out.seek(0)
        taken = {int(line) for line in given_out}
        # Runs beside this one begin elsewhere.
        first = os.getpid() * 37 % len(PORTS)
        for port in (*PORTS[first:], *PORTS[:first]):
            if port not in taken and _is_free(port):
                given_out.write(f"{port}\n")
                return port
    raise AssertionError("no port is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def prepared_home(clock: str) -> Path:
    """A home with tables, catalogue, people with API tokens and organizations, made once in a run of the tests.

    A portal that runs on a copy of it starts without preparing anything. `clock` is its PORTAL_TEST_CLOCK; it ticks
    on in the copies from when the home was made.
    """
    folder = Path(os.environ["TEST_HOME"]) / f"prepared-{clock.partition('T')[0] or 'real'}"
    folder.mkdir(mode=0o711, exist_ok=True)
    home = folder / "home"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            portal = Portal(home, free_port(), **({"PORTAL_TEST_CLOCK": clock} if clock else {}))
            try:
                portal.wait_until_ready()
                tokens = portal.manage("create_token", *PEOPLE, "--scope", "write").split()
                (home / TOKENS).write_text(json.dumps(dict(zip(PEOPLE, tokens, strict=True))))
            finally:
                portal.stop()
            (folder / "done").touch()
    return home


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Portal]:
    """A ready portal with its home in an open folder, stopped at the end.

    Its Redis is one of the test's own, which is waited for however busy the machine is: what is announced to open
    pages gets lost where it does not answer at once.
    """
    home = folder / "home"
    # As root PostgreSQL's files belong to another user and stay theirs: cp keeps owners, shutil does not.
    subprocess.run(["cp", "-a", str(prepared_home(settings.get("PORTAL_TEST_CLOCK", ""))), str(home)], check=True)
    with _redis(folder, settings) as addresses:
        portal = Portal(home, free_port(), **settings, **addresses)
        try:
            portal.wait_until_ready()
            yield portal
        finally:
            portal.stop()


@contextmanager
def _redis(folder: Path, settings: dict[str, str]) -> Iterator[dict[str, str]]:
    if "REDIS_URL" in settings:
        yield {}
        return
    server = Valkey(folder, persist=False)
    server.start()
    try:
        yield {"REDIS_URL": patiently(server.url()), "CELERY_BROKER_URL": server.broker_url()}
    finally:
        server.stop()


def pay(portal: Portal, order: dict[str, Any]) -> None:
    """Pay an order at the sandbox, as a script may: once more where the portal was too busy to be told in time."""
    address, paying = f"{portal.url}/sandbox/payments/{order['payment']['reference']}", {"outcome": "succeeded"}
    deadline = time.monotonic() + PATIENCE
    while (answer := httpx.post(address, json=paying, timeout=PATIENCE, trust_env=False)).status_code == 503:
        assert time.monotonic() < deadline, answer.text
    assert answer.status_code == 200, answer.text

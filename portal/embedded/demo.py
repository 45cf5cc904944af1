"""`make demo`: the whole portal on one machine, from its own servers to the page in the browser."""

import os
import secrets
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from portal.embedded import roles, running
from portal.embedded.child import Child, StartError
from portal.embedded.places import leave_socket_folder, log_file
from portal.embedded.postgres import Postgres
from portal.embedded.preparation import ROOT, Interrupted, forget_preparation, is_prepared, prepare
from portal.embedded.screen import Screen
from portal.embedded.supervisor import Supervisor, end_leftovers
from portal.embedded.valkey import Valkey
from portal.embedded.welcome import welcome

READY_WITHIN = 90  # seconds from the start of the programs
DEFAULTS = {
    "PORTAL_DEMO": "1",
    "PORTAL_TEST_CLOCK": "1",
    "PAYMENT_GATEWAY": "sandbox,bank_transfer",
    "SANDBOX_SECRET": "sandbox",
    "EMAIL_URL": "sandbox://",
}
SERVERS = ("postgres", "valkey")
ADDRESSES = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
JOINING = (*DEFAULTS, *ADDRESSES, "SECRET_KEY", "PUBLIC_URL", "PORT")  # what manage.py needs to join


class Demo:
    """One run, from the lock on its home to the last process stopped."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Reads PORTAL_HOME, PORT, EMPTY; raises StartError for a wrong value."""
        self.screen = Screen()
        self.home = Path(environ.get("PORTAL_HOME") or ROOT / ".portal").expanduser().absolute()
        self.port = _port(environ.get("PORT") or "8000")
        self.url = f"http://127.0.0.1:{self.port}"
        self.empty = environ.get("EMPTY", "") not in {"", "0"}
        self.given = dict(environ)
        self.stopping = threading.Event()
        self.supervisor = Supervisor(self.home, self.screen.step)

    def run(self) -> int:
        """Until Ctrl-C, SIGTERM or a closed terminal; returns the exit code."""
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop, lambda *_: self.stopping.set())
        _make_home(self.home)
        lock = running.claim(self.home, url=self.url)
        try:
            self._start()
            self.supervisor.keep(self.stopping)
        except Interrupted:
            pass
        finally:
            self._stop()
            lock.close()
        return 0

    def _start(self) -> None:
        left = end_leftovers(self.home)
        if left:
            self.screen.step(f"ended what was left of the last run: {', '.join(left)}")
        _wait_for_port(self.port)
        env = self._environment() | self._start_servers()
        running.write_environment(self.home, {name: env[name] for name in JOINING})
        self._prepare(env)
        self._start_programs(env)
        self._wait_until_ready()
        self.screen.show(welcome(self.url, home=self.home, empty=self.empty, seconds=self.screen.seconds()))

    def _environment(self) -> dict[str, str]:
        """What every process gets: our environment, completed by the demo's settings."""
        own = {"PORTAL_HOME": str(self.home), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        own |= {"PUBLIC_URL": self.given.get("PUBLIC_URL") or self.url}
        own |= {"SECRET_KEY": self.given.get("SECRET_KEY") or _secret_key(self.home)}
        defaults = {name: self.given.get(name) or value for name, value in DEFAULTS.items()}
        return self.given | defaults | own

    def _start_servers(self) -> dict[str, str]:
        """Start the servers that are not given; returns the addresses of all."""
        given = {name: self.given[name] for name in ADDRESSES if self.given.get(name)}
        addresses: dict[str, str] = {}
        if "DATABASE_URL" in given:
            addresses["MIGRATE_DATABASE_URL"] = given["DATABASE_URL"]
        else:
            postgres = Postgres(self.home)
            if postgres.is_new():
                forget_preparation(self.home)
            self.supervisor.add(postgres.child, postgres.start)
            roles.make_roles_and_database(postgres)
            addresses["DATABASE_URL"] = roles.runtime_url(postgres)
            addresses["MIGRATE_DATABASE_URL"] = roles.owner_url(postgres)
        if "REDIS_URL" in given:
            addresses["CELERY_BROKER_URL"] = given["REDIS_URL"]
        else:
            valkey = Valkey(self.home)
            self.supervisor.add(valkey.child, valkey.start)
            addresses |= {"REDIS_URL": valkey.url(), "CELERY_BROKER_URL": valkey.broker_url()}
        started = [member.child.name for member in self.supervisor.members]
        self.screen.step(f"servers: {', '.join(started) or 'those given'}")
        return addresses | given

    def _prepare(self, env: dict[str, str]) -> None:
        """All steps, or none where this home was prepared from the same files."""
        if "DATABASE_URL" not in self.given and is_prepared(self.home):
            return
        owner_env = env | {"DATABASE_URL": env["MIGRATE_DATABASE_URL"]}
        prepare(
            self.home,
            env=env,
            owner_env=owner_env,
            empty=self.empty,
            tell=self.screen.step,
            stopping=self.stopping,
        )

    def _start_programs(self, env: dict[str, str]) -> None:
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "portal"]
        quick = ["--without-gossip", "--without-mingle"]
        uvicorn = ["uvicorn", "portal.asgi:application", "--host", "127.0.0.1", "--port", str(self.port)]
        uvicorn += ["--timeout-graceful-shutdown", "2", "--no-access-log", "--log-level", "warning"]
        beat = ["beat", "-l", "WARNING", "--pidfile=", "-s", str(self.home / "beat-schedule")]
        programs = {
            "web": [*python, *uvicorn],
            "worker": [*celery, "worker", "-l", "INFO", "-c", "2", *quick],
            "beat": [*celery, *beat],
        }
        for name, command in programs.items():
            self.supervisor.add(Child(name, command, env=env, cwd=ROOT, log=log_file(self.home, name)))
        self.screen.step(f"programs: {', '.join(programs)}")

    def _wait_until_ready(self) -> None:
        """Until /readyz answers 200; a program that dies before that once ends the start."""
        deadline = time.monotonic() + READY_WITHIN
        answer = ""
        while not self.stopping.wait(0.2):
            for child in self.supervisor.the_dead():
                raise StartError(f"{child.name} ended while starting\n{child.last_words(15)}")
            ready, answer = _readiness(self.url)
            if ready:
                return
            if time.monotonic() > deadline:
                raise StartError(f"not ready after {READY_WITHIN} s; {self.url}/readyz says: {answer}")
        raise Interrupted

    def _stop(self) -> None:
        if self.supervisor.members:
            self.screen.step("stopping")
        running.forget_environment(self.home)
        programs = [m.child.name for m in self.supervisor.members if m.child.name not in SERVERS]
        if programs:
            self.supervisor.stop(*programs)
        self.supervisor.stop()
        leave_socket_folder(self.home)
        self.screen.step("stopped")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise StartError(f"PORT={text}: expected a number from 1 to 65535")
    return int(text)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)  # as root PostgreSQL runs as another user
    except OSError as error:
        raise StartError(f"PORTAL_HOME={home} cannot be used: {error.strerror}") from error


def _secret_key(home: Path) -> str:
    """Made once per home, so that sessions live on over a restart."""
    file = home / "secret-key"
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    return file.read_text("utf-8")


def _wait_for_port(port: int, *, patience: float = 3) -> None:
    """A predecessor that was killed may hold the port for a moment."""
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except PermissionError:
                raise StartError(f"Port {port} needs root: choose another, make demo PORT=8000") from None
            except OSError:
                if time.monotonic() > deadline:
                    raise StartError(
                        f"Port {port} is in use by another program: choose another, make demo PORT={port + 1}"
                    ) from None
        time.sleep(0.1)


def _readiness(url: str) -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return True, answer.read(2000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return False, error.read(2000).decode("utf-8", "replace")
    except OSError as error:
        return False, str(error)

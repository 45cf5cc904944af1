"""Real PostgreSQL and Valkey for one test run. Loaded by `-p tests.pytest_servers`, before settings are read.

Each run has its own servers in a temporary folder. Under pytest-xdist the controller starts them; the workers
inherit the addresses, pytest-django gives each its own database and this file its own numbers in Valkey.
Servers given by DATABASE_URL or REDIS_URL are used instead.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from portal.embedded.postgres import Postgres
from portal.embedded.roles import make_roles_and_database, owner_url
from portal.embedded.valkey import Valkey

PREFIX = "portal-test-"
# Seconds. The portal gives a Redis that hangs half a second; on a busy machine one that is well takes longer.
REDIS_PATIENCE = 600


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start what is not given, and stop it when pytest leaves, whatever the reason."""
    os.environ.setdefault("PORTAL_TESTING", "1")
    # Playwright's own loop runs in the main thread beside tests that ask the database there.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _remove_homes_of_killed_runs()
        home = _make_home(early_config)
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = _start_postgres(home, early_config)
        if "REDIS_URL" not in os.environ:
            os.environ["TEST_VALKEY_HOME"] = str(_start_valkey(home, early_config))
        os.environ["TEST_HOME"] = str(home)
    _choose_own_places()


def _start_postgres(home: Path, config: pytest.Config) -> str:
    postgres = Postgres(home, fast=True, max_connections=300)
    config.add_cleanup(postgres.stop)
    postgres.start()
    make_roles_and_database(postgres)
    return owner_url(postgres)


def _start_valkey(home: Path, config: pytest.Config) -> Path:
    valkey = Valkey(home, persist=False)
    config.add_cleanup(valkey.stop)
    valkey.start()
    return home


def _choose_own_places() -> None:
    """Two numbers in Valkey and a data folder for this process: the controller's are the first."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    place = int(worker.removeprefix("gw")) + 1 if worker else 0
    if "TEST_VALKEY_HOME" in os.environ:
        valkey = Valkey(Path(os.environ["TEST_VALKEY_HOME"]), persist=False)
        os.environ["REDIS_URL"] = patiently(valkey.url(2 * place))
        os.environ["CELERY_BROKER_URL"] = valkey.broker_url(2 * place + 1)
    data = Path(os.environ["TEST_HOME"]) / f"data-{place}"
    data.mkdir(exist_ok=True)
    os.environ["PORTAL_HOME"] = str(data)


def patiently(url: str) -> str:
    """An address of Redis at which everybody waits longer than the portal itself would."""
    return f"{url}&socket_timeout={REDIS_PATIENCE}&socket_connect_timeout={REDIS_PATIENCE}"


def _make_home(config: pytest.Config) -> Path:
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)  # as root PostgreSQL runs as another user
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    lock = (home / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    config.add_cleanup(lock.close)
    return home


def _remove_homes_of_killed_runs() -> None:
    """A run that was killed leaves its folder; its lock is free."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (home / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(home, ignore_errors=True)
        except OSError:
            continue  # in use, another user's, or just being made

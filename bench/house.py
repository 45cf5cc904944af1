"""Servers of the rigs' own: PostgreSQL with its usual safety, Valkey, tables and catalogue; kept between runs.

    from bench.house import open_house
    with open_house() as house: ...

`house.owner` is an address for bare SQL as the tables' owner. Django is set up for this process as the runtime
role. The folder is BENCH_HOME, by default `.portal-bench/` in the project; remove it to begin anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from portal.embedded.postgres import Postgres
from portal.embedded.roles import make_roles_and_database, owner_url, runtime_url
from portal.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
# All tenants' rows, for the whole session.
SCOPE = "SELECT set_config('portal.organization', '*', false)"


@dataclass(frozen=True)
class House:
    """Addresses of the running servers."""

    home: Path
    owner: str
    runtime: str

    def run(self, sql: str) -> None:
        """Bare SQL as the tables' owner, over all tenants, in one transaction."""
        connection = psycopg2.connect(self.owner)
        with connection, connection.cursor() as cursor:
            cursor.execute(SCOPE)
            cursor.execute(sql)
        connection.close()


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


@contextmanager
def open_house() -> Iterator[House]:
    """Start what is there or make it; stopped on leaving."""
    home = Path(os.environ.get("BENCH_HOME", ROOT / ".portal-bench"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)  # as root PostgreSQL runs as another user
    postgres, valkey = Postgres(home), Valkey(home, persist=False)
    postgres.start()
    valkey.start()
    try:
        make_roles_and_database(postgres)
        house = House(home, owner_url(postgres), runtime_url(postgres))
        _set_up(house, valkey)
        yield house
    finally:
        valkey.stop()
        postgres.stop()


def _set_up(house: House, valkey: Valkey) -> None:
    settings = {
        "PORTAL_TESTING": "1",
        "PORTAL_HOME": str(house.home),
        "REDIS_URL": valkey.url(0),
        "CELERY_BROKER_URL": valkey.broker_url(1),
        "RATE_LIMITS": "off",
    }
    os.environ.update(settings)
    _manage("migrate", "--noinput", "-v0", database=house.owner)
    _manage("load_catalogue", database=house.runtime)
    os.environ["DATABASE_URL"] = house.runtime
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()


def _manage(*command: str, database: str) -> None:
    env = os.environ | {"DATABASE_URL": database}
    whole = [sys.executable, "manage.py", *command, "--skip-checks"]
    subprocess.run(whole, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)

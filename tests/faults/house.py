"""A whole running portal whose processes and servers a test may kill, and a look into its database from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2
import redis

from portal.embedded.postgres import SUPERUSER
from portal.embedded.roles import OWNER
from portal.embedded.valkey import Valkey
from tests import running_portal
from tests.running_portal import OF_THE_TEST_RUN, ROOT, Portal

# Nothing here is timed closely: a busy machine gets this many seconds for what takes a few on a quiet one.
PATIENCE = 240
# The portal's clock in SQL.
NOW = "(SELECT now() + (portal_at - real_at) FROM common_testclock)"
TICKET: dict[str, Any] = {
    "kind": "technical",
    "severity": "production_impaired",
    "region": "cn-north-4",
    "subject": "Requests time out",
    "body": "One in twenty since this morning.",
}


def until(condition: Callable[[], Any], *, patience: float = PATIENCE, pause: float = 0.05) -> float:
    """Wait until `condition` holds; the seconds it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < patience, f"not within {patience} s"
        time.sleep(pause)
    return time.monotonic() - started


class House:
    """A portal, the broker that its owner may stop, and its database."""

    def __init__(self, portal: Portal, broker: Valkey) -> None:
        self.portal, self.broker = portal, broker
        self._database: Any = None

    # -- processes

    def program(self, name: str) -> psutil.Process:
        """One of the portal's processes; one that has just died is started again within a moment."""
        found: dict[str, psutil.Process] = {}

        def is_running() -> bool:
            with suppress(psutil.NoSuchProcess):
                found.update(self.portal.children())
            return name in found and found[name].is_running()

        until(is_running)
        return found[name]

    def pool(self) -> list[psutil.Process]:
        """The worker's own processes, in which tasks run."""
        with suppress(psutil.NoSuchProcess):
            return self.program("worker").children()
        return []

    def restart(self) -> None:
        """Everything ends by kill -9, and the same home is started again."""
        port = int(self.portal.url.rsplit(":", 1)[1])
        self.portal.kill()
        again = Portal(self.portal.home, port, **self.portal.environment)
        self.portal.process, self.portal.screen = again.process, again.screen
        self.portal.wait_until_ready()

    def join(self, *command: str) -> subprocess.Popen[bytes]:
        """Another process of this portal, as a second machine would run it."""
        kept = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
        with (self.portal.home / "logs" / "joined.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=kept | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def environment(self) -> dict[str, str]:
        lines = (self.portal.home / "env").read_text().splitlines()
        return self.portal.environment | dict(line.split("=", 1) for line in lines)

    def log_of(self, name: str) -> str:
        return (self.portal.home / "logs" / f"{name}.log").read_text()

    # -- the broker

    def flush_broker(self) -> None:
        client = redis.Redis.from_url(self.broker.url())
        client.flushall()
        client.close()

    @contextmanager
    def frozen(self, process: psutil.Process) -> Iterator[None]:
        """The process does nothing meanwhile, and does not know it."""
        process.suspend()
        try:
            yield
        finally:
            with suppress(psutil.NoSuchProcess):
                process.resume()

    # -- the database

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the tables hold, seen by the superuser; also runs writing statements."""
        try:
            with self.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.OperationalError:
            if not self._database.closed:
                raise
        return self.rows(statement, *values)  # the server was killed since the last look

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        if self._database is None or self._database.closed:
            self._database = self._connect()
            self._database.autocommit = True
        with self._database.cursor() as cursor:
            yield cursor

    @contextmanager
    def no_writing(self, table: str) -> Iterator[Callable[[], bool]]:
        """Nobody can write to the table; what it gives tells whether somebody of the portal stands there and waits."""
        holder = self._connect()
        try:
            with holder.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield lambda: bool(
                self.one("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", table)
            )
        finally:
            holder.close()

    def _connect(self) -> Any:
        owner = self.environment()["MIGRATE_DATABASE_URL"]
        return psycopg2.connect(owner.replace(f"//{OWNER}:", f"//{SUPERUSER}:"))

    def one(self, statement: str, *values: Any) -> Any:
        return self.rows(statement, *values)[0][0]

    def beats(self) -> int:
        """Sessions of beats: of the one that holds the lock, and of those that want it."""
        return self.one("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%%'")

    def waiting(self) -> int:
        """Events that have not left yet."""
        return self.one("SELECT count(*) FROM common_outboxevent WHERE done_at IS NULL")

    def skip_time(self, hours: float) -> None:
        """The clock of a portal that stood still for so long: no job ran in between."""
        self.rows("UPDATE common_testclock SET portal_at = portal_at + %s * interval '1 hour'", hours)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    # -- people

    def file(self, client: httpx.Client, organization: str, key: str | None = None, **changes: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return client.post(f"orgs/{organization}/tickets", json=TICKET | changes, headers=headers)

    def subscribe(self, owner: httpx.Client, organization: str, tier: str, cycle: str = "yearly") -> None:
        wish = {"action": "subscribe", "tier": tier, "cycle": cycle}
        quoted = owner.post(f"orgs/{organization}/quotes", json=wish)
        assert quoted.status_code == 201, quoted.text
        ordered = owner.post(f"orgs/{organization}/orders", json={"quote": quoted.json()["id"]})
        assert ordered.status_code == 201, ordered.text
        self.pay(ordered.json())

    def pay(self, order: dict[str, Any]) -> None:
        running_portal.pay(self.portal, order)


@contextmanager
def started(folder: Path, **environment: str) -> Iterator[House]:
    """A ready portal with a broker of the test's own; everything is stopped at the end."""
    broker = Valkey(folder, persist=False)
    broker.start()
    addresses = {"REDIS_URL": broker.url(), "CELERY_BROKER_URL": broker.broker_url()}
    try:
        with running_portal.running(folder, RATE_LIMITS="off", **addresses, **environment) as portal:
            house = House(portal, broker)
            try:
                yield house
            finally:
                house.close()
    finally:
        broker.stop()


_COPY_TICKET = """
INSERT INTO tickets_ticket
SELECT copy.* FROM tickets_ticket AS ticket, generate_series(1, %(copies)s) AS place,
       jsonb_populate_record(ticket, jsonb_build_object(
           'id', nextval('tickets_ticket_id_seq'), 'number', %(prefix)s || place)) AS copy
 WHERE ticket.id = %(ticket)s
"""
_COPY_TIMER = """
INSERT INTO tickets_responsetimer
SELECT copy.* FROM tickets_responsetimer AS timer, tickets_ticket AS ticket,
       jsonb_populate_record(timer, jsonb_build_object(
           'id', nextval('tickets_responsetimer_id_seq'), 'ticket_id', ticket.id)) AS copy
 WHERE timer.ticket_id = %(ticket)s AND ticket.number LIKE %(prefix)s || '%%'
"""


def multiply(cursor: Any, ticket: int, copies: int, prefix: str) -> None:
    """Copies of a ticket and its timer, numbered PREFIX1 and so on, as if so many had been filed."""
    values = {"ticket": ticket, "copies": copies, "prefix": prefix}
    cursor.execute(_COPY_TICKET, values)
    cursor.execute(_COPY_TIMER, values)

"""One beat at a time: the one that holds a PostgreSQL advisory lock ticks, others wait (spec page 8.2).

Two at once would be harmless (jobs work out from rows what is missing); the lock saves the work.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg2
import structlog
from celery.beat import Scheduler
from django.conf import settings

log = structlog.get_logger(__name__)
LOCK_NUMBER = 8_202_611
WAIT_SECONDS = 5


class OneBeat(Scheduler):
    """Celery's in-memory scheduler behind the lock; the schedule comes from portal/celery.py alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._lock: Any = None
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Every entry is due at the start: what a downtime left undone does not wait for its next turn."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self._leads():
            return WAIT_SECONDS
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
        super().close()

    def _leads(self) -> bool:
        try:
            if self._lock is None:
                self._lock = _connect()
            with self._lock.cursor() as cursor:
                # Taken again by the holder it only counts up; asking also proves that the session still lives.
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_NUMBER])
                return cursor.fetchone()[0]
        except psycopg2.Error as error:
            log.warning("beat.database_unavailable", error=repr(error))
            self._lock = None
            return False


def _connect() -> Any:
    """A session of its own: the lock must not ride on a pooled connection."""
    database = settings.DATABASES["default"]
    connection = psycopg2.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"] or None,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        connect_timeout=5,
        # A leader asks every few seconds. One that is frozen loses its session, and with it the lock.
        options="-c idle_session_timeout=12s",
    )
    connection.autocommit = True
    return connection

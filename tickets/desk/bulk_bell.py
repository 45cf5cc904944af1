"""Wakes a worker for bulk actions; unheard, the periodic job finds them within seconds."""

from __future__ import annotations

import redis
import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from common import redis_silence

log = structlog.get_logger(__name__)
JOB = "tickets.bulk"


def ring() -> None:
    """Send the periodic job out of its turn; never fails."""
    if redis_silence.is_silent():
        return
    try:
        current_app.send_task("portal.run_job", args=[JOB], retry=False, expires=60)
    except (redis.RedisError, OperationalError, OSError) as error:
        redis_silence.note(error)
        log.info("bulk_bell.unheard", error=repr(error))

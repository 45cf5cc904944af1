"""The one clock. All code takes the time from here, so that demo and tests can travel (spec pages 7 'Time' and 8.2).

Without the setting PORTAL_TEST_CLOCK it is the machine's clock. With it, the portal's own clock lives in one
row of the database, shared by web, workers, beat and manage.py: portal time = `portal_at` + (real time − `real_at`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection

from common.beijing import date_of

_pinned: ContextVar[datetime | None] = ContextVar("pinned_instant", default=None)
_offset: ContextVar[timedelta | None] = ContextVar("known_offset", default=None)


def real_now() -> datetime:
    """The machine's time in UTC: only for heartbeats, leases, time-outs and rate limits."""
    return datetime.now(UTC)


def now() -> datetime:
    """The portal's instant, aware, in UTC."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    # The distance first: the very first reading stores it, and must not be earlier than where the clock starts.
    offset = _test_offset()
    return real_now() + offset


def today() -> date:
    """The portal's date in Beijing."""
    return date_of(now())


def is_test_clock() -> bool:
    """Whether this portal may travel in time."""
    return bool(settings.PORTAL_TEST_CLOCK)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stop the clock at `instant` (aware) inside the block: tests, and jobs run for a moment of their own."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _pinned.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)


@contextmanager
def not_before(instant: datetime) -> Iterator[None]:
    """Inside the block it is at least `instant` (aware): jobs of a journey run ahead of the clock that others read."""
    if is_test_clock() and instant > now():
        with at(instant):
            yield
    else:
        yield


@contextmanager
def steady() -> Iterator[None]:
    """Look the travelled distance up once for a whole request instead of at every call."""
    if not is_test_clock():
        yield
        return
    token = _offset.set(_test_offset())
    try:
        yield
    finally:
        _offset.reset(token)


def look_again() -> None:
    """Within `steady`: the clock may have been moved meanwhile by somebody we have waited for."""
    if _offset.get() is not None:
        _offset.set(None)
        _offset.set(_test_offset())


def move_to(instant: datetime) -> None:
    """Write the portal's instant into the shared row; the caller has checked that it is not earlier."""
    real = real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_testclock (id, portal_at, real_at) VALUES (1, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET portal_at = EXCLUDED.portal_at, real_at = EXCLUDED.real_at",
            [instant, real],
        )
    if _offset.get() is not None:
        _offset.set(instant - real)


def _test_offset() -> timedelta:
    if not is_test_clock():
        return timedelta()
    known = _offset.get()
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_at - real_at FROM common_testclock WHERE id = 1")
        row = cursor.fetchone()
    if row is None:
        return _first_offset()
    return row[0]


def _first_offset() -> timedelta:
    """The first reading after installation starts the clock where the setting says."""
    real = real_now()
    start = real if settings.PORTAL_TEST_CLOCK == "1" else datetime.fromisoformat(settings.PORTAL_TEST_CLOCK)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_testclock (id, portal_at, real_at) VALUES (1, %s, %s) ON CONFLICT (id) DO NOTHING",
            [start, real],
        )
        cursor.execute("SELECT portal_at - real_at FROM common_testclock WHERE id = 1")
        return cursor.fetchone()[0]

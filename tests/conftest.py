"""The same cast in every test (habit 13): see tests/cast.py."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from common import clock, live, redis_silence
from tests import cast

# How long an example takes says how busy the machine is, not whether it holds.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database can be dropped at the end: Django keeps a second connection beside Playwright's loop."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


@pytest.fixture(autouse=True)
def _no_limits(settings, monkeypatch):
    settings.RATE_LIMITS = "off"
    # Who waited in vain for a Redis that hangs tells the others of its process; the next test is not meant.
    monkeypatch.setattr(redis_silence, "_silent_until", 0.0)
    # What was read a moment ago, in another test, is not shared with this one.
    monkeypatch.setattr(live, "announced", lambda channel: None)


@pytest.fixture
def real_time_stands(monkeypatch):
    """The machine's clock stands still: no pause and no minute ends by itself, however slow the machine is."""
    instant = clock.real_now().replace(second=30)
    monkeypatch.setattr(clock, "real_now", lambda: instant)
    return instant


@pytest.fixture
def people(db) -> cast.Cast:
    """Organizations acme, orbit (customers), pine (consulting partner), isvsoft, their people, and the staff."""
    return cast.gather()


@pytest.fixture
def api():
    """`api(person)` is a client of the API that holds a write token of that person; `api()` is a stranger."""
    return cast.client_of

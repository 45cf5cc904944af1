"""The same cast in every test (habit 13): see tests/cast.py."""

from __future__ import annotations

import pytest

from common import redis_silence
from tests import cast


@pytest.fixture(autouse=True)
def _no_limits(settings, monkeypatch):
    settings.RATE_LIMITS = "off"
    # Who waited in vain for a Redis that hangs tells the others of its process; the next test is not meant.
    monkeypatch.setattr(redis_silence, "_silent_until", 0.0)


@pytest.fixture
def people(db) -> cast.Cast:
    """Organizations acme, orbit (customers), pine (consulting partner), isvsoft, their people, and the staff."""
    return cast.gather()


@pytest.fixture
def api():
    """`api(person)` is a client of the API that holds a write token of that person; `api()` is a stranger."""
    return cast.client_of

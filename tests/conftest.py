"""The same cast in every test (habit 13): see tests/cast.py."""

from __future__ import annotations

import pytest

from tests import cast


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.RATE_LIMITS = "off"


@pytest.fixture
def people(db) -> cast.Cast:
    """Organizations acme, orbit (customers), pine (consulting partner), isvsoft, their people, and the staff."""
    return cast.gather()


@pytest.fixture
def api():
    """`api(person)` is a client of the API that holds a write token of that person; `api()` is a stranger."""
    return cast.client_of

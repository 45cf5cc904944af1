"""The stage of the life stories."""

import pytest

from supportplans import versions
from supportplans.publishing import load_files
from tests.scenarios.life import Begin, Portal


@pytest.fixture
def begin(transactional_db, settings) -> Begin:
    """`begin("2026-03-01T09:00")`: a portal whose clock starts there."""
    settings.PORTAL_TEST_CLOCK = "1"
    load_files()
    yield Portal
    versions.forget()

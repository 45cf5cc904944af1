"""Folders for servers of a test's own, and organizations on their plans."""

import shutil
import tempfile
from pathlib import Path

import pytest

# Organizations on their plans, for pages that draw on every app.
from tests.tickets.conftest import catalogue, on_tier, plans  # noqa: F401


@pytest.fixture
def open_home():
    """A new folder that any user may walk into: as root PostgreSQL runs as another. pytest's own are closed."""
    home = Path(tempfile.mkdtemp(prefix="portal-home-"))
    home.chmod(0o711)
    yield home
    shutil.rmtree(home)

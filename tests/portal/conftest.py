"""Folders for servers of a test's own, and organizations on their plans."""

import shutil

import pytest

from tests.running_portal import open_folder

# Organizations on their plans, for pages that draw on every app.
from tests.tickets.conftest import catalogue, on_tier, plans  # noqa: F401


@pytest.fixture
def open_home():
    """A new folder that any user may walk into: as root PostgreSQL runs as another. pytest's own are closed."""
    home = open_folder("home")
    yield home
    shutil.rmtree(home)

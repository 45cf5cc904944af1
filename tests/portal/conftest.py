"""Folders for servers of a test's own."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def open_home():
    """A new folder that any user may walk into: as root PostgreSQL runs as another. pytest's own are closed."""
    home = Path(tempfile.mkdtemp(prefix="portal-home-"))
    home.chmod(0o711)
    yield home
    shutil.rmtree(home)

"""What the tests of this folder ask about."""

from __future__ import annotations

import pytest

from tests.access import samples


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """One of each thing, all of acme, and a person for every role; undone after each file."""
    with samples.standing(django_db_blocker) as everything:
        yield everything

"""The second wall between tenants: PostgreSQL row-level security, told per transaction whose rows may be seen.

`portal.organization` is the id of one organization, or `*` for staff, jobs and administrators. It is set with
SET LOCAL, so that a pooled connection never carries it into the next transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

EVERYTHING = "*"


@contextmanager
def organization(organization_id: int) -> Iterator[None]:
    """A transaction (or savepoint) in which only this organization's rows exist."""
    with _scope(str(int(organization_id))):
        yield


@contextmanager
def everything() -> Iterator[None]:
    """A transaction (or savepoint) in which all tenants' rows exist: staff, jobs, administrators."""
    with _scope(EVERYTHING):
        yield


def enter(scope: str) -> None:
    """Set the scope for the rest of the open transaction: for a door that has opened it already."""
    if not connection.in_atomic_block:
        raise RuntimeError("a tenant scope needs an open transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.organization', %s, true)", [scope])


@contextmanager
def _scope(scope: str) -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        previous = _current() if nested else ""
        enter(scope)
        yield
        # Releasing a savepoint keeps SET LOCAL; only a rollback reverts it.
        if nested:
            enter(previous)


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.organization', true)")
        return cursor.fetchone()[0] or ""

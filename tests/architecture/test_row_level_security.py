"""The second wall between tenants, proven by raw SQL as the role that web and workers connect as (spec page 9.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connection

# Reached before any organization is known (docs/decisions.md), or no tenant's rows: outbox events are never shown.
WITHOUT_POLICY = {
    "accounts_apitoken",
    "accounts_invitation",
    "accounts_membership",
    "common_outboxevent",
}


def tenant_tables() -> list[str]:
    """Every table of ours with a column `organization_id`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_name) "
            "WHERE c.column_name = 'organization_id' AND c.table_schema = 'public' AND t.table_schema = 'public' "
            "AND t.table_type = 'BASE TABLE' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def runtime() -> Iterator[Any]:
    """A cursor of the runtime role on the test database, rolled back at the end."""
    database = connection.settings_dict
    session = psycopg2.connect(
        dbname=database["NAME"], user="portal", host=database["HOST"], port=database["PORT"] or None
    )
    try:
        with session.cursor() as cursor:
            yield cursor
    finally:
        session.rollback()
        session.close()


def scope(cursor: Any, value: object) -> None:
    cursor.execute("SELECT set_config('portal.organization', %s, true)", [str(value)])


@pytest.mark.django_db
def test_every_tenant_table_has_a_forced_policy():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relrowsecurity AND c.relforcerowsecurity"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    assert set(tenant_tables()) - guarded == WITHOUT_POLICY


@pytest.mark.django_db
def test_every_tenant_model_carries_its_organization():
    """A model that hangs on a tenant's row without naming the organization could not be walled."""
    tenant = set(tenant_tables())
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"care", "billing", "tickets", "addons"}
    ]
    loose = [
        model._meta.db_table
        for model in ours
        if model._meta.db_table not in tenant
        and any(field.related_model and field.related_model._meta.db_table in tenant for field in model._meta.fields)
    ]
    assert loose == []


@pytest.mark.django_db
def test_the_runtime_role_owns_nothing_and_bypasses_nothing():
    with runtime() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)


@pytest.fixture
def lived_in(transactional_db):
    """The demo's rows: several organizations with something in most tables."""
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0)
    call_command("load_demo", verbosity=0)


def filled_tables(cursor: Any) -> dict[str, list[int]]:
    """Tenant tables that hold rows of at least one organization, with the ids."""
    scope(cursor, "*")
    found = {}
    for table in tenant_tables():
        cursor.execute(f"SELECT DISTINCT organization_id FROM {table} WHERE organization_id IS NOT NULL")
        ids = sorted(number for (number,) in cursor.fetchall())
        if ids:
            found[table] = ids
    return found


def test_rows_exist_only_inside_their_organization(lived_in):
    with runtime() as cursor:
        filled = filled_tables(cursor)
        walled = {table: ids for table, ids in filled.items() if table not in WITHOUT_POLICY}
        assert len(walled) >= 12, sorted(walled)
        assert any(len(ids) > 1 for ids in walled.values())
        for table, ids in walled.items():
            scope(cursor, "")
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), f"{table} is open without a scope"
            scope(cursor, ids[0])
            cursor.execute(f"SELECT DISTINCT organization_id FROM {table}")
            assert cursor.fetchall() == [(ids[0],)], f"{table} shows another tenant"


def test_rows_cannot_be_moved_or_written_for_another_organization(lived_in):
    with runtime() as cursor:
        walled = {t: ids for t, ids in filled_tables(cursor).items() if t not in WITHOUT_POLICY and len(ids) > 1}
        assert walled
        for table, (own, other, *_rest) in walled.items():
            scope(cursor, own)
            cursor.execute("SAVEPOINT attempt")
            cursor.execute(f"UPDATE {table} SET organization_id = organization_id WHERE organization_id = %s", [other])
            assert cursor.rowcount == 0, f"{table}: another tenant's row was changed"
            cursor.execute("ROLLBACK TO attempt")
            with pytest.raises(psycopg2.Error):
                cursor.execute(f"UPDATE {table} SET organization_id = %s WHERE organization_id = %s", [other, own])
            cursor.execute("ROLLBACK TO attempt")

"""The second wall: scopes of one transaction, and what raw SQL sees as the role that serves (spec pages 8.2, 9.3)."""

from __future__ import annotations

import psycopg2
import pytest
from django.db import connection, transaction

from accounts.models import EndCustomer
from common import audit, clock, tenancy
from common.models import AuditEntry
from notifications.models import Notification
from tests import cast


def scope() -> str:
    return tenancy._current()


def add(organization, name="Harbour"):
    return EndCustomer.objects.create(organization=organization, name=name, created_at=clock.now())


# ---- scopes ------------------------------------------------------------------------------------------------------


def test_only_the_organizations_rows_exist_in_its_scope(people):
    with tenancy.everything():
        add(people.pine)
        add(people.isvsoft)
    with tenancy.organization(people.pine.pk):
        assert [row.organization_id for row in EndCustomer.objects.all()] == [people.pine.pk]
        assert EndCustomer.objects.update(name="x") == 1
        assert EndCustomer.objects.filter(organization=people.isvsoft).delete()[0] == 0
    with tenancy.everything():
        assert sorted(EndCustomer.objects.values_list("name", flat=True)) == ["Harbour", "x"]
    assert EndCustomer.objects.count() == 0


def test_nothing_is_written_for_another_organization(people):
    for where in (tenancy.organization(people.pine.pk), transaction.atomic()):
        with pytest.raises(Exception, match="row-level security"), where, transaction.atomic():
            add(people.isvsoft)
    with tenancy.everything():
        assert EndCustomer.objects.count() == 0


def test_a_scope_inside_another_gives_it_back(people):
    with tenancy.organization(people.pine.pk):
        with tenancy.everything():
            assert scope() == "*"
            with tenancy.organization(people.acme.pk):
                assert scope() == str(people.acme.pk)
            assert scope() == "*"
        assert scope() == str(people.pine.pk)


def test_a_scope_ends_with_a_fault_too(people):
    def fail():
        with tenancy.everything():
            raise ZeroDivisionError

    with tenancy.organization(people.pine.pk):
        with pytest.raises(ZeroDivisionError):
            fail()
        assert scope() == str(people.pine.pk)


@pytest.mark.django_db(transaction=True)
def test_a_scope_never_outlives_its_transaction():
    pine = cast.organization("pine", "partner", "consulting")
    with tenancy.organization(pine.pk):
        add(pine)
    assert scope() == ""
    assert EndCustomer.objects.count() == 0
    with transaction.atomic():
        tenancy.enter(tenancy.EVERYTHING)
        assert EndCustomer.objects.count() == 1
    assert EndCustomer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_scope_needs_a_transaction():
    with pytest.raises(RuntimeError, match="open transaction"):
        tenancy.enter("*")


def test_a_scope_is_a_number_and_nothing_else():
    with pytest.raises(ValueError, match="invalid literal"), tenancy.organization("1; DROP TABLE x"):
        pass


# ---- raw SQL as the role of web and workers ----------------------------------------------------------------------


@pytest.fixture
def runtime(transactional_db):
    """Committed rows of two partners, and a cursor of the role `portal` (portal/embedded/roles.py)."""
    people = cast.gather()
    with tenancy.everything():
        for organization in (people.pine, people.isvsoft):
            add(organization)
            audit.record(by=None, organization_id=organization.pk, action="a.b", object=organization.slug)
            Notification.objects.create(
                person=people.owner, organization=organization, kind="x", key=organization.slug, created_at=clock.now()
            )
        audit.record(by=None, organization_id=None, action="a.b", object="nobody's")
    database = connection.settings_dict
    session = psycopg2.connect(
        dbname=database["NAME"], user="portal", host=database["HOST"], port=database["PORT"] or None
    )
    with session.cursor() as cursor:
        yield people, cursor
    session.rollback()
    session.close()


TABLES = ("accounts_endcustomer", "common_auditentry", "notifications_notification")


def enter(cursor, value) -> None:
    cursor.execute("SELECT set_config('portal.organization', %s, true)", [str(value)])


@pytest.mark.parametrize("table", TABLES)
def test_raw_sql_sees_one_organization_nothing_or_all(runtime, table):
    people, cursor = runtime
    query = f"SELECT organization_id FROM {table} ORDER BY 1 NULLS LAST"
    cursor.execute(query)
    assert cursor.fetchall() == []
    enter(cursor, people.pine.pk)
    cursor.execute(query)
    assert cursor.fetchall() == [(people.pine.pk,)]
    enter(cursor, "*")
    cursor.execute(query)
    assert [number for (number,) in cursor.fetchall()][:2] == [people.pine.pk, people.isvsoft.pk]


@pytest.mark.parametrize("value", ["0", "-1", "999999"])
def test_raw_sql_in_a_scope_of_nobody_sees_nothing(runtime, value):
    _people, cursor = runtime
    enter(cursor, value)
    for table in TABLES:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)


def test_the_role_cannot_switch_the_wall_off(runtime):
    _people, cursor = runtime
    for statement in (
        "ALTER TABLE accounts_endcustomer DISABLE ROW LEVEL SECURITY",
        "DROP POLICY accounts_endcustomer_tenant ON accounts_endcustomer",
        "ALTER ROLE portal BYPASSRLS",
        "SET ROLE portal_owner",
        "TRUNCATE accounts_endcustomer",
        "DROP TABLE accounts_endcustomer",
    ):
        cursor.execute("SAVEPOINT attempt")
        with pytest.raises(psycopg2.Error):
            cursor.execute(statement)
        cursor.execute("ROLLBACK TO attempt")
    # Where row security would have to be left out, PostgreSQL refuses instead.
    cursor.execute("SET LOCAL row_security = off")
    with pytest.raises(psycopg2.Error, match="would be affected by row-level security"):
        cursor.execute("SELECT count(*) FROM accounts_endcustomer")


def test_nobody_changes_the_audit_trail(runtime):
    _people, cursor = runtime
    enter(cursor, "*")
    for statement in ("UPDATE common_auditentry SET by = 'nobody'", "DELETE FROM common_auditentry"):
        cursor.execute("SAVEPOINT attempt")
        with pytest.raises(psycopg2.Error, match="only ever inserted"):
            cursor.execute(statement)
        cursor.execute("ROLLBACK TO attempt")


# ---- the trail itself --------------------------------------------------------------------------------------------


def test_an_entry_says_who_what_when_and_what_it_was_before(people):
    with tenancy.organization(people.acme.pk), clock.at(clock.now()):
        audit.record(
            by=people.owner,
            organization_id=people.acme.pk,
            action="order.created",
            object="O-1",
            before={"at": clock.now()},
            after={"total": 1},
        )
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.by_id, entry.action, entry.object) == ("Owner", people.owner.pk, "order.created", "O-1")
        assert (entry.before["at"][:10], entry.after) == (clock.now().date().isoformat(), {"total": 1})
        assert entry.at == clock.now()


def test_what_nobody_did_was_the_portal(people):
    with tenancy.organization(people.acme.pk):
        audit.record(by=None, organization_id=people.acme.pk, action="a.b", object="x")
        entry = AuditEntry.objects.get()
    assert (entry.by, entry.by_id, entry.before, entry.after) == ("portal", None, None, None)


def test_an_entry_of_nobodys_can_be_written_anywhere_and_is_read_by_staff_only(people):
    audit.record(by=None, organization_id=None, action="a.b", object="x")
    assert AuditEntry.objects.count() == 0
    with tenancy.organization(people.acme.pk):
        audit.record(by=None, organization_id=None, action="a.b", object="y")
        assert AuditEntry.objects.count() == 0
    with tenancy.everything():
        assert AuditEntry.objects.count() == 2

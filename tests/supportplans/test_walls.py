"""The walls of the database itself: row-level security, one tier at a time, final catalogue versions."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from common import tenancy
from supportplans.models import CatalogueVersion, Term
from tests.supportplans.conftest import START

TABLES = ("supportplans_subscription", "supportplans_term", "supportplans_provisioningtask")


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.fixture
def two_plans(people, subscribe):
    subscribe(people.acme, "business")
    subscribe(people.pine, "standard")
    return people


@pytest.mark.parametrize("table", TABLES)
def test_raw_sql_sees_only_the_rows_of_its_scope(two_plans, table):
    assert count(table) == 0
    with tenancy.organization(two_plans.orbit.pk):
        assert count(table) == 0
    with tenancy.organization(two_plans.pine.pk):
        assert count(table) == 1
    with tenancy.everything():
        assert count(table) > 1


@pytest.mark.parametrize("table", TABLES)
def test_raw_sql_changes_nothing_outside_its_scope(two_plans, table):
    with tenancy.organization(two_plans.orbit.pk), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET organization_id = organization_id")
        assert cursor.rowcount == 0
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount == 0


def test_a_row_cannot_be_written_for_another_organization(two_plans):
    with (
        pytest.raises(Exception, match="row-level security"),
        tenancy.organization(two_plans.orbit.pk),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO supportplans_subscription (organization_id, anchor_day, paid_since, auto_renew) "
            "VALUES (%s, 1, '2026-01-01', false)",
            [two_plans.isvsoft.pk],
        )


def another_term(term: Term, began_at, starts_on, ends_on) -> Term:
    return Term.objects.create(
        organization=term.organization,
        family=term.family,
        tier="premium",
        cycle="yearly",
        starts_on=starts_on,
        ends_on=ends_on,
        began_at=began_at,
        catalogue_version=term.catalogue_version,
        price=term.price,
    )


def test_two_tiers_at_once_are_impossible_whoever_writes_them(people, subscribe):
    term = subscribe(people.pine, "standard")
    with tenancy.organization(people.pine.pk):
        last_moment = START + timedelta(days=30, hours=13)
        with pytest.raises(IntegrityError, match="one_tier_at_a_time"), transaction.atomic():
            another_term(term, last_moment, date(2026, 3, 31), date(2027, 3, 31))
        another_term(term, START + timedelta(days=30, hours=14), date(2026, 4, 1), date(2027, 4, 1))
        assert Term.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"effective_on": date(2030, 1, 1)},
        {"number": "2030-01-01"},
        {"published_at": None},
    ],
)
def test_a_published_version_cannot_be_updated(catalogue, change):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        CatalogueVersion.objects.update(**change)
    assert CatalogueVersion.objects.get().number == "2022-01-06"


def test_a_published_version_cannot_be_deleted(catalogue):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        CatalogueVersion.objects.all().delete()
    assert CatalogueVersion.objects.count() == 1


def test_a_draft_can_be_changed_and_deleted(catalogue):
    draft = CatalogueVersion.objects.create(
        number="draft", effective_on=date(2030, 1, 1), document={}, created_at=START
    )
    CatalogueVersion.objects.filter(pk=draft.pk).update(document={"version": "x"})
    draft.delete()
    assert CatalogueVersion.objects.count() == 1

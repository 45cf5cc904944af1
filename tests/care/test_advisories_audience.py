"""Whom an advisory reaches (care/advisories/criteria.py, audience.py), and by when TAMs act (task_due.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.models import UsageRecord
from care.advisories import affected, criteria, task_due
from care.advisories.audience import Audience, Preview
from common import clock, tenancy
from common.beijing import BEIJING
from common.problems import FieldErrors
from common.working_days import WorkingCalendar
from supportplans import versions
from tests.care.advisory_stage import CHANGE, NOON, act, enterprise, write
from tests.tickets.conftest import catalogue, file

__all__ = ["catalogue", "enterprise"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def reached(products: tuple[str, ...] = (), regions: tuple[str, ...] = (), **document: Any) -> list[int]:
    with tenancy.everything():
        wanted = criteria.check(document, versions.current(NOON.date()))
        return Audience(wanted, products=products, regions=regions, affected=(), at=NOON).after(0, 100)


def used(organization, product: str, days_ago: int = 5) -> None:
    day = NOON.date() - timedelta(days=days_ago)
    with tenancy.everything():
        UsageRecord.objects.create(
            record_id=f"{organization.slug}-{product}",
            organization=organization,
            product=product,
            category="cloud_service",
            charge_mode="on_demand",
            list_amount=Decimal("1.00"),
            starts_on=day,
            ends_on=day + timedelta(days=1),
            received_at=NOON,
        )


def test_nothing_said_is_everybody_and_each_list_narrows(people, catalogue, enterprise):
    enterprise(people.acme)
    enterprise(people.orbit, "business")
    enterprise(people.pine, "standard")
    everybody = [people.acme.pk, people.orbit.pk, people.pine.pk, people.isvsoft.pk]
    assert reached() == everybody
    assert reached(families=["customer"]) == [people.acme.pk, people.orbit.pk]
    assert reached(tiers=["customer/business", "partner/basic"]) == [people.orbit.pk, people.isvsoft.pk]
    assert reached(families=["partner"], tiers=["customer/business"]) == []
    assert reached(entitlements=["enterprise_care"]) == [people.acme.pk]
    # Announced, not delivered: partner premium's report is no entitlement yet.
    assert reached(entitlements=["monthly_report", "im_group"]) == [people.acme.pk, people.orbit.pk, people.pine.pk]


def test_named_organizations_come_besides_or_alone_and_excluded_ones_never(people, catalogue):
    assert reached(organizations=["pine"]) == [people.pine.pk]
    assert reached(families=["customer"], organizations=["pine"]) == [people.acme.pk, people.orbit.pk, people.pine.pk]
    assert reached(families=["customer"], without=["acme"]) == [people.orbit.pk]
    assert reached(organizations=["pine"], without=["pine"]) == []


def test_users_of_a_product_are_known_by_usage_and_tickets(people, catalogue, enterprise):
    enterprise(people.orbit)
    used(people.acme, "RDS")
    used(people.pine, "rds", days_ago=120)
    file(people.orbit, people.outsider, product="rds", region="cn-north-4")
    assert reached(("rds",), users_only=True) == [people.acme.pk, people.orbit.pk]
    assert reached(("rds", "ecs"), organizations=["isvsoft"], users_only=True) == [
        people.acme.pk,
        people.orbit.pk,
        people.isvsoft.pk,
    ]
    # acme's regions are not known, so that it stays; orbit is known to be elsewhere.
    assert reached(("rds",), ("cn-east-3",), users_only=True) == [people.acme.pk]
    assert reached(("rds",), ("cn-north-4",), users_only=True) == [people.acme.pk, people.orbit.pk]


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"everybody": True}, "audience.everybody"),
        ({"families": "customer"}, "audience.families"),
        ({"families": ["nobody"]}, "audience.families"),
        ({"tiers": ["enterprise"]}, "audience.tiers"),
        ({"tiers": [1]}, "audience.tiers"),
        ({"entitlements": ["gold"]}, "audience.entitlements"),
        ({"organizations": ["nobody"]}, "audience.organizations"),
        ({"without": ["x"] * 1001}, "audience.without"),
        ({"users_only": "yes"}, "audience.users_only"),
        (["customer"], "audience"),
    ],
)
def test_a_wrong_part_is_named(catalogue, document, wrong):
    with pytest.raises(FieldErrors) as refused:
        criteria.check(document, catalogue)
    assert list(refused.value.errors) == [wrong]


def test_the_preview_counts_organizations_people_tiers_and_tasks(people, catalogue, enterprise):
    enterprise(people.acme)
    enterprise(people.orbit)
    advisory = write(people.tam, audience={"families": ["customer"]})
    with tenancy.everything(), clock.at(NOON):
        found = Audience.of(advisory, at=NOON).preview(advisory.kind)
    assert found == Preview(2, 5, {"customer/enterprise": 2}, ["Acme", "Orbit"], 2)


def test_a_change_gives_tasks_for_the_affected_alone_and_always_reaches_them(people, catalogue, enterprise):
    enterprise(people.acme)
    enterprise(people.orbit)
    advisory = write(people.tam, **CHANGE, audience={"families": ["partner"], "without": ["orbit"]})
    act(affected.mark, advisory=advisory, organization="orbit", note="", by=people.expert)
    with tenancy.everything(), clock.at(NOON):
        found = Audience.of(advisory, at=NOON).preview(advisory.kind)
    by_tier = {"partner/basic": 2, "customer/enterprise": 1}
    assert found == Preview(3, 4, by_tier, ["Isvsoft", "Orbit", "Pine"], 1)


CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("kind", "opened", "starts", "due"),
    [
        ("industry_incident", "2026-11-28T03:00", None, "2026-11-28T04:00"),
        ("platform_change", "2026-11-24T12:00", "2026-11-30T22:00", "2026-11-27T22:00"),
        ("platform_change", "2026-11-29T12:00", "2026-11-30T22:00", "2026-11-30T22:00"),
        ("platform_change", "2026-11-30T23:00", "2026-11-30T22:00", "2026-11-30T23:00"),
        ("product_release", "2026-11-27T15:00", None, "2026-12-04T15:00"),
    ],
)
def test_by_when_the_customer_is_spoken_to(kind, opened, starts, due):
    assert task_due.due_at(kind, at(opened), at(starts) if starts else None, CALENDAR) == at(due)

"""Reports of the tests: organizations with the plan, believable feeds, short ways to make, send and look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import Organization, Person
from care.models import MonthlyReport
from care.reports import feeds, making, planning, progress, reading
from common import clock, tenancy
from common.beijing import BEIJING, Month
from supportplans.models import Term
from supportplans.subscriptions import start_subscription
from tests import cast

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


# The report of November is made on the 1st of December and due on the 10th, a Thursday.
MADE = beijing("2026-12-01T04:00")
DUE = beijing("2026-12-10T09:00")

RESOURCES: list[dict[str, Any]] = [
    {
        "id": f"i-{number}",
        "name": f"web-{number}",
        "type": "ecs",
        "state": "stopped" if number == 5 else "running",
        "spec": "c7.xlarge.2",
        "created": "2026-11-03" if number > 3 else "2026-02-11T09:30:00+08:00",
        "ip_address": f"10.0.0.{number}",
        "region": "cn-north-4",
        "zone": "cn-north-4a",
        "configuration": {"cpu": 4, "memory_gb": 8},
    }
    for number in range(1, 6)
] + [
    {"id": "db-1", "name": "orders", "type": "rds", "state": "running", "zone": "cn-north-4a", "region": "cn-north-4"},
    {
        "id": "db-2",
        "name": "orders-2",
        "type": "rds",
        "state": "running",
        "zone": "cn-north-4b",
        "region": "cn-north-4",
    },
]
LOAD: list[dict[str, Any]] = [
    {
        "id": "i-1",
        "cpu": {"average": 1.5, "peak": 9, "p95": 3},
        "memory": {"average": 8, "peak": 15, "p95": 11.5},
        "inbound_bandwidth": {"average": 0.4, "peak": 2, "p95": 1},
    },
    {"id": "i-2", "cpu": {"average": 70, "peak": 99, "p95": 91.25}, "memory": {"average": 60, "peak": 80, "p95": 75}},
    {"id": "i-3", "cpu": {"average": 40, "peak": 85, "p95": 80}, "loss": {"average": 0.1, "peak": 4, "p95": 1.5}},
]
SECURITY: list[dict[str, Any]] = [
    {"kind": "iam_user", "name": "ops", "mfa": False, "administrator": True},
    {"kind": "iam_user", "name": "build", "mfa": True},
    {"kind": "security_group", "id": "sg-1", "name": "default", "open_to_all": True, "open_ports": "22"},
    {"kind": "audit_log", "enabled": False, "region": "cn-east-3"},
    {"kind": "bucket_policy", "name": "logs", "access": "public_read"},
    {"kind": "ddos", "ip_address": "203.0.113.9", "blocked": 1, "cleaned": 12, "diverted": 3},
    {
        "kind": "waf",
        "domain": "shop.example",
        "mode": "protect",
        "attacks": 900,
        "blocked": 880,
        "by_type": {"sql_injection": 500, "xss": 400},
    },
]
CONSUMPTION: list[dict[str, Any]] = [
    {"product": "ecs", "amount": "42000.50"},
    {"product": "rds", "amount": 18000},
    {"product": "Search appliance", "amount": "999.50"},
]
FEEDS = {"resources": RESOURCES, "load": LOAD, "security": SECURITY, "consumption": CONSUMPTION}


@pytest.fixture
def enterprise(catalogue) -> Callable[..., Organization]:
    """`enterprise(organization)`: holds the yearly plan with the report, from 1 January 2026 on unless said otherwise."""

    def begin(organization: Organization, since: str = "2026-01-01T10:00", tier: str = "enterprise") -> Organization:
        at = beijing(since)
        with tenancy.organization(organization.pk), clock.at(at):
            start_subscription(organization=organization, tier=tier, cycle="yearly", at=at, order_number="O-1", by=None)
        return organization

    return begin


def leave(organization: Organization, at: str) -> None:
    """The plan ends at once."""
    with tenancy.everything():
        Term.objects.filter(organization=organization).update(left_at=beijing(at), left_because="cancelled")


def operator() -> Person:
    """Who brings feeds; the cast's own where there is one."""
    known = Person.objects.filter(email="billing@support.example").first()
    return known or cast.staff("billing@support.example", "billing")


def feed(
    organization: Organization, month: Month = NOVEMBER, at: datetime = MADE, **different: list[dict[str, Any]] | None
) -> None:
    """All four feeds; `load=None` leaves one out."""
    by = operator()
    with tenancy.everything(), clock.at(at):
        for kind, items in (FEEDS | different).items():
            if items is not None:
                feeds.take_feed(
                    organization=organization,
                    month=month,
                    kind=kind,
                    items=feeds.checked_items(kind, items)[0],
                    at=at,
                    by=by,
                )


def plan(month: Month = NOVEMBER) -> None:
    with tenancy.everything():
        planning.plan_month(month)


def report_of(organization: Organization, month: Month = NOVEMBER) -> MonthlyReport:
    """The row as it is now."""
    with tenancy.everything():
        return MonthlyReport.objects.select_related("organization").get(
            organization=organization, month=month.first_day
        )


def made(organization: Organization, month: Month = NOVEMBER, at: datetime = MADE) -> MonthlyReport:
    """Planned and made at `at`."""
    plan(month)
    with clock.at(at):
        assert making.make(report_of(organization, month).pk, at=at)
    return report_of(organization, month)


def work(at: datetime = DUE) -> dict[str, int]:
    """What the job does at an instant, the due day's morning unless said otherwise."""
    with clock.at(at):
        return progress.work(at=at)


def data_of(report: MonthlyReport) -> dict[str, dict[str, Any]]:
    """{code: data} as the API gives it."""
    with tenancy.organization(report.organization_id):
        return {section["code"]: section["data"] for section in reading.sections_of(report)}

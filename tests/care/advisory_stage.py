"""Advisories of the tests: short ways to write, publish and hand out, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Organization, Person
from care.advisories import publishing, writing
from care.models import Advisory, AdvisoryReceipt, AdvisoryTask
from common import clock, outbox, tenancy
from common.beijing import BEIJING
from notifications.models import Notification
from supportplans.models import ProvisioningTask
from supportplans.subscriptions import start_subscription

# A Tuesday.
NOON = datetime(2026, 11, 24, 12, tzinfo=BEIJING)
TEXTS: dict[str, Any] = {
    "title_en": "Disks fail in one zone",
    "title_zh": "某可用区磁盘故障",
    "body_en": "Volumes of **one zone** answer slowly.",
    "body_zh": "某可用区的云硬盘响应缓慢。",
}
INCIDENT: dict[str, Any] = TEXTS | {"kind": "industry_incident", "severity": "critical"}
CHANGE: dict[str, Any] = TEXTS | {
    "kind": "platform_change",
    "severity": "high",
    "starts_at": NOON + timedelta(days=10),
    "ends_at": NOON + timedelta(days=10, hours=2),
}
RELEASE: dict[str, Any] = TEXTS | {"kind": "product_release", "severity": "low"}


def write(by: Person, at: datetime = NOON, **fields: Any) -> Advisory:
    """A draft, by default of an incident for everybody."""
    with tenancy.everything(), clock.at(at):
        return writing.write(draft=writing.Draft(**INCIDENT | fields), by=by, at=at)


def publish(advisory: Advisory, by: Person, at: datetime = NOON) -> Advisory:
    with tenancy.everything(), clock.at(at):
        return publishing.publish(advisory=advisory, by=by, at=at)


def said(by: Person, at: datetime = NOON, **fields: Any) -> Advisory:
    """Written, published and handed out by the outbox; mails have left."""
    advisory = publish(write(by, at, **fields), by, at)
    relay(at)
    with tenancy.everything():
        advisory.refresh_from_db()
    return advisory


def relay(at: datetime = NOON) -> None:
    """The outbox runs until nothing waits; letters that leave one by one are not waited for."""
    with clock.at(at):
        hurry()
        while outbox.relay():
            hurry()


def hurry() -> None:
    """Letters that were to leave in a moment may leave now."""
    from common.models import OutboxEvent

    OutboxEvent.objects.filter(topic="advisory.letter", done_at=None).update(available_at=clock.real_now())


def act(action: Callable[..., Any], at: datetime = NOON, **fields: Any) -> Any:
    """An action in the scope of all tenants at an instant."""
    with tenancy.everything(), clock.at(at):
        return action(at=at, **fields)


def who_has(advisory: Advisory) -> list[str]:
    with tenancy.everything():
        rows = AdvisoryReceipt.objects.filter(advisory=advisory).order_by("organization__slug")
        return list(rows.values_list("organization__slug", flat=True))


def told(kind: str = "advisory.published") -> list[str]:
    """Who has a notice of the kind, by e-mail."""
    with tenancy.everything():
        rows = Notification.objects.filter(kind=kind).order_by("person__email")
        return list(rows.values_list("person__email", flat=True))


def task_of(organization: Organization) -> AdvisoryTask:
    with tenancy.everything():
        return AdvisoryTask.objects.select_related("advisory", "person", "organization").get(organization=organization)


def look_after(organization: Organization, person: Person | None, deputy: Person | None = None) -> None:
    """`person` is the organization's TAM from now on."""
    with tenancy.everything():
        ProvisioningTask.objects.filter(organization=organization, kind="tam").update(
            state="done", person=person, deputy=deputy
        )


@pytest.fixture
def enterprise(catalogue) -> Callable[[Organization], Organization]:
    """`enterprise(organization)`: a customer that holds the plan with enterprise care since 1 November 2026."""

    def begin(organization: Organization, tier: str = "enterprise") -> Organization:
        since = datetime(2026, 11, 1, 10, tzinfo=BEIJING)
        with tenancy.organization(organization.pk), clock.at(since):
            start_subscription(
                organization=organization, tier=tier, cycle="yearly", at=since, order_number="O-1", by=None
            )
        return organization

    return begin

"""What tests of the pages of bookings share: a full form, the pages of orbit, its bookings."""

from __future__ import annotations

from typing import Any

import pytest

from addons.models import Booking
from common import clock, tenancy
from tests.addons.conftest import LATER, hold
from tests.cast import browser_of

EVENT = {
    "service": "escort_basic",
    "starts_on": "2026-07-06",
    "days": "2",
    "contact": "Ann, 1380000",
    "description": "The summer sale",
    "event_kind": "promotion",
    "expected_load": "Three times as many orders",
    "peak_times": "20:00 to 22:00",
    "regions": ["cn-north-4"],
    "products": ["ecs", "rds"],
    "acknowledge_binding": "on",
}


@pytest.fixture
def orbit(catalogue, people):
    return hold(people.orbit, "enterprise")


@pytest.fixture
def visit(people):
    """`visit("/bookings")` is a page of orbit as its owner sees it; with fields it is a form that was sent."""

    def answer(path: str, fields: dict[str, Any] | None = None, *, by=None, at=LATER, slug="orbit", **headers) -> Any:
        browser = browser_of(by or people.outsider, **headers)
        with clock.at(at):
            if fields is None:
                return browser.get(f"/o/{slug}{path}")
            return browser.post(f"/o/{slug}{path}", fields)

    return answer


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def only_booking(organization) -> Booking:
    with tenancy.organization(organization.pk):
        return Booking.objects.get()


def count(organization) -> int:
    with tenancy.organization(organization.pk):
        return Booking.objects.count()

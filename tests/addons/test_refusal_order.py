"""When two things stand against a booking, the one that spec page 5.3 names first is answered; mistakes go before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership, Organization
from addons.models import Booking, QuotaCounter, QuotaEntry
from common import clock, tenancy
from supportplans.models import Subscription, Term
from tests.addons.conftest import FIRST_DAY, LATER, hold
from tests.cast import person

BOOKINGS = "/api/v1/orgs/orbit/bookings"
CHECK, ESCORT = "availability_check", "escort_basic"
TODAY = LATER.date()


@dataclass
class Wish:
    """A booking of orbit that nothing stands against, and what is asked of it; obstacles are put in its way."""

    orbit: Organization
    service: str
    # A day for which the notice is too short; on the escort's, nothing is granted as well.
    too_early: str
    body: dict[str, Any] = field(default_factory=dict)
    moved: Booking | None = None

    @property
    def path(self) -> str:
        return f"{BOOKINGS}/{self.moved.pk}/reschedule" if self.moved else BOOKINGS


def disable(wish: Wish) -> None:
    Organization.objects.filter(pk=wish.orbit.pk).update(disabled_at=LATER)


def close(wish: Wish) -> None:
    assert wish.moved is not None
    Booking.objects.filter(pk=wish.moved.pk).update(status="rejected")


def grant_nothing(wish: Wish) -> None:
    Term.objects.update(cycle="monthly")


def suspend(wish: Wish) -> None:
    Subscription.objects.update(suspended_at=LATER)


def choose_paris(wish: Wish) -> None:
    wish.body["details"] = {"regions": ["eu-paris"]}
    Booking.objects.update(details=wish.body["details"])


def hurry(wish: Wish) -> None:
    wish.body["starts_on"] = wish.too_early


def end_the_term(wish: Wish) -> None:
    """Today is its last day."""
    Term.objects.update(ends_on=date(2026, 6, 16))


def occupy(wish: Wish) -> None:
    """Another booking has all the days in question."""
    make(wish.orbit, wish.service, starts_on=date.fromisoformat(wish.too_early), ends_on=date(2026, 7, 6))


def use_up(wish: Wish) -> None:
    granted = {CHECK: 1, ESCORT: 3}[wish.service]
    QuotaCounter.objects.update_or_create(
        organization=wish.orbit, code=wish.service, period_start=FIRST_DAY, defaults={"used": granted}
    )


def make(orbit: Organization, service: str, **days: date) -> Booking:
    return Booking.objects.create(
        organization=orbit,
        service=service,
        unit="natural_day",
        days=1,
        period_start=date(2026, 2, 1),
        contact="Ann",
        description="Sale",
        requested_by=Membership.objects.get(organization=orbit).person,
        created_at=LATER,
        **days,
    )


ORDER: dict[str, Callable[[Wish], None]] = {
    "organization_disabled": disable,
    "not_entitled": grant_nothing,
    "account_overdue": suspend,
    "region_not_served": choose_paris,
    "notice_too_short": hurry,
    "outside_period": end_the_term,
    "overlapping_booking": occupy,
    "quota_insufficient": use_up,
}
# Who moves a booking holds some of the quota: nothing makes that "not entitled".
MOVING = {"organization_disabled": disable, "booking_not_open": close} | {
    code: obstacle for code, obstacle in ORDER.items() if code not in ("organization_disabled", "not_entitled")
}
MEMBERS = {
    "notice_too_short": {"earliest": "2026-06-18"},
    "outside_period": {"starts_on": "2026-03-01", "ends_on": "2026-06-15"},
    "quota_insufficient": {"remaining": 0, "requested": 1},
    "region_not_served": {"regions": ["eu-paris"]},
}


@pytest.fixture
def orbit(catalogue, people) -> Organization:
    return hold(people.orbit, "enterprise")


@pytest.fixture
def new(orbit) -> Wish:
    body = {"service": CHECK, "starts_on": "2026-07-06", "days": 1, "contact": "Ann", "description": "Sale"}
    return Wish(orbit, CHECK, "2026-06-16", body)


@pytest.fixture
def move(orbit) -> Wish:
    """A booking of one day, which is to become two."""
    with tenancy.everything():
        moved = make(orbit, ESCORT, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 3))
        QuotaCounter.objects.create(organization=orbit, code=ESCORT, period_start=FIRST_DAY, used=1)
    return Wish(orbit, ESCORT, "2026-02-27", {"starts_on": "2026-07-05", "days": 2}, moved)


def answer(client, wish: Wish, *obstacles: Callable[[Wish], None]):
    with tenancy.everything():
        for put in obstacles:
            put(wish)
    with clock.at(LATER):
        return client.post(wish.path, wish.body, format="json")


def state() -> list[Any]:
    with tenancy.everything():
        rows = Booking.objects.order_by("pk").values_list("pk", "starts_on", "days", "status")
        return [*rows, *QuotaCounter.objects.values_list("code", "used"), QuotaEntry.objects.count()]


@contextmanager
def tried(wish: Wish) -> Iterator[Wish]:
    """A copy of the wish to be spoilt; afterwards everything is as it was."""
    with transaction.atomic():
        yield replace(wish, body=dict(wish.body))
        transaction.set_rollback(True)


def test_of_two_refusals_the_earlier_one_answers(api, people, new):
    client = api(people.outsider)
    for first, second in combinations(ORDER, 2):
        with tried(new) as wish:
            refused = answer(client, wish, ORDER[second], ORDER[first])
            assert (refused.status_code, refused.json()["code"]) == (409, first), second
            assert refused.json() == refused.json() | MEMBERS.get(first, {})
            with tenancy.everything():
                assert not QuotaEntry.objects.exists()


def test_each_obstacle_stands_by_itself(api, people, new):
    client = api(people.outsider)
    for code, obstacle in ORDER.items():
        with tried(new) as wish:
            refused = answer(client, wish, obstacle)
            assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_where_nothing_stands_against_it_it_is_booked(api, people, new):
    assert answer(api(people.outsider), new).status_code == 201


def test_moving_a_booking_is_refused_in_the_same_order(api, people, move):
    client = api(people.outsider)
    for first, second in combinations(MOVING, 2):
        with tried(move) as wish:
            with tenancy.everything():
                for put in (MOVING[second], MOVING[first]):
                    put(wish)
            before = state()
            refused = answer(client, wish)
            assert (refused.status_code, refused.json()["code"]) == (409, first), second
            assert state() == before


def test_each_obstacle_to_moving_stands_by_itself(api, people, move):
    client = api(people.outsider)
    for code, obstacle in MOVING.items():
        with tried(move) as wish:
            refused = answer(client, wish, obstacle)
            assert (refused.status_code, refused.json()["code"]) == (409, code)


def test_where_nothing_stands_against_it_it_is_moved(api, people, move):
    moved = answer(api(people.outsider), move)
    assert (moved.status_code, moved.json()["days"]) == (200, 2)


def test_who_asks_comes_before_what_is_asked_and_mistakes_before_refusals(api, people, new):
    new.body["days"] = 0
    viewer = person("viewer@orbit.example", people.orbit, "viewer")
    for someone, status in ((None, 401), (people.owner, 404), (viewer, 403), (people.outsider, 400)):
        assert answer(api(someone) if someone else api(), new, disable, suspend).status_code == status


@pytest.mark.parametrize("obstacle", [disable, close, suspend])
def test_a_mistake_in_moving_is_named_whatever_else_stands_against_it(api, people, move, obstacle):
    move.body["days"] = 0
    refused = answer(api(people.outsider), move, obstacle)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["days"])


def test_staff_mistakes_come_before_the_state_of_the_booking_and_excluded_regions_after_it(api, people, move):
    assert move.moved is not None
    path = f"/api/v1/desk/bookings/{move.moved.pk}/confirm"
    lead = api(people.lead)

    def confirm(region: str) -> tuple[int, str]:
        with clock.at(LATER):
            said = lead.post(path, {"details": {"regions": [region]}}, format="json")
        return said.status_code, said.json().get("code", "")

    assert confirm("eu-paris") == (409, "region_not_served")
    assert state()[0][3] == "requested"
    with tenancy.everything():
        close(move)
    assert confirm("mars") == (400, "validation_error")
    assert confirm("eu-paris") == (409, "booking_not_open")

"""What is about to expire unused is pointed out 60 and 30 days before, once each, whatever was missed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from addons import bookings
from addons.quota_check import differences
from addons.quota_expiry import tell_of_unused
from common import clock, tenancy
from common.beijing import BEIJING
from notifications.models import Notification
from supportplans.models import Term
from tests.addons.conftest import act, book, consume, hold


def run(day: date) -> int:
    at = datetime.combine(day, time(9), tzinfo=BEIJING)
    with clock.at(at):
        return tell_of_unused(at=at)["told"]


def told() -> list[tuple[str, str, int]]:
    """(who, service, how much is unused), oldest first."""
    with tenancy.everything():
        rows = Notification.objects.filter(kind="quota.expiring").order_by("pk")
        return [(row.person.email, row.params["service"]["en"], row.params["remaining"]) for row in rows]


@pytest.fixture
def orbit(catalogue, people):
    """Business yearly until 2027-03-01: one day of escort."""
    return hold(people.orbit, "business")


LAST = date(2027, 3, 1)
NEWS = ("owner@orbit.example", "Escort service (basic)", 1)


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [
        ([61], []),
        ([60], [NEWS]),
        ([60, 59, 45, 31], [NEWS]),
        ([60, 59, 31, 30, 29, 1], [NEWS, NEWS]),
        ([40], [NEWS]),
        ([30], [NEWS]),
        ([12, 11], [NEWS]),
        ([0, -5], []),
    ],
)
def test_each_step_is_told_once_and_only_the_one_that_is_true(orbit, days_before, expected):
    for days in days_before:
        run(LAST - timedelta(days=days))
    assert told() == expected
    assert differences() == []


def test_a_used_quota_is_not_pointed_out_and_one_given_back_is_at_the_next_step(orbit, people):
    booking = book(orbit, people.outsider, at=datetime(2026, 12, 1, tzinfo=BEIJING), starts_on=date(2027, 2, 20))
    assert run(LAST - timedelta(days=60)) == 0
    act(bookings.withdraw, booking, people.outsider, at=datetime(2027, 1, 5, tzinfo=BEIJING))
    assert run(LAST - timedelta(days=50)) == 0
    assert run(LAST - timedelta(days=30)) == 1


def test_a_service_year_is_pointed_out_before_its_anniversary(catalogue, people):
    pine = hold(people.pine, "standard", "monthly", at=datetime(2024, 2, 29, 9, tzinfo=BEIJING))
    with tenancy.everything():
        Term.objects.update(starts_on=date(2025, 12, 29), ends_on=date(2026, 1, 29))
        Term.objects.update(began_at=datetime(2025, 12, 29, tzinfo=BEIJING))
    assert run(date(2025, 12, 29)) == 0, "61 days before 2026-02-28"
    assert run(date(2025, 12, 30)) == 1
    assert told() == [("owner@pine.example", "Architecture consulting", 4)]
    with tenancy.everything():
        Term.objects.update(ends_on=date(2026, 3, 29))
    consume(pine, "architecture_consulting", 3, period_start=date(2025, 2, 28))
    assert run(date(2026, 1, 29)) == 1
    assert told()[1:] == [("owner@pine.example", "Architecture consulting", 1)]


def test_plans_without_yearly_quotas_and_monthly_ones_are_left_alone(catalogue, people):
    hold(people.orbit, "developer")
    hold(people.acme, "enterprise", "monthly", at=datetime(2026, 12, 31, 9, tzinfo=BEIJING))
    for day in (date(2027, 1, 1), date(2027, 1, 20)):
        run(day)
    assert told() == []


def test_a_plan_that_was_left_is_told_nothing(orbit):
    with tenancy.everything():
        Term.objects.update(left_at=datetime(2026, 12, 1, tzinfo=BEIJING), left_because=Term.Left.CANCELLED)
    assert run(LAST - timedelta(days=60)) == 0


def test_a_day_on_which_nothing_is_due_looks_at_no_organization(orbit, django_assert_num_queries):
    run(date(2026, 6, 1))
    at = datetime(2026, 6, 2, 9, tzinfo=BEIJING)
    with clock.at(at), tenancy.everything(), django_assert_num_queries(7):
        tell_of_unused(at=at)

"""A partner on the metered tier, and what a test does with its quota."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import Organization, Person
from addons import access, bookings, packs, service_quotas, ticket_quota
from addons.models import Booking, QuotaCounter, QuotaEntry
from common import clock, tenancy
from common.beijing import BEIJING, Month
from supportplans import versions
from supportplans.entitlements import entitlements
from supportplans.models import Term
from supportplans.publishing import load_files
from supportplans.subscriptions import current_term, start_subscription

NOON = datetime(2026, 11, 22, 12, tzinfo=BEIJING)
# The first day of terms, and a day inside them.
FIRST = datetime(2026, 3, 1, 9, tzinfo=BEIJING)
FIRST_DAY = FIRST.date()
LATER = datetime(2026, 6, 15, 12, tzinfo=BEIJING)


@pytest.fixture
def catalogue(db):
    load_files()
    yield
    versions.forget()


@pytest.fixture
def on_tier(catalogue) -> Callable[..., Organization]:
    """`on_tier(organization, "standard")`: holds a yearly term from 1 November 2026 on."""

    def begin(organization: Organization, tier: str, at: datetime = datetime(2026, 11, 1, tzinfo=BEIJING)):
        with tenancy.organization(organization.pk), clock.at(at):
            start_subscription(organization=organization, tier=tier, cycle="yearly", at=at, order_number="O-1", by=None)
        return organization

    return begin


def take(organization: Organization, number: str = "T-2026-1", at: datetime = NOON, **more: Any):
    """File one ticket's worth of quota, as filing does."""
    with tenancy.organization(organization.pk), clock.at(at):
        held = entitlements(organization, at)
        action = ticket_quota.take_anyway if more.pop("anyway", False) else ticket_quota.take
        return action(
            organization=organization, entitlements=held, at=at, ticket_number=number, by=more.pop("by", None), **more
        )


def give_back(organization: Organization, number: str = "T-2026-1", at: datetime = NOON, reason: str = "withdrawn"):
    with tenancy.organization(organization.pk), clock.at(at):
        return ticket_quota.give_back(organization=organization, ticket_number=number, at=at, reason=reason, by=None)


def balance(organization: Organization, at: datetime = NOON):
    with tenancy.organization(organization.pk), clock.at(at):
        return ticket_quota.balance(organization, at, entitlements(organization, at))


def buy(organization: Organization, quantity: int = 1, at: datetime = NOON, order: str = "O-2026-PACK"):
    with tenancy.organization(organization.pk), clock.at(at):
        return packs.add_packs(
            organization=organization,
            entitlements=entitlements(organization, at),
            quantity=quantity,
            month=Month.of_instant(at),
            at=at,
            order_number=order,
            by=None,
        )


def entries(organization: Organization) -> list[tuple[str, int, str, str]]:
    """(kind, quantity, reason, ticket or order), oldest first."""
    with tenancy.organization(organization.pk):
        rows = QuotaEntry.objects.order_by("pk")
        return [(row.kind, row.quantity, row.reason, row.ticket_number or row.order_number) for row in rows]


def counter(organization: Organization, at: datetime = NOON) -> tuple[int, int, int] | None:
    """(used, granted by packs, lapsed) of the month of `at`."""
    with tenancy.organization(organization.pk):
        rows = QuotaCounter.objects.filter(period_start=Month.of_instant(at).first_day)
        return rows.values_list("used", "packs_granted", "packs_lapsed").first()


def hold(
    organization: Organization, tier: str, cycle: str = "yearly", at: datetime = FIRST, order: str = "O-1"
) -> Organization:
    """Subscribe at `at`, or from there on hold another tier of the same term."""
    with tenancy.organization(organization.pk), clock.at(at):
        current = current_term(organization, at)
        if current is None:
            start_subscription(organization=organization, tier=tier, cycle=cycle, at=at, order_number=order, by=None)
            return organization
        Term.objects.filter(pk=current.pk).update(left_at=at, left_because=Term.Left.CHANGED)
        current.pk, current.tier, current.began_at, current.order_number = None, tier, at, order
        current.save(force_insert=True)
    return organization


def consume(organization: Organization, code: str, quantity: int, period_start: date = FIRST_DAY) -> None:
    """That many units were booked in the period."""
    with tenancy.organization(organization.pk):
        QuotaCounter.objects.update_or_create(
            organization=organization, code=code, period_start=period_start, defaults={"used": quantity}
        )


def listed(organization: Organization, at: datetime) -> dict[str, tuple[int, int, int]]:
    """{code: (allowance, used, remaining)} of the yearly quotas at `at`."""
    with tenancy.organization(organization.pk):
        found = service_quotas.balances(organization, at)
    return {each.code: (each.allowance, each.used, each.remaining) for each in found}


def book(organization: Organization, by: Person, at: datetime = LATER, **wish: Any) -> Booking:
    """Book a service, by default one day of escort three weeks after LATER."""
    asked = {"service": "escort_basic", "starts_on": date(2026, 7, 6), "contact": "Ann, 1380000", "description": "Sale"}
    if "days" not in wish:
        asked["days"] = 1
    with tenancy.organization(organization.pk), clock.at(at):
        return bookings.book(organization=organization, wish=bookings.Wish(**asked | wish), at=at, by=by)


def act(action: Callable[..., Any], booking: Booking, by: Person, at: datetime = LATER, **more: Any) -> Booking:
    """One of the actions on a booking, by staff or by its organization."""
    with tenancy.everything(), clock.at(at):
        return action(booking=access.any_booking(str(booking.pk)), at=at, by=by, **more)


def movements(organization: Organization, code: str) -> list[tuple[str, int, str, int | None]]:
    """(kind, quantity, reason, booking) of a quota, oldest first."""
    with tenancy.organization(organization.pk):
        rows = QuotaEntry.objects.filter(code=code).order_by("pk")
        return list(rows.values_list("kind", "quantity", "reason", "booking_id"))

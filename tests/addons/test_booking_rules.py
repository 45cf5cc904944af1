"""The refusals of a booking in their order, and the worked examples of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from addons import booking_rules
from addons.booking_details import missing
from addons.booking_rules import Facts, Taken
from addons.service_allowance import Account, QuotaPeriod
from addons.service_quotas import ServiceBalance
from common.problems import FieldErrors, Refusal
from common.working_days import WorkingCalendar
from supportplans.catalogue import Entitlement
from supportplans.document_reading import Text

EVE = date(2026, 9, 30)
SERVICE = Entitlement(
    code="architecture_consulting",
    name=Text("Architecture consulting", "云产品架构咨询"),
    group="value_added",
    unit="working_day",
    notice_working_days=3,
    notice_is_binding=True,
)
ESCORT = replace(SERVICE, code="escort_basic", unit="natural_day", notice_working_days=10, notice_is_binding=False)
YEAR = QuotaPeriod(date(2026, 3, 1), date(2027, 3, 1))


def facts(service: Entitlement = SERVICE, granted: int = 4, used: int = 0, **more) -> Facts:
    known = {"is_disabled": False, "suspended": False, "taken": (), "own": 0, "paid_until": date(2027, 3, 1)} | more
    return Facts(
        today=EVE,
        calendar=WorkingCalendar(),
        is_disabled=known["is_disabled"],
        held=SimpleNamespace(suspended=known["suspended"], excluded_regions=("eu-paris",)),
        balance=ServiceBalance(service, YEAR, Account(granted, used), included=True),
        paid_until=known["paid_until"],
        taken=known["taken"],
        own=known["own"],
    )


def test_the_refusals_come_in_their_order():
    """Everything stands against the booking; what is put right one by one brings the next refusal to light."""
    wrong = {"granted": 0, "is_disabled": True, "suspended": True, "paid_until": date(2026, 11, 1)}
    asked = {"starts_on": date(2026, 10, 9), "days": 30, "regions": ["eu-paris"]}
    right = [
        ("organization_disabled", {"is_disabled": False}, {}),
        ("not_entitled", {"granted": 4, "used": 3}, {}),
        ("account_overdue", {"suspended": False}, {}),
        ("region_not_served", {}, {"regions": []}),
        ("notice_too_short", {}, {"starts_on": date(2026, 10, 10)}),
        ("outside_period", {"paid_until": date(2027, 3, 1)}, {}),
        ("overlapping_booking", {"taken": ()}, {}),
        ("quota_insufficient", {}, {"days": 1}),
    ]
    wrong["taken"] = (Taken(7, date(2026, 10, 12), date(2026, 10, 12)),)
    for code, put_right, asked_right in right:
        with pytest.raises(Refusal) as refused:
            booking_rules.check(SERVICE, facts=facts(**wrong), **asked)
        assert refused.value.code == code
        wrong |= put_right
        asked |= asked_right
    booked = booking_rules.check(SERVICE, facts=facts(**wrong), **asked)
    assert (booked.starts_on, booked.ends_on, booked.quantity) == (date(2026, 10, 10), date(2026, 10, 10), 1)


def test_booked_on_the_eve_of_national_day_it_begins_on_the_tenth_at_the_earliest():
    with pytest.raises(Refusal) as refused:
        booking_rules.check(SERVICE, date(2026, 10, 9), 1, (), facts())
    assert refused.value.members == {"earliest": "2026-10-10"}
    assert booking_rules.earliest(SERVICE, EVE, WorkingCalendar()) == date(2026, 10, 10)


def test_notice_that_is_advice_marks_and_does_not_bar():
    assert booking_rules.check(ESCORT, date(2026, 10, 1), 2, (), facts(ESCORT)).short_notice is True
    # the 10th working day after 30 September: 8 to 10, 12 to 16, 19 and 20 October
    assert booking_rules.earliest(ESCORT, EVE, WorkingCalendar()) == date(2026, 10, 20)
    assert booking_rules.check(ESCORT, date(2026, 10, 20), 2, (), facts(ESCORT)).short_notice is False


def test_moving_counts_the_days_it_holds_as_left():
    with pytest.raises(Refusal) as refused:
        booking_rules.check(SERVICE, date(2026, 10, 12), 2, (), facts(used=3))
    assert refused.value.members == {"remaining": 1, "requested": 2}
    assert booking_rules.check(SERVICE, date(2026, 10, 12), 3, (), facts(used=3, own=2)).quantity == 3
    with pytest.raises(Refusal) as refused:
        booking_rules.check(SERVICE, date(2026, 10, 12), 4, (), facts(used=3, own=2))
    assert refused.value.members == {"remaining": 3, "requested": 4}


def test_moving_is_possible_where_a_smaller_plan_keeps_what_was_booked():
    assert booking_rules.check(SERVICE, date(2026, 10, 12), 2, (), facts(granted=0, used=2, own=2)).quantity == 2
    assert booking_rules.check(SERVICE, date(2026, 10, 12), 2, (), facts(granted=4, used=6, own=2)).quantity == 2
    with pytest.raises(Refusal) as refused:
        booking_rules.check(SERVICE, date(2026, 10, 12), 3, (), facts(granted=4, used=6, own=2))
    assert refused.value.code == "quota_insufficient"


@pytest.mark.parametrize("days", [0, -3])
def test_days_are_at_least_one(days):
    with pytest.raises(FieldErrors) as refused:
        booking_rules.check(SERVICE, date(2026, 10, 12), days, (), facts(is_disabled=True))
    assert list(refused.value.errors) == ["days"]


@pytest.mark.parametrize("year", [1, 1999, 2201, 9999])
def test_days_of_other_centuries_are_mistakes(year):
    with pytest.raises(FieldErrors):
        booking_rules.check(SERVICE, date(year, 12, 31), 1, (), facts())


@pytest.mark.parametrize(
    ("service", "details", "asked_still"),
    [
        ("escort_basic", {}, ["regions", "products", "event_kind", "expected_load", "peak_times"]),
        ("event_assurance", {"regions": ["none"], "products": ["ecs"], "event_kind": "launch"},
         ["expected_load", "peak_times"]),
        ("onsite_training", {"venue": "Our office"}, ["facilities"]),
        ("availability_check", {"regions": ["none"], "products": ["ecs"]}, []),
    ],
)  # fmt: skip
def test_staff_see_what_a_service_asks_for_and_nobody_has_said(service, details, asked_still):
    assert missing(service, details) == asked_still

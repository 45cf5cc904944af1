"""Used + left = allowance, whatever people do: over any history of bookings, changes of the plan, and days.

The histories are played against the database, and against paper and pencil (booking_life.py).
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons import booking_rules, bookings, service_quotas
from addons.models import Booking
from addons.quota_check import differences
from common import tenancy
from common.problems import Problem
from supportplans import subscriptions
from tests import cast
from tests.addons.booking_life import AT_THE_END, OF_CUSTOMERS, OF_PARTNERS, Life
from tests.addons.conftest import book, hold

CUSTOMER_TIERS, PARTNER_TIERS = ("business", "enterprise", "developer"), ("standard", "premium")
FIRST_DAY = date(2026, 3, 2)


def wishes(tiers: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """Everything that can be asked of a plan; what is left is bought again more often than not."""
    tier, cycle = st.sampled_from(tiers), st.sampled_from(["yearly", "yearly", "monthly"])
    now_or_then = st.sampled_from(["now", "now", "renewal"])
    changed = st.fixed_dictionaries({"action": st.just("change_tier"), "tier": tier, "at": now_or_then})
    subscribed = st.fixed_dictionaries({"action": st.just("subscribe"), "tier": tier, "cycle": cycle})
    turned = st.fixed_dictionaries({"action": st.just("change_cycle"), "cycle": cycle, "at": st.just("renewal")})
    left = st.fixed_dictionaries({"action": st.just("unsubscribe"), "at": now_or_then})
    return st.one_of(changed, changed, subscribed, turned, left, st.just({"action": "renew"}))


def histories(services: tuple[str, ...], tiers: tuple[str, ...], first_tiers: tuple[str, ...]):
    """Days are counted from today, or, beyond 1000, from the first day that is not paid for."""
    which, days = st.integers(0, 9), st.integers(1, 4)
    ahead = st.one_of(st.integers(-1, 40), st.integers(0, 40), st.integers(AT_THE_END - 4, AT_THE_END + 1))
    booked = st.tuples(st.just("book"), st.sampled_from(services), ahead, days)
    doing = st.sampled_from(["withdraw", "reject", "confirm", "confirm", "start", "complete"])
    step = st.one_of(
        booked,
        booked,
        st.tuples(st.just("move"), which, ahead, days),
        st.tuples(st.just("do"), which, doing),
        st.tuples(st.just("plan"), wishes(tiers)),
        st.tuples(st.just("wait"), st.integers(1, 45)),
    )
    first = st.tuples(st.sampled_from(first_tiers), st.sampled_from(["yearly", "yearly", "monthly"]))
    return st.tuples(first, st.lists(step, max_size=24))


OF_A_CUSTOMER = histories(OF_CUSTOMERS, CUSTOMER_TIERS, ("enterprise", "business"))
OF_A_PARTNER = histories(OF_PARTNERS, PARTNER_TIERS, PARTNER_TIERS)


def live_through(people: cast.Cast, kind: str, history) -> None:
    """Play it and look after each step; nothing of it stays."""
    organization, owner = (people.orbit, people.outsider) if kind == "customer" else (people.pine, people.partner_owner)
    (tier, cycle), steps = history
    with transaction.atomic():
        life = Life(organization, owner, people.lead, FIRST_DAY)
        life.plan("subscribe", tier=tier, cycle=cycle)
        life.check()
        for name, *values in steps:
            if name in ("move", "do") and not life.made:
                continue
            try:
                with transaction.atomic():
                    life.plan(**values[0]) if name == "plan" else getattr(life, name)(*values)
            except Problem:
                pass
            life.check()
        assert differences() == []
        transaction.set_rollback(True)


BOUNDED = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@BOUNDED
@given(history=OF_A_CUSTOMER)
def test_a_customers_quotas_are_right_in_any_history(people, catalogue, history):
    live_through(people, "customer", history)


@BOUNDED
@given(history=OF_A_PARTNER)
def test_a_partners_quotas_are_right_in_any_history(people, catalogue, history):
    live_through(people, "partner", history)


def plan(action: str, **wish: str) -> tuple[str, dict[str, str]]:
    return "plan", {"action": action} | wish


# A rule, what it is broken to, and a history that goes well with the rule as it is.
BROKEN = {
    "what is withdrawn does not come back": (
        (service_quotas, "give_back", lambda **_movement: None),
        ("customer", (("business", "yearly"), [("book", "escort_basic", 20, 1), ("do", 0, "withdraw")])),
    ),
    "a booking takes one unit, however long": (
        (booking_rules, "units", lambda _service, _days: 1),
        ("customer", (("enterprise", "yearly"), [("book", "escort_basic", 20, 3)])),
    ),
    "moving takes the whole of the new days": (
        (booking_rules, "units", lambda _service, days: 2 * days - 1),
        ("partner", (("premium", "yearly"), [("book", "event_assurance", 20, 1), ("move", 0, 21, 3)])),
    ),
    "days outside the period are taken": (
        (booking_rules, "_check_period", lambda *_facts: None),
        ("partner", (("standard", "yearly"), [("book", "event_assurance", AT_THE_END - 1, 2)])),
    ),
    "days that nobody has paid for are taken": (
        (booking_rules, "_check_period", lambda *_facts: None),
        ("partner", (("standard", "monthly"), [("book", "architecture_consulting", AT_THE_END + 1, 1)])),
    ),
    "an upgrade of a customer grants more": (
        (service_quotas, "granted_by", lambda tiers, **_flags: tiers[-1].quota if tiers else 0),
        ("customer", (("business", "yearly"), [plan("change_tier", tier="enterprise")])),
    ),
    "an upgrade of a partner grants nothing more": (
        (service_quotas, "granted_by", lambda tiers, **_flags: tiers[0].quota if tiers else 0),
        ("partner", (("standard", "yearly"), [plan("change_tier", tier="premium")])),
    ),
    "what a change of the plan ends goes on": (
        (bookings, "withdraw_for_plan_change", lambda **_change: []),
        ("partner", (("premium", "yearly"), [("book", "event_assurance", 20, 2), plan("unsubscribe", at="now")])),
    ),
    "who comes back starts a new service year": (
        (subscriptions, "continues_service_year", lambda *_days: False),
        ("partner", (("standard", "monthly"), [("wait", 45), plan("subscribe", tier="standard", cycle="monthly")])),
    ),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_negative_control_a_broken_rule_does_not_pass(people, catalogue, monkeypatch, rule):
    broken, (kind, history) = BROKEN[rule]
    live_through(people, kind, history)
    monkeypatch.setattr(*broken)
    with pytest.raises(AssertionError):
        live_through(people, kind, history)


def test_a_booking_that_does_not_fit_its_entries_is_named(people, catalogue):
    pine = hold(people.pine, "standard")
    booking = book(pine, people.partner_owner, service="event_assurance", days=2)
    with tenancy.everything():
        Booking.objects.update(days=3)
    assert differences() == [f"organization {pine.pk}, booking {booking.pk} of event_assurance: holds 3, entries 2"]

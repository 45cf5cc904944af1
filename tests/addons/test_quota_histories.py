"""Over any history of takings, returns, packs and months, entries add up to the counters (page 4.2)."""

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.quota_check import differences
from addons.rollover import month_rollover
from addons.ticket_quota import QuotaExhausted
from common.beijing import BEIJING
from tests.addons.conftest import balance, buy, counter, give_back, take

steps = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.integers(1, 12)),
        st.tuples(st.just("take_anyway"), st.integers(1, 12)),
        st.tuples(st.just("give_back"), st.integers(1, 12)),
        st.tuples(st.just("pack"), st.integers(1, 3)),
        st.tuples(st.just("next_month"), st.just(0)),
        st.tuples(st.just("rollover"), st.just(0)),
    ),
    max_size=40,
)


class Model:
    """The same history in plain Python, month by month: who holds a unit of which month."""

    def __init__(self) -> None:
        self.held: list[tuple[str, datetime]] = []
        self.packs: dict[datetime, int] = {}

    def used(self, month: datetime) -> int:
        return sum(1 for _number, taken in self.held if taken == month)

    def allowance(self, month: datetime) -> int:
        return 30 + self.packs.get(month, 0)


def live_through(pine, history) -> None:
    model, month, packs = Model(), datetime(2026, 11, 1, tzinfo=BEIJING), 0
    for step, number in history:
        ticket = f"T-2026-{number}"
        if step == "take":
            # Ten tickets' worth at once, so that histories reach the end of the allowance.
            for part in range(10):
                if model.used(month) < model.allowance(month):
                    take(pine, f"{ticket}-{part}", at=month)
                    model.held.append((f"{ticket}-{part}", month))
                else:
                    with pytest.raises(QuotaExhausted):
                        take(pine, f"{ticket}-{part}", at=month)
        elif step == "take_anyway":
            take(pine, ticket, at=month, anyway=True)
            model.held.append((ticket, month))
        elif step == "give_back":
            mine = [unit for unit in model.held if unit[0] == ticket]
            assert give_back(pine, ticket, at=month) == bool(mine)
            if mine:
                model.held.remove(max(mine, key=lambda unit: unit[1]))
        elif step == "pack":
            packs += 1
            buy(pine, number, at=month, order=f"O-{packs}")
            model.packs[month] = model.packs.get(month, 0) + 10 * number
        elif step == "next_month":
            month = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=BEIJING)
        else:
            month_rollover(at=month)
        left = balance(pine, month)
        assert left.used == model.used(month)
        assert left.remaining == max(0, model.allowance(month) - model.used(month))
        assert counter(pine, month) is None or counter(pine, month)[0] == model.used(month)
    assert differences() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_entries_add_up_to_the_counters_in_any_history(people, on_tier, history):
    with transaction.atomic():
        live_through(on_tier(people.pine, "standard"), history)
        transaction.set_rollback(True)


def test_a_counter_that_does_not_fit_is_named(people, on_tier):
    from addons.models import QuotaCounter
    from common import tenancy

    pine = on_tier(people.pine, "standard")
    take(pine, at=datetime(2026, 11, 2, tzinfo=BEIJING))
    with tenancy.everything():
        QuotaCounter.objects.update(used=7)
    assert differences() == [
        f"organization {pine.pk}, technical_tickets of 2026-11-01: counter (7,0,0), entries (1,0,0)"
    ]

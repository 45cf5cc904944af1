"""Over any history of bookings and changes of the plan, entries are what bookings hold and quotas never go wrong."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons import booking_progress, bookings
from addons.models import Booking
from addons.quota_check import differences
from common.beijing import midnight
from common.problems import Problem
from tests.addons.conftest import FIRST_DAY, act, book, hold, listed

TIERS = ("standard", "premium")
SERVICES = ("event_assurance", "architecture_consulting", "onsite_training")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.sampled_from(SERVICES), st.integers(0, 60), st.integers(1, 5)),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 60), st.integers(1, 5)),
        st.tuples(st.just("do"), st.integers(0, 5), st.sampled_from(["withdraw", "confirm", "reject", "start"])),
        st.tuples(st.just("change"), st.sampled_from(TIERS)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
    ),
    max_size=25,
)


class Life:
    """An organization's bookings, day by day. What is refused changes nothing."""

    def __init__(self, organization, person, lead) -> None:
        self.organization, self.person, self.lead = organization, person, lead
        self.today = FIRST_DAY + timedelta(days=1)
        self.made: list[Booking] = []

    @property
    def at(self):
        return midnight(self.today) + timedelta(hours=9)

    def book(self, service: str, ahead: int, days: int) -> None:
        starts_on = self.today + timedelta(days=ahead)
        self.made.append(
            book(self.organization, self.person, at=self.at, service=service, starts_on=starts_on, days=days)
        )

    def move(self, which: int, ahead: int, days: int) -> None:
        starts_on = self.today + timedelta(days=ahead)
        act(bookings.reschedule, self.made[which], self.person, at=self.at, starts_on=starts_on, days=days)

    def do(self, which: int, name: str) -> None:
        action = bookings.withdraw if name == "withdraw" else getattr(booking_progress, name)
        more = {"reason": "No"} if name == "reject" else {}
        act(action, self.made[which], self.lead, at=self.at, **more)

    def change(self, tier: str) -> None:
        hold(self.organization, tier, at=self.at)

    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)


def live_through(life: Life, history) -> None:
    for step, *values in history:
        if step in ("move", "do") and values[0] >= len(life.made):
            continue
        try:
            with transaction.atomic():
                getattr(life, step)(*values)
        except Problem:
            pass
        for allowance, used, remaining in listed(life.organization, life.at).values():
            assert used + remaining == allowance
            assert 0 <= used <= 8
        if life.today > date(2027, 1, 1):
            break
    assert differences() == []


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=steps)
def test_entries_are_what_bookings_hold_in_any_history(people, catalogue, history):
    with transaction.atomic():
        live_through(Life(hold(people.pine, "standard"), people.partner_owner, people.lead), history)
        transaction.set_rollback(True)


def test_a_booking_that_does_not_fit_its_entries_is_named(people, catalogue):
    from common import tenancy

    pine = hold(people.pine, "standard")
    booking = book(pine, people.partner_owner, service="event_assurance", days=2)
    with tenancy.everything():
        Booking.objects.update(days=3)
    assert differences() == [f"organization {pine.pk}, booking {booking.pk} of event_assurance: holds 3, entries 2"]

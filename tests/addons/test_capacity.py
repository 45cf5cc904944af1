"""Capacity: the sums, what leads set, and the picture of the weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from addons import booking_progress, capacity, capacity_plan
from addons.capacity import Load, Plan, Stay
from addons.desk import week_picture
from addons.models import Booking, ServiceCapacity
from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors, NotFound
from common.working_days import WorkingCalendar
from tests.addons.conftest import LATER, act, book, hold

CONSULTING, ESCORT = "architecture_consulting", "escort_basic"
TODAY = LATER.date()
JULY = date(2026, 7, 6)


def test_a_booking_of_working_days_takes_no_place_on_a_holiday():
    stay = Stay(CONSULTING, "working_day", date(2026, 9, 30), date(2026, 10, 9))
    plan = Plan({CONSULTING: 2}, {(CONSULTING, date(2026, 10, 9)): 1})
    second = Stay(CONSULTING, "working_day", date(2026, 10, 8), date(2026, 10, 9))
    first, last = date(2026, 9, 30), date(2026, 10, 9)
    found = capacity.loads([CONSULTING], [stay, second], plan, WorkingCalendar(), first, last)[CONSULTING]
    assert [(load.day.day, load.used) for load in found if load.used] == [(30, 1), (8, 2), (9, 2)]
    assert [(load.day.day, load.capacity) for load in found if load.is_full or load.is_over] == [(8, 2), (9, 1)]
    assert [load.day.day for load in found if load.is_over] == [9]


def test_natural_days_count_through_a_holiday_and_no_standard_is_no_limit():
    stay = Stay(ESCORT, "natural_day", date(2026, 9, 29), date(2026, 10, 2))
    found = capacity.loads([ESCORT], [stay], Plan(), WorkingCalendar(), date(2026, 10, 1), date(2026, 10, 4))
    assert [load.used for load in found[ESCORT]] == [1, 1, 0, 0]
    assert not any(load.is_over or load.is_full for load in found[ESCORT])


def put(service=ESCORT, places=2, by=None, **more):
    with tenancy.everything(), clock.at(LATER):
        return capacity_plan.set_capacity(service=service, places=places, at=LATER, by=by, **more)


def test_leads_set_a_standard_and_exceptions(catalogue, people):
    put(by=people.lead)
    put(places=0, day=JULY, note=" Nobody is there ", by=people.lead)
    put(places=3, day=JULY, by=people.lead)
    put(places=3, day=JULY, by=people.lead)
    assert capacity_plan.plan().of(ESCORT, JULY) == 3
    assert capacity_plan.plan().of(ESCORT, TODAY) == 2
    with tenancy.everything():
        capacity_plan.drop(service=ESCORT, day=JULY, by=people.lead)
        with pytest.raises(NotFound):
            capacity_plan.drop(service=ESCORT, day=JULY, by=people.lead)
        rows = AuditEntry.objects.filter(action__startswith="capacity.").order_by("pk")
        assert [(row.action, row.object) for row in rows] == [
            ("capacity.set", "escort_basic standard"),
            ("capacity.set", "escort_basic 2026-07-06"),
            ("capacity.set", "escort_basic 2026-07-06"),
            ("capacity.dropped", "escort_basic 2026-07-06"),
        ]
    assert capacity_plan.plan().of(ESCORT, JULY) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"service": "hotline"}, "service"),
        ({"places": -1}, "capacity"),
        ({"places": 1000}, "capacity"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
        ({"day": date(2101, 1, 1)}, "day"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_a_capacity_that_makes_no_sense_is_not_set(catalogue, people, wrong, field):
    with pytest.raises(FieldErrors) as refused:
        put(by=people.lead, **wrong)
    assert list(refused.value.errors) == [field]
    assert not ServiceCapacity.objects.exists()


def test_a_booking_that_is_one_too_many_says_on_which_days(catalogue, people):
    put(places=1, by=people.lead)
    put(places=2, day=JULY + timedelta(days=1), by=people.lead)
    booking = book(hold(people.orbit, "enterprise"), people.outsider, days=2)
    other = book(hold(people.acme, "enterprise"), people.owner, days=2)
    with tenancy.everything(), clock.at(LATER):
        assert capacity_plan.days_over(other) == [Load(ESCORT, JULY, 2, 1)]
        found = capacity_plan.loads(LATER, JULY, JULY)
        assert list(found) == capacity_plan.services(LATER)
    act(booking_progress.reject, booking, people.lead, reason="Nobody is free.")
    with tenancy.everything(), clock.at(LATER):
        assert capacity_plan.days_over(other) == []


def booking(number: int, first: int, last: int) -> Booking:
    start = date(2026, 7, 6)
    return Booking(
        pk=number, service=ESCORT, starts_on=start + timedelta(days=first), ends_on=start + timedelta(days=last)
    )


def picture(*bookings: Booking) -> list[week_picture.Week]:
    days = [Load(ESCORT, JULY + timedelta(days=ahead), 0, None) for ahead in range(14)]
    return week_picture.weeks(
        JULY,
        2,
        today=JULY,
        calendar=WorkingCalendar(),
        names={ESCORT: "Escort"},
        loads={ESCORT: days},
        bookings=bookings,
    )


def shape(lane: list[week_picture.Bar]) -> list[tuple[int, int | None]]:
    return [(bar.days, bar.booking.pk if bar.booking else None) for bar in lane]


def test_bars_span_their_days_in_as_few_lanes_as_possible():
    first, second = picture(booking(1, 0, 1), booking(2, 1, 3), booking(3, 2, 2), booking(4, 5, 8))
    (row,) = first.rows
    assert [shape(lane) for lane in row.lanes] == [
        [(2, 1), (1, 3), (2, None), (2, 4)],
        [(1, None), (3, 2), (3, None)],
    ]
    assert row.lanes[0][-1].goes_on
    assert not row.lanes[0][0].goes_on
    assert [shape(lane) for lane in second.rows[0].lanes] == [[(2, 4), (5, None)]]
    assert second.rows[0].lanes[0][0].from_before
    assert (row.lines, row.hidden) == (3, 0)


def test_more_bars_than_lanes_are_counted():
    first, _second = picture(*(booking(number, 0, 6) for number in range(9)))
    assert (len(first.rows[0].lanes), first.rows[0].hidden, first.rows[0].lines) == (6, 3, 8)


def test_a_week_knows_its_holidays_and_make_up_days():
    days = week_picture.weeks(
        date(2026, 10, 5),
        1,
        today=date(2026, 10, 10),
        calendar=WorkingCalendar(),
        names={},
        loads={},
        bookings=[],
    )[0].days
    assert [day.is_holiday for day in days] == [True, True, True, False, False, False, False]
    assert [day.is_makeup for day in days] == [False] * 5 + [True, False]
    assert [day.is_today for day in days] == [False] * 5 + [True, False]

"""To which paid tier a day belongs: every sentence of spec page 3.6, and any history by a slower rule."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.paid_days import DAY, HeldTier, Segment, segments
from common.beijing import BEIJING, Month, date_of, midnight

NOVEMBER = Month(2026, 11)
V = "2022-01-06"


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BEIJING)


def held(tier: str, began_at: datetime, left_at: datetime | None = None, ends_on=date(2027, 3, 1), version: str = V):
    return HeldTier.of_term(tier, version, began_at, left_at, ends_on)


def days_of(*history: HeldTier) -> list[tuple[str, int]]:
    return [(segment.tier, segment.days) for segment in segments(history, NOVEMBER)]


def test_the_day_of_a_change_belongs_to_the_tier_before_it():
    history = [held("developer", at(3, month=3), at(10)), held("business", at(10))]
    assert segments(history, NOVEMBER) == [
        Segment("developer", V, 10, ((date(2026, 11, 1), date(2026, 11, 11)),)),
        Segment("business", V, 20, ((date(2026, 11, 11), date(2026, 12, 1)),)),
    ]


def test_the_day_of_a_first_purchase_belongs_to_the_tier_bought():
    assert days_of(held("business", at(21, 23))) == [("business", 10)]


def test_the_day_of_leaving_belongs_to_the_tier_left():
    assert days_of(held("business", at(1, month=10), at(5, 0))) == [("business", 5)]


def test_who_leaves_and_subscribes_again_on_one_day_pays_it_at_the_tier_left():
    history = [held("business", at(1, month=10), at(5, 9)), held("developer", at(5, 15))]
    assert days_of(*history) == [("business", 5), ("developer", 25)]


def test_a_tier_bought_and_left_within_a_day_has_that_day():
    assert days_of(held("business", at(5, 9), at(5, 10))) == [("business", 1)]
    assert days_of(held("business", at(5, 9), at(5, 9))) == [("business", 1)]


def test_a_tier_held_for_the_rest_of_a_day_that_is_another_s_has_no_day():
    history = [
        held("developer", at(1, month=10), at(5, 9)),
        held("business", at(5, 9), at(5, 10)),
        held("enterprise", at(5, 10)),
    ]
    assert days_of(*history) == [("developer", 5), ("enterprise", 25)]


def test_a_term_that_runs_out_does_not_have_the_day_it_ends_on():
    assert days_of(held("business", at(11, month=10), ends_on=date(2026, 11, 11))) == [("business", 10)]
    ended = held("business", at(11, month=10), midnight(date(2026, 11, 11)), date(2026, 11, 11))
    assert days_of(ended, held("developer", midnight(date(2026, 11, 11)))) == [("business", 10), ("developer", 20)]


def test_a_change_in_the_first_instant_of_a_day_still_leaves_that_day_to_the_tier_before():
    changed = midnight(date(2026, 11, 11))
    assert days_of(held("developer", at(1, month=10), changed), held("business", changed)) == [
        ("developer", 11),
        ("business", 19),
    ]


def test_a_tier_held_twice_is_one_segment():
    history = [
        held("developer", at(1, month=10), at(5)),
        held("business", at(5), at(20)),
        held("developer", at(20)),
    ]
    assert segments(history, NOVEMBER) == [
        Segment(
            "developer",
            V,
            15,
            ((date(2026, 11, 1), date(2026, 11, 6)), (date(2026, 11, 21), date(2026, 12, 1))),
        ),
        Segment("business", V, 15, ((date(2026, 11, 6), date(2026, 11, 21)),)),
    ]


def test_a_renewal_under_a_newer_catalogue_begins_another_segment():
    history = [
        held("business", at(11, month=10), ends_on=date(2026, 11, 11)),
        held("business", midnight(date(2026, 11, 11)), version="2026-11-01"),
    ]
    assert [(found.catalogue_version, found.days) for found in segments(history, NOVEMBER)] == [
        (V, 10),
        ("2026-11-01", 20),
    ]


def test_a_renewal_under_the_same_catalogue_is_one_range():
    history = [
        held("business", at(11, month=10), ends_on=date(2026, 11, 11)),
        held("business", midnight(date(2026, 11, 11))),
    ]
    assert segments(history, NOVEMBER) == [Segment("business", V, 30, ((date(2026, 11, 1), date(2026, 12, 1)),))]


def test_other_months_have_no_part():
    assert days_of(held("business", at(1, month=9), at(31, month=10)), held("business", at(1, month=12))) == []
    assert segments([], NOVEMBER) == []


def test_days_are_those_of_beijing():
    bought = datetime(2026, 10, 31, 16, tzinfo=UTC)
    left = datetime(2026, 11, 1, 15, 59, 59, tzinfo=UTC)
    assert days_of(held("business", bought, left)) == [("business", 1)]


@st.composite
def histories(draw):
    """Tiers held one after the other with gaps, some of them within a day, some at midnight."""
    moment, history = at(1, month=9), []
    for _turn in range(draw(st.integers(0, 8))):
        began = moment + timedelta(hours=draw(st.sampled_from([0, 0, 1, 12, 24, 300])))
        left = began + timedelta(hours=draw(st.sampled_from([0, 1, 12, 24, 100, 700])))
        ends_on = date_of(left) + draw(st.sampled_from([0, 1, 40])) * DAY
        ends_on = max(ends_on, date_of(began) + DAY)
        history.append(held(draw(st.sampled_from("abc")), began, left, ends_on, draw(st.sampled_from("12"))))
        moment = history[-1].until
    return history


def owner_of(day: date, history: list[HeldTier]) -> tuple[str, str] | None:
    """The slow rule: ask each tier in order of time whether it was held on the day."""
    for one in history:
        if one.first_day <= day < one.day_after:
            return one.tier, one.catalogue_version
    return None


@given(history=histories(), month=st.sampled_from([NOVEMBER.previous(), NOVEMBER, NOVEMBER.next()]))
def test_every_day_belongs_to_the_first_tier_held_on_it(history, month):
    found = segments(history, month)
    by_day = {
        first + n * DAY: (segment.tier, segment.catalogue_version)
        for segment in found
        for first, after in segment.ranges
        for n in range((after - first).days)
    }
    days = [month.first_day + n * DAY for n in range(month.days)]
    assert by_day == {day: owner for day in days if (owner := owner_of(day, history))}
    assert sum(segment.days for segment in found) == len(by_day) <= month.days
    owners = [owner for owner, _days in groupby(by_day[day] for day in days if day in by_day)]
    assert [(segment.tier, segment.catalogue_version) for segment in found] == list(dict.fromkeys(owners))

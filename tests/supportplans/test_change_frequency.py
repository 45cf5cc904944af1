from datetime import UTC, date, datetime, timedelta

from common.beijing import midnight
from supportplans.change_frequency import Held, changes, changes_in_window, would_be_change


def held(tier: str, begins: date, until: date, *, at_renewal: bool = False) -> Held:
    return Held(tier, midnight(begins), midnight(until), at_renewal)


def test_three_changes_in_59_days_and_the_fourth_90_days_after_the_first():
    history = [
        held("developer", date(2026, 1, 1), date(2026, 2, 1)),
        held("business", date(2026, 2, 1), date(2026, 3, 1)),
        held("developer", date(2026, 3, 1), date(2026, 4, 1)),
        held("business", date(2026, 4, 1), date(2026, 5, 1)),
    ]
    assert changes(history) == [midnight(date(2026, month, 1)) for month in (2, 3, 4)]
    assert changes_in_window(history, midnight(date(2026, 5, 1))) == 3
    assert changes_in_window(history, midnight(date(2026, 5, 2))) == 2


def test_a_change_at_renewal_does_not_count():
    history = [
        held("developer", date(2026, 1, 1), date(2026, 2, 1)),
        held("business", date(2026, 2, 1), date(2026, 3, 1), at_renewal=True),
    ]
    assert changes(history) == []


def test_returning_to_the_same_tier_or_after_ninety_days_is_no_change():
    left = date(2026, 2, 1)
    history = [held("developer", date(2026, 1, 1), left)]
    assert not would_be_change(history, "developer", midnight(left))
    assert would_be_change(history, "business", midnight(left + timedelta(days=90)) - timedelta(seconds=1))
    assert not would_be_change(history, "business", midnight(left + timedelta(days=90)))


def test_the_first_plan_is_no_change():
    assert not would_be_change([], "business", datetime(2026, 1, 1, tzinfo=UTC))
    assert changes_in_window([], datetime(2026, 1, 1, tzinfo=UTC)) == 0

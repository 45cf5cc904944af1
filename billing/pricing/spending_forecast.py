"""This month's incremental fee so far and expected at its end (spec page 3, section 3.8).

    so far: the month settled (section 3.6) over the paid days until and with today, and their usage
    average = on-demand usage of the paid days that are over / their number
    expected: the month settled over all of its paid days, where a day that is over counts its usage and one that
              is not (today too) counts the average, or what is known of its on-demand usage when that is more,
              and its share of prepaid usage, which is known beforehand
    an alert is due at 80 % and at 100 % of the budget

Worked numbers, which also stand in tests/billing/test_spending_forecast.py: business for all of November 2026
(30 days), on 11 November: 10 days are over with 4,000.00 a day on demand, 100.00 a day are prepaid, today shows
1,000.00 on demand. So far 42,100.00: 4,210.00 less 700.00 × 11 / 30 = 3,953.33. Expected 10 × 4,100.00 + 20 ×
(4,000.00 + 100.00) = 123,000.00: 7,000.00 + 53,000.00 × 7 % = 10,710.00 less 700.00 = 10,010.00. Of a budget of
4,900.00 the 3,953.33 are 80.68 %: the first alert is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.pricing.incremental_fee import SegmentUsage, settle_month
from common.beijing import Month
from common.money import ZERO, Money, value
from supportplans.catalogue import Bracket

ALERTS_AT_PERCENT = (80, 100)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayUsage:
    """What counts of a day's cloud usage; prepaid is the day's share of what was paid for a longer time."""

    on_demand: Money = ZERO
    prepaid: Money = ZERO


@dataclass(frozen=True)
class PlannedSegment:
    """Paid days of the month at one tier, past and to come: `ranges` as in billing.pricing.paid_days.Segment."""

    tier_code: str
    version: str
    ranges: Sequence[tuple[date, date]]
    brackets: Sequence[Bracket]
    mode: str
    monthly_price: Money


@dataclass(frozen=True)
class SpendingForecast:
    """The incremental fee and the usage behind it, so far and expected at the end of the month."""

    so_far: Money
    usage_so_far: Money
    expected: Money
    expected_usage: Money


def forecast(
    segments: Sequence[PlannedSegment], usage: Mapping[date, DayUsage], month: Month, today: date
) -> SpendingForecast:
    """The forecast of `month` on `today`; a day that `usage` does not name was or will be without any.

    `segments` cover the whole month, as if the running terms ran out as planned. After the month both figures are
    the same; before it, with no day over, only what is known is expected.
    """
    average = _average([usage.get(day, DayUsage()).on_demand for day in _days(segments) if day < today])
    so_far, expected = [], []
    for segment in segments:
        days = _days([segment])
        past = [day for day in days if day <= today]
        known = sum((_known(usage, day) for day in past), ZERO)
        likely = sum((_known(usage, day) if day < today else _likely(usage, day, average) for day in days), ZERO)
        so_far.append(_segment_usage(segment, len(past), known))
        expected.append(_segment_usage(segment, len(days), likely))
    return SpendingForecast(
        so_far=_fee(so_far, month),
        usage_so_far=sum((segment.usage for segment in so_far), ZERO),
        expected=_fee(expected, month),
        expected_usage=sum((segment.usage for segment in expected), ZERO),
    )


def alerts_due(spent: Money, budget: Money | None) -> tuple[int, ...]:
    """Which of 80 and 100 (percent of the budget) `spent` has reached; none without a budget above zero."""
    if budget is None or budget <= 0:
        return ()
    return tuple(percent for percent in ALERTS_AT_PERCENT if spent * 100 >= budget * percent)


def _days(segments: Sequence[PlannedSegment]) -> list[date]:
    return [
        first + n * DAY
        for segment in segments
        for first, day_after in segment.ranges
        for n in range((day_after - first).days)
    ]


def _average(amounts: Sequence[Money]) -> Money:
    return value(sum(amounts, ZERO), 1, len(amounts)) if amounts else ZERO


def _known(usage: Mapping[date, DayUsage], day: date) -> Money:
    of_day = usage.get(day, DayUsage())
    return of_day.on_demand + of_day.prepaid


def _likely(usage: Mapping[date, DayUsage], day: date, average: Money) -> Money:
    of_day = usage.get(day, DayUsage())
    return max(of_day.on_demand, average) + of_day.prepaid


def _segment_usage(segment: PlannedSegment, days: int, usage: Money) -> SegmentUsage:
    return SegmentUsage(
        segment.tier_code, segment.version, days, usage, segment.brackets, segment.mode, segment.monthly_price
    )


def _fee(segments: Sequence[SegmentUsage], month: Month) -> Money:
    return sum((fee.incremental for fee in settle_month(segments, month.days)), ZERO)

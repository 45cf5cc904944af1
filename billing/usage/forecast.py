"""What this month's usage costs an organization: so far, expected at the month's end, and of its budget (page 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organization
from billing.pricing.spending_forecast import PlannedSegment, SpendingForecast, forecast
from billing.settlement.month_fees import PaidSegment, paid_segments
from billing.usage.budgets import budget_of
from billing.usage.of_month import usage_by_day
from common.beijing import Month, date_of
from common.money import Money
from supportplans.paid_history import paid_terms


@dataclass(frozen=True)
class MonthForecast:
    """`figures`: the incremental fee and the usage behind it. `budget` None: none is set."""

    month: Month
    figures: SpendingForecast
    budget: Money | None
    # Whether any day of the month is at a paid tier whose fee depends on usage.
    is_metered: bool

    @property
    def percent(self) -> int | None:
        """How much of the budget is used, in whole percent, cut off; None without one."""
        return _percent(self.figures.so_far, self.budget)

    @property
    def expected_percent(self) -> int | None:
        """How much of it will be used by the month's end; None without one."""
        return _percent(self.figures.expected, self.budget)


def forecast_of(organization: Organization, at: datetime) -> MonthForecast:
    """The forecast of the Beijing month of `at`; inside the organization's scope."""
    month = Month.of_instant(at)
    held = paid_segments(paid_terms(month, [organization.pk]), month)
    usage = usage_by_day(organization.pk, month.first_day, month.next().first_day)
    figures = forecast([_planned(segment) for segment in held], usage, month, date_of(at))
    return MonthForecast(month, figures, budget_of(organization), is_metered=bool(held))


def _planned(segment: PaidSegment) -> PlannedSegment:
    return PlannedSegment(
        tier_code=segment.days.tier,
        version=segment.days.catalogue_version,
        ranges=segment.days.ranges,
        brackets=segment.tier.usage_brackets,
        mode=segment.tier.usage_mode,
        monthly_price=segment.tier.prices.monthly,
    )


def _percent(amount: Money, budget: Money | None) -> int | None:
    return int(amount * 100 / budget) if budget else None

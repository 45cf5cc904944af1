"""What an organization's home says about money: what is to be paid, what the month costs, what the last ones cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.access import Reach
from billing import access
from billing.usage import spending
from billing.usage.forecast import MonthForecast, forecast_of
from common.beijing import Month, date_of
from common.charts import Chart
from common.money import ZERO, Money

MONTHS_SHOWN = 6


@dataclass(frozen=True)
class Due:
    """What is to be paid: `invoice` is its number where there is one alone, `due_on` the earliest."""

    amount: Money
    count: int
    invoice: str
    due_on: date
    is_overdue: bool


@dataclass(frozen=True)
class SpendingCard:
    """`forecast` None: nothing depends on usage this month; `chart` None: nothing was invoiced in half a year."""

    forecast: MonthForecast | None
    chart: Chart | None


def overview(reach: Reach, at: datetime) -> dict[str, Any]:
    """`due` and `spending` where the role may see them and there is something to see; in the tenant's scope."""
    return {
        "due": _due(reach, date_of(at)) if reach.may("orders", "R") else None,
        "spending": _spending(reach, at) if reach.may("usage", "R") else None,
    }


def _due(reach: Reach, today: date) -> Due | None:
    unpaid = list(access.unpaid_invoices(reach.organization))
    amount = sum((invoice.outstanding for invoice in unpaid), ZERO)
    if not amount:
        return None
    first = unpaid[0]
    return Due(
        amount=amount,
        count=len(unpaid),
        invoice=first.number if len(unpaid) == 1 else "",
        due_on=first.due_on,
        is_overdue=today > first.due_on,
    )


def _spending(reach: Reach, at: datetime) -> SpendingCard | None:
    forecast = forecast_of(reach.organization, at)
    months = spending.spent_by_month(reach.organization, Month.of_instant(at))[-MONTHS_SHOWN:]
    chart = spending.spending_chart(months) if any(month.total for month in months) else None
    if chart is None and not forecast.is_metered:
        return None
    return SpendingCard(forecast if forecast.is_metered else None, chart)

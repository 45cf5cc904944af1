"""Months and what became of them, for billing operators: settled, missing, used late; all organizations at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Prefetch

from billing.models import Invoice, Settlement
from common.beijing import Month
from common.keyset import KeysetPage
from common.money import Money
from common.problems import NotFound
from supportplans.paid_history import PAID_MONTHS, plans_with_usage_fees

SETTLEMENTS_OF_A_PAGE = 50

# In the order of the fields of MonthOverview.
_MONTHS = f"""
WITH settled AS (
  SELECT month, count(*) AS organizations, sum(total) AS total,
         COALESCE(sum(total) FILTER (WHERE total > 0), 0) AS invoiced,
         COALESCE(sum(total) FILTER (WHERE total < 0), 0) AS credited
    FROM billing_settlement GROUP BY month
), missing AS (
  SELECT paid.month, count(DISTINCT paid.organization_id) AS organizations FROM ({PAID_MONTHS}) AS paid
   WHERE paid.month <= %(last_month)s
     AND NOT EXISTS (SELECT 1 FROM billing_settlement AS done
                      WHERE done.organization_id = paid.organization_id AND done.month = paid.month)
   GROUP BY paid.month
), late AS (
  SELECT mark.month, count(*) AS organizations FROM billing_changedmonth AS mark
    JOIN billing_settlement AS done ON done.organization_id = mark.organization_id AND done.month = mark.month
   GROUP BY mark.month
)
SELECT month, COALESCE(settled.organizations, 0), COALESCE(missing.organizations, 0), COALESCE(late.organizations, 0),
       COALESCE(settled.invoiced, 0), COALESCE(settled.credited, 0), COALESCE(settled.total, 0)
  FROM settled FULL JOIN missing USING (month) LEFT JOIN late USING (month)
 ORDER BY month DESC
"""  # noqa: S608


@dataclass(frozen=True)
class MonthOverview:
    """Numbers of organizations, and sums in CNY: `total` is `invoiced` + `credited`, the latter negative.

    `missing` had a paid-tier day and are not settled; of `late` usage came after the settlement, which the next run
    settles as an adjustment.
    """

    first_day: date
    settled: int
    missing: int
    late: int
    invoiced: Money
    credited: Money
    total: Money

    @property
    def month(self) -> Month:
        return Month.of(self.first_day)


def months(at: datetime) -> list[MonthOverview]:
    """Every month that is settled or should be by `at`, the latest first; in a scope that sees every organization."""
    last = Month.of_instant(at).previous()
    given = plans_with_usage_fees() | {"last_month": last.first_day, "ends_at": last.ends_at}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, given)
        return [MonthOverview(*row) for row in cursor.fetchall()]


def month_named(text: str, at: datetime) -> MonthOverview:
    """A month such as 2026-11. Raises NotFound for a text that is none, and for a month with nothing to settle."""
    for overview in months(at):
        if str(overview.month) == text:
            return overview
    raise NotFound


def settlements_in(month: Month, *, before: str | None) -> KeysetPage[Settlement]:
    """A page of a month's settlements with organization and documents, the newest organizations first."""
    rows = Settlement.objects.filter(month=month.first_day).order_by("-organization_id")
    if before and before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(organization_id__lt=int(before))
    documents = Prefetch("documents", queryset=Invoice.objects.order_by("pk"))
    rows = rows.select_related("organization").prefetch_related(documents, "adjustments")
    found = list(rows[: SETTLEMENTS_OF_A_PAGE + 1])
    has_older = len(found) > SETTLEMENTS_OF_A_PAGE
    found = found[:SETTLEMENTS_OF_A_PAGE]
    return KeysetPage(found, f"?before={found[-1].organization_id}" if has_older else None)

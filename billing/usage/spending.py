"""What an organization used and spent, month by month, as its spending page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import Organization
from billing.models import InvoiceLine
from billing.usage.days import ProductDay, UsageOfMonth
from common import readings
from common.beijing import Month
from common.charts import MOST_SERIES, Chart, Series
from common.money import ZERO, Money
from supportplans.catalogue import Catalogue
from supportplans.catalogue_names import name_for_reader

MONTHS_SHOWN = 12
# Beside these: the other products together, and what does not count.
PRODUCTS_SHOWN = MOST_SERIES - 2
PLAN, PACKS, USAGE = "plan", "packs", "usage"
_KIND_OF_CODE = {"ticket_pack": PACKS, "incremental_fee": USAGE, "adjustment": USAGE}
# Lines of credit notes that say no more than that something was credited: the invoice says of what.
_SILENT_CODES = ("credit_part", "credited_elsewhere", "goodwill")


@dataclass(frozen=True)
class ProductSum:
    """A product's usage in a month."""

    product: str
    counted: Money
    not_counted: Money


@dataclass(frozen=True)
class UsagePicture:
    """A month's usage: by day as a chart, by product as sums, the largest first."""

    usage: UsageOfMonth
    chart: Chart
    products: list[ProductSum]


@dataclass(frozen=True)
class MonthSpent:
    """What was invoiced in a month less what was credited in it, by kind."""

    month: Month
    plan: Money = ZERO
    packs: Money = ZERO
    usage: Money = ZERO

    @property
    def total(self) -> Money:
        return self.plan + self.packs + self.usage


def usage_picture(usage: UsageOfMonth, catalogue: Catalogue) -> UsagePicture:
    """The picture of a month's usage, days without any included; `catalogue` names the products."""
    products = _sums(usage.days)
    shown = [each.product for each in products if each.counted][:PRODUCTS_SHOWN]
    days = [date.fromordinal(usage.month.first_day.toordinal() + n) for n in range(usage.month.days)]
    return UsagePicture(
        usage, _usage_chart(usage, days, shown, catalogue), [_named(each, catalogue) for each in products]
    )


def _sums(rows: Iterable[ProductDay]) -> list[ProductSum]:
    counted: dict[str, Money] = defaultdict(lambda: ZERO)
    not_counted: dict[str, Money] = defaultdict(lambda: ZERO)
    for row in rows:
        counted[row.product] += row.counted
        not_counted[row.product] += row.not_counted
    sums = [ProductSum(product, counted[product], not_counted[product]) for product in counted]
    return sorted(sums, key=lambda each: (-each.counted, -each.not_counted, each.product))


def _name(product: str, catalogue: Catalogue) -> str:
    """As the reader knows it; what the catalogue does not list is its own name."""
    return name_for_reader(catalogue, "products", product)


def _named(each: ProductSum, catalogue: Catalogue) -> ProductSum:
    return replace(each, product=_name(each.product, catalogue))


def _usage_chart(usage: UsageOfMonth, days: Sequence[date], shown: Sequence[str], catalogue: Catalogue) -> Chart:
    of_day: dict[tuple[str, date], Money] = defaultdict(lambda: ZERO)
    other, aside = "\0other", "\0aside"
    for row in usage.days:
        of_day[row.product if row.product in shown else other, row.day] += row.counted
        of_day[aside, row.day] += row.not_counted
    names = {product: _name(product, catalogue) for product in shown}
    names |= {other: _("Other products"), aside: _("Does not count")}
    series = [
        Series(name, [of_day[key, day] for day in days])
        for key, name in names.items()
        if any(of_day[key, day] for day in days)
    ]
    return Chart(
        title=_("Cloud usage by day, before discounts"),
        x=[readings.short_day(day) for day in days],
        series=series or [Series(_("Usage"), [None] * len(days))],
        unit="money",
        kind="bar",
        stacked=True,
        x_title=_("Day"),
        table_rows=[index for index, day in enumerate(days) if any(row.day == day for row in usage.days)],
    )


def spent_by_month(organization: Organization, last: Month) -> list[MonthSpent]:
    """The twelve months until and with `last`, the oldest first; in the tenant's scope."""
    months = [last]
    while len(months) < MONTHS_SHOWN:
        months.append(months[-1].previous())
    months.reverse()
    spent: dict[tuple[Month, str], Money] = defaultdict(lambda: ZERO)
    rows = (
        InvoiceLine.objects.filter(
            organization=organization,
            invoice__issued_on__gte=months[0].first_day,
            invoice__issued_on__lte=last.last_day,
        )
        .order_by()
        .values("code", "invoice__credits__order__action", "invoice__credits__settlement")
        .annotate(issued_in=TruncMonth("invoice__issued_on"), sum=Sum("amount"))
    )
    for row in rows:
        kind = _kind(row["code"], row["invoice__credits__order__action"], row["invoice__credits__settlement"])
        spent[Month.of(row["issued_in"]), kind] += row["sum"]
    return [
        MonthSpent(month, plan=spent[month, PLAN], packs=spent[month, PACKS], usage=spent[month, USAGE])
        for month in months
    ]


def _kind(code: str, credited_action: str | None, credited_settlement: int | None) -> str:
    if code not in _SILENT_CODES:
        return _KIND_OF_CODE.get(code, PLAN)
    if credited_settlement is not None:
        return USAGE
    return PACKS if credited_action == "buy_pack" else PLAN


def spending_chart(months: Sequence[MonthSpent]) -> Chart:
    """Month by month what was invoiced, by kind; kinds that never occur are left out."""
    series = [
        Series(_("Plan fees"), [month.plan for month in months]),
        Series(_("Ticket packs"), [month.packs for month in months]),
        Series(_("Incremental support fee"), [month.usage for month in months]),
    ]
    return Chart(
        title=_("Invoiced by month, credit notes deducted"),
        x=[readings.short_month(month.month.first_day) for month in months],
        series=[one for one in series if any(one.values)] or [Series(_("Plan fees"), [None] * len(months))],
        unit="money",
        kind="bar",
        stacked=True,
        x_title=_("Month"),
    )

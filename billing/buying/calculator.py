"""The price calculator's page: one tier explained line by line, all tiers of its family side by side (page 3.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from billing.buying.estimate_questions import read_typed
from billing.pricing.price_estimate import PriceEstimate, corners, covered_usage, estimate
from common.charts import MOST_SERIES, Chart, Mark, Series
from common.money import ZERO, Money, plain
from supportplans import comparison
from supportplans.catalogue import Tier
from supportplans.comparison import Column, Link
from supportplans.reader import Reader

FIRST_USAGE = Decimal(100_000)
# Where the slider stops: the larger the amount, the larger the step.
STOPS = (0, *(digit * 10**power for power in (3, 4, 5, 6) for digit in range(1, 10)), 10**7)
CHART_ENDS = tuple(digit * 10**power for power in range(4, 12) for digit in (2, 5, 10))
EVEN_STEPS = 24


@dataclass(frozen=True)
class Offer:
    """A tier of the family with what it would cost; `column` is its head in the comparison."""

    column: Column
    estimate: PriceEstimate
    is_chosen: bool

    @property
    def tier(self) -> Tier:
        return self.column.tier


@dataclass(frozen=True)
class Calculator:
    """`problem` is set where the usage cannot be read; then the figures are those of no usage.

    `covered` is the usage that the base covers, None where there is no usage fee. `yearly_price` is what a yearly
    order pays at once.
    """

    families: list[Link]
    family: str
    cycle: str
    usage: Money
    usage_text: str
    problem: str
    offers: list[Offer]
    has_usage_fee: bool
    covered: Money | None
    chart: Chart

    @property
    def chosen(self) -> Offer:
        return next(offer for offer in self.offers if offer.is_chosen)

    @property
    def stops(self) -> tuple[int, ...]:
        return STOPS


def calculator(reader: Reader, asked: Mapping[str, str], language: str) -> Calculator:
    """The page for a reader; unknown words in `asked` mean the default, an unreadable usage is a problem."""
    table = comparison.table(reader, family=asked.get("family", ""), cycle=asked.get("cycle", ""), language=language)
    typed = asked.get("monthly_usage")
    usage, problem = (FIRST_USAGE, "") if typed is None else read_typed(typed)
    usage = ZERO if usage is None else usage
    chosen = _chosen(table.columns, asked.get("tier", ""))
    offers = [Offer(column, estimate(column.tier, table.cycle, usage), column is chosen) for column in table.columns]
    has_usage_fee = any(column.tier.usage_brackets for column in table.columns)
    return Calculator(
        families=[
            Link(link.label, _address(code, table.cycle, usage), link.is_chosen)
            for code, link in zip((family.code for family in reader.catalogue.families), table.families, strict=True)
        ],
        family=table.family.code,
        cycle=table.cycle,
        usage=usage,
        usage_text=plain(usage).removesuffix(".00") if typed is None else typed,
        problem=problem,
        offers=offers,
        has_usage_fee=has_usage_fee,
        covered=covered_usage(chosen.tier),
        chart=_curves(offers, table.cycle, usage) if has_usage_fee else _bars(offers),
    )


def _chosen(columns: Sequence[Column], code: str) -> Column:
    """The tier asked for; else the reader's own, if it is paid; else the middle one."""
    by_code = next((column for column in columns if column.tier.code == code), None)
    held = next((column for column in columns if column.is_current and not column.tier.is_base), None)
    return by_code or held or columns[len(columns) // 2]


def _address(family: str, cycle: str, usage: Money) -> str:
    asked = {"family": family, "cycle": cycle, "monthly_usage": plain(usage)}
    return f"{reverse('billing:calculator')}?{urlencode(asked)}"


def _curves(offers: list[Offer], cycle: str, usage: Money) -> Chart:
    """The total of each tier over the usage, with corners where it has them and steps for who points at it."""
    end = Decimal(next((end for end in CHART_ENDS if end >= usage * 3 / 2), int(usage) + 1))
    tiers = [offer.tier for offer in offers][:MOST_SERIES]
    even = [end * step / EVEN_STEPS for step in range(EVEN_STEPS + 1)]
    usages = sorted({*corners(tiers, end), *even, usage})
    tabled = {*even[::4], usage}
    return Chart(
        title=_("Total a month over cloud usage"),
        x=usages,
        series=[
            Series(offer.column.name, [estimate(offer.tier, cycle, each).monthly_total for each in usages])
            for offer in offers[:MOST_SERIES]
        ],
        unit="money",
        x_title=_("Cloud usage a month"),
        x_unit="money",
        mark=Mark(_("Your usage"), usage),
        table_rows=[index for index, each in enumerate(usages) if each in tabled],
    )


def _bars(offers: list[Offer]) -> Chart:
    """What the tiers of a family without usage fees cost."""
    return Chart(
        title=_("Total a month"),
        x=[offer.column.name for offer in offers],
        series=[Series(_("Total a month"), [offer.estimate.monthly_total for offer in offers])],
        unit="money",
        kind="bar",
        x_title=_("Plan"),
    )

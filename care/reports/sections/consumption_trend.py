"""What was consumed, by product and from month to month, by the feed `consumption` (spec page 6, section 6.2).

Feeds are deleted when a report is sent: the months before come from the organization's own earlier reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from common.beijing import Month
from common.money import CURRENCY, ZERO, plain

Items = list[dict[str, Any]]
MONTHS_SHOWN = 12


def data(items: Items | None, month: Month, earlier: Sequence[tuple[Month, Mapping[str, Any]]]) -> dict[str, Any]:
    """The section; `earlier` are the months before with the same of their reports, oldest first."""
    past = [(one, section) for one, section in earlier if section.get("collected")]
    if items is None:
        return {"collected": False, "currency": CURRENCY, "months": [_month(*one) for one in past]}
    before = past[-1][1] if past and past[-1][0].next() == month else None
    amounts = {item["product"]: Decimal(item["amount"]) for item in items}
    known = {row["key"]: Decimal(row["amount"]) for row in before["by_product"]} if before else {}
    total = sum(amounts.values(), ZERO)
    own = {"total": plain(total), "by_product": _products(amounts, known if before else None, total)}
    return {
        "collected": True,
        "currency": CURRENCY,
        **own,
        "previous_total": before["total"] if before else None,
        "change": plain(total - Decimal(before["total"])) if before else None,
        "change_rate": _rate(total, Decimal(before["total"])) if before else None,
        "months": [*(_month(*one) for one in past), _month(month, own)],
    }


def _products(
    amounts: Mapping[str, Decimal], before: Mapping[str, Decimal] | None, total: Decimal
) -> list[dict[str, Any]]:
    """The largest first, and those that were consumed a month before only."""
    everything = set(amounts) | set(before or ())
    rows = []
    for product in sorted(everything, key=lambda product: (-amounts.get(product, ZERO), product)):
        amount = amounts.get(product, ZERO)
        earlier = None if before is None else before.get(product, ZERO)
        rows.append(
            {
                "key": product,
                "amount": plain(amount),
                "share": str((amount / total).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if total > 0 else None,
                "previous": None if earlier is None else plain(earlier),
                "change": None if earlier is None else plain(amount - earlier),
            }
        )
    return rows


def _rate(now: Decimal, before: Decimal) -> str | None:
    """By how much it changed: 0.1250 is 12.5 % more; null from nothing."""
    return str(((now - before) / before).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if before > 0 else None


def _month(month: Month, section: Mapping[str, Any]) -> dict[str, Any]:
    by_product = {row["key"]: row["amount"] for row in section["by_product"]}
    return {"month": str(month), "total": section["total"], "by_product": by_product}

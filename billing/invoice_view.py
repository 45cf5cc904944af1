"""An invoice as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from billing import wording
from billing.models import Invoice
from common.money import Money


@dataclass(frozen=True)
class LineView:
    """A line in words; the period it pays for with its last day, where it has one."""

    text: str
    amount: Money
    starts_on: date | None
    last_day: date | None


def invoice_lines(invoice: Invoice) -> list[LineView]:
    """The lines in their order."""
    return [
        LineView(
            text=wording.describe_line(line.code, line.params, line.quantity),
            amount=line.amount,
            starts_on=line.starts_on,
            last_day=line.ends_on - timedelta(days=1) if line.ends_on else None,
        )
        for line in invoice.lines.all()
    ]

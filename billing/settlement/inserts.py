"""The invoices of a whole batch of settlements as rows: two statements, however many they are.

A month has a hundred thousand of them; objects of the models would cost more than all of PostgreSQL's work.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from billing.actions.base import Line, Period
from billing.models import Invoice
from billing.pricing.tax import tax_included
from common.beijing import date_of
from common.money import CURRENCY, Money

_INVOICES = """
INSERT INTO billing_invoice (number, organization_id, settlement_id, status, issued_at, issued_on, due_on, total,
                             tax_included, credited, paid, refunded, currency, dunned)
SELECT number, organization_id, settlement_id, %(status)s, %(at)s, %(day)s, %(due_on)s, total, tax, 0, 0, 0,
       %(currency)s, 0
  FROM unnest(%(numbers)s::text[], %(organizations)s::bigint[], %(settlements)s::bigint[], %(totals)s::numeric[],
              %(taxes)s::numeric[]) AS issued(number, organization_id, settlement_id, total, tax)
RETURNING settlement_id, id
"""

_LINES = """
INSERT INTO billing_invoiceline (invoice_id, organization_id, position, code, params, quantity, days, of_days, amount,
                                 starts_on, ends_on)
SELECT * FROM unnest(%(invoices)s::bigint[], %(organizations)s::bigint[], %(positions)s::smallint[], %(codes)s::text[],
                     %(params)s::jsonb[], %(quantities)s::integer[], %(days)s::integer[], %(of_days)s::integer[],
                     %(amounts)s::numeric[], %(firsts)s::date[], %(afters)s::date[])
"""


@dataclass(frozen=True)
class SettlementBill:
    """What a settlement charges: lines that sum to `total`, more than 0.00, each with the period it is for."""

    settlement_id: int
    organization_id: int
    lines: Sequence[Line]
    periods: Sequence[Period]
    total: Money


def insert(bills: Sequence[SettlementBill], numbers: Sequence[str], *, at: datetime, due_on: date) -> None:
    """Write open invoices with these numbers, and their lines."""
    invoices = _insert_invoices(bills, numbers, at, due_on)
    lines = [
        (invoices[bill.settlement_id], bill.organization_id, position, line, period)
        for bill in bills
        for position, (line, period) in enumerate(zip(bill.lines, bill.periods, strict=True), start=1)
    ]
    columns: dict[str, Any] = {
        "invoices": [invoice_id for invoice_id, *_rest in lines],
        "organizations": [organization_id for _invoice, organization_id, *_rest in lines],
        "positions": [position for _invoice, _organization, position, _line, _period in lines],
        "codes": [line.code for *_place, line, _period in lines],
        "params": [json.dumps(dict(line.params)) for *_place, line, _period in lines],
        "quantities": [line.quantity for *_place, line, _period in lines],
        "days": [line.days for *_place, line, _period in lines],
        "of_days": [line.of_days for *_place, line, _period in lines],
        "amounts": [line.amount for *_place, line, _period in lines],
        "firsts": [period.starts_on for *_place, period in lines],
        "afters": [period.ends_on for *_place, period in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINES, columns)


def _insert_invoices(
    bills: Sequence[SettlementBill], numbers: Sequence[str], at: datetime, due_on: date
) -> dict[int, int]:
    """The invoice's id by settlement."""
    columns: dict[str, Any] = {
        "status": str(Invoice.Status.OPEN),
        "at": at,
        "day": date_of(at),
        "due_on": due_on,
        "currency": CURRENCY,
        "numbers": list(numbers),
        "organizations": [bill.organization_id for bill in bills],
        "settlements": [bill.settlement_id for bill in bills],
        "totals": [bill.total for bill in bills],
        "taxes": [tax_included(bill.total) for bill in bills],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INVOICES, columns)
        return dict(cursor.fetchall())

"""Invoices and credit notes of settled months (spec page 3, sections 3.7 and 3.8).

Invoices of a whole batch are issued at once (billing/invoices/issuing.py). A settlement with a negative total gives
money back of the organization's settlement invoices, as any other refund (billing/invoices/crediting.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Organization
from billing.invoices import crediting
from billing.invoices.issuing import issue_settlements
from billing.models import Invoice, Settlement
from billing.settlement import suspension
from billing.settlement.inserts import SettlementBill
from billing.settlement.rows import MonthSettled
from common.beijing import date_of
from supportplans.suspending import suspend_from

# A settlement's id, and what it says.
Settled = tuple[int, MonthSettled]


def issue(settled: Sequence[Settled], *, at: datetime) -> None:
    """Issue what the settlements come to; the last thing a batch does, for the numbers' sake.

    Under the accounts' locks. An invoice is payable within ten days, and its plan suspended if it never is.
    """
    due = suspension.due_on(date_of(at))
    bills = [_bill(settlement_id, one) for settlement_id, one in settled if one.total > 0]
    issue_settlements(bills, at=at, due_on=due)
    suspend_from(dict.fromkeys((bill.organization_id for bill in bills), suspension.suspended_from(due)))
    for settlement_id, one in settled:
        if one.total < 0:
            _credit(settlement_id, one, at)


def _bill(settlement_id: int, one: MonthSettled) -> SettlementBill:
    lines, periods = zip(*one.lines(), strict=True)
    return SettlementBill(settlement_id, one.organization_id, lines, periods, one.total)


def _credit(settlement_id: int, one: MonthSettled, at: datetime) -> None:
    """Give back, of the organization's settlement invoices; unpaid ones first."""
    organization = Organization.objects.get(pk=one.organization_id)
    lines, periods = zip(*one.lines(), strict=True)
    crediting.credit(
        organization=organization,
        amount=-one.total,
        scope=Invoice.objects.filter(organization=organization, settlement__isnull=False, credits=None),
        lines=lines,
        periods=periods,
        at=at,
        settlement=Settlement(pk=settlement_id),
        reason="settlement",
        by=None,
    )

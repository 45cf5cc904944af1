"""What tests ask of the ledger and of documents, and settlement invoices without the months behind them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organization
from billing.actions.base import Line, Period
from billing.invoices import issuing as invoices
from billing.ledger import check as ledger_check
from billing.models import Invoice, LedgerBalance, LedgerEntry, LedgerLine, Order, Refund, Settlement
from common import clock, tenancy

Lines = dict[str, Decimal]
MONTH = Period(date(2026, 10, 1), date(2026, 11, 1))
NAMES = {"en": "Business", "zh": "商业级"}


def entries(organization: Organization) -> list[tuple[str, str, Lines]]:
    """(kind, source, {account: amount}) in the order in which they were booked."""
    with tenancy.organization(organization.pk):
        found = LedgerEntry.objects.filter(organization=organization).order_by("pk").prefetch_related("lines")
        return [(row.kind, row.source, {line.account: line.amount for line in row.lines.all()}) for row in found]


def entry(organization: Organization, kind: str, source: str | None = None) -> Lines:
    """The lines of the one entry of that kind (and source)."""
    (lines,) = [one for found, because, one in entries(organization) if found == kind and source in (None, because)]
    return lines


def balances(organization: Organization) -> Lines:
    """What is kept of every account, without those that are 0.00; they are what the lines sum to."""
    with tenancy.organization(organization.pk):
        kept = {row.account: row.balance for row in LedgerBalance.objects.filter(organization=organization)}
        summed: Lines = {}
        for account, amount in LedgerLine.objects.filter(organization=organization).values_list("account", "amount"):
            summed[account] = summed.get(account, Decimal(0)) + amount
    assert kept == summed
    return {account: balance for account, balance in kept.items() if balance}


def misfits() -> list[tuple[str, str, str]]:
    """(code, organization, object) of everything that check_ledger names."""
    return [(problem.code, problem.organization, problem.object) for problem in ledger_check.problems()]


def settlement_invoice(
    organization: Organization, amount: str, *, when: datetime, month: date | None = None
) -> Invoice:
    """An open invoice of a settled month, due ten days later."""
    with tenancy.organization(organization.pk), clock.at(when):
        settled = Settlement.objects.create(
            organization=organization,
            month=month or MONTH.starts_on,
            settled_at=when,
            segments=[],
            incremental=Decimal(amount),
            total=Decimal(amount),
        )
        line = Line("incremental_fee", Decimal(amount), params=fee_facts(amount))
        bill = invoices.SettlementBill(settled.pk, organization.pk, [line], [MONTH], line.amount)
        (number,) = invoices.issue_settlements([bill], at=when, due_on=when.date() + timedelta(days=10))
        return Invoice.objects.get(number=number)


def fee_facts(amount: str) -> dict[str, Any]:
    return {"tier": NAMES, "month": "2026-10", "days": 31, "usage": amount, "gross": amount, "included": "0.00"}


def notes_of(organization: Organization) -> list[Invoice]:
    """Credit notes, oldest first."""
    with tenancy.organization(organization.pk):
        found = Invoice.objects.filter(organization=organization, credits__isnull=False).order_by("pk")
        return list(found.select_related("credits").prefetch_related("lines", "refunds"))


def refunds_of(organization: Organization) -> list[Refund]:
    """Oldest first."""
    with tenancy.organization(organization.pk):
        return list(Refund.objects.filter(organization=organization).order_by("pk"))


def invoice_of(bought: Order) -> Invoice:
    """The invoice of a fulfilled order."""
    with tenancy.everything():
        return Invoice.objects.get(order=bought)

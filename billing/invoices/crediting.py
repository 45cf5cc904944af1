"""Credit notes: what is given back of invoices (spec page 3, sections 3.3 and 3.8).

An amount is taken from the invoices it was charged on: what is still unpaid is reduced first, then the newest
invoices give back what they have left. One credit note for each; what was paid of it goes back to the payment that
paid it. Never more than the invoices have left: what cannot be given back any more (because an operator gave it back
before) stays out of the credit notes.

The tax of a credit note is the difference of the cumulative figure (billing/pricing/tax.py), so that the parts of an
invoice carry exactly its tax: 700.00 credited in parts of 233.33, 233.33 and 233.34 -> 13.21, 13.20 and 13.21.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db.models import F

from accounts.models import Organization, Person
from billing import locks
from billing.actions.base import Line, Period
from billing.buying.quotes import lines_of
from billing.invoices import issuing as invoices
from billing.invoices import numbers, refunds
from billing.ledger import entries as ledger
from billing.ledger import recognition
from billing.models import Account, Invoice, Order, Settlement
from billing.pricing.tax import credit_tax
from billing.settlement import suspension
from common.beijing import date_of
from common.money import ZERO, Money

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Part:
    """What one invoice gives back."""

    invoice: Invoice
    amount: Money

    @property
    def refund(self) -> Money:
        """The part of it that was paid; the rest was still to be paid."""
        return max(self.amount - self.invoice.outstanding, ZERO)


def split(amount: Money, scope: Iterable[Invoice]) -> list[Part]:
    """Which invoice gives back how much of `amount` (positive): unpaid ones first, then the newest.

    In sum at most what they have left.
    """
    parts: list[Part] = []
    for invoice in sorted(scope, key=lambda one: (one.outstanding == 0, -one.pk)):
        part = min(amount, invoice.total - invoice.credited)
        if part > 0:
            parts.append(Part(invoice, part))
            amount -= part
    return parts


def credit(
    *,
    organization: Organization,
    amount: Money,
    scope: Iterable[Invoice],
    lines: Sequence[Line],
    at: datetime,
    reason: str,
    by: Person | None,
    periods: Sequence[Period | None] | None = None,
    order: Order | None = None,
    settlement: Settlement | None = None,
    moved: Money = ZERO,
) -> list[Invoice]:
    """Give back `amount` (positive) of the invoices of `scope`; under the organization's lock. The credit notes.

    `lines` explain it and sum to −amount; the first credit note carries them. `moved`: by how much the plan's deferred
    revenue grows with it (it shrinks: negative). `reason` names the refunds' cause. Takes credit note numbers, so call
    it as late as possible.
    """
    if amount <= 0 or sum(line.amount for line in lines) != -amount:
        raise ValueError(f"the lines do not give back {amount}")
    parts = split(amount, locks.hold_invoices([invoice.pk for invoice in scope]))
    short = amount - sum(part.amount for part in parts)
    if short:
        log.warning("credit.short", organization=organization.pk, amount=str(amount), short=str(short))
    given = numbers.block(numbers.CREDIT_NOTE, date_of(at), len(parts))
    notes: list[Invoice] = []
    for number, part in zip(given, parts, strict=True):
        note = _note(number, part, order=order, settlement=settlement, at=at)
        if notes:
            invoices.add_lines(note, [Line("credit_part", note.total)])
        else:
            _explain(note, lines, periods)
        moved -= _book(note, part, moved=moved, is_last=len(notes) + 1 == len(parts))
        invoices.announce(note, {"credits": part.invoice.number, "reason": reason}, by=by)
        _give_back(note, part, reason=reason, at=at)
        notes.append(note)
    if any(part.invoice.settlement_id for part in parts):
        suspension.align(organization, at)
    return notes


def credit_order(
    *, order: Order, organization: Organization, periods: Sequence[Period | None], at: datetime
) -> list[Invoice]:
    """The credit notes of a fulfilled order that gives money back."""
    moved = recognition.moved(organization.pk)
    notes = credit(
        organization=organization,
        amount=-order.total,
        scope=_plan_invoices(organization),
        lines=lines_of(order.quote),
        periods=periods,
        at=at,
        order=order,
        reason=order.action,
        by=order.placed_by,
        moved=moved,
    )
    if not notes:
        ledger.deferral_moved(organization.pk, order.number, moved, at=at)
    return notes


def _plan_invoices(organization: Organization) -> list[Invoice]:
    """Whatever the plan was charged with and is not given back yet.

    Not only the invoices of the terms that are shortened: an earlier refund, newest first, may have used up theirs
    while that of an older term has money left.
    """
    charged = Invoice.objects.filter(
        organization=organization, credits=None, credited__lt=F("total"), lines__params__has_key="term"
    )
    return list(charged.order_by("pk").distinct())


def _note(number: str, part: Part, *, order: Order | None, settlement: Settlement | None, at: datetime) -> Invoice:
    invoice, day = part.invoice, date_of(at)
    return Invoice.objects.create(
        number=number,
        organization_id=invoice.organization_id,
        credits=invoice,
        refunds_order=order,
        settlement=settlement,
        payment_id=invoice.payment_id if part.refund else None,
        status=Invoice.Status.PAID,
        issued_at=at,
        issued_on=day,
        due_on=day,
        total=-part.amount,
        tax_included=-credit_tax(invoice.total, invoice.credited, part.amount),
        currency=invoice.currency,
    )


def _explain(note: Invoice, lines: Sequence[Line], periods: Sequence[Period | None] | None) -> None:
    """All lines stand on the first credit note; one more says what other credit notes give back."""
    elsewhere = note.total - sum((line.amount for line in lines), ZERO)
    if elsewhere:
        lines = [*lines, Line("credited_elsewhere", elsewhere)]
        periods = [*periods, None] if periods is not None else None
    invoices.add_lines(note, lines, periods)


def _book(note: Invoice, part: Part, *, moved: Money, is_last: bool) -> Money:
    """Book the note with its share of what deferred revenue moves by, and return that share.

    A note takes what it is worth net of tax, the last one the rest: days to come are given back, not revenue.
    """
    share = moved if is_last else max(moved, note.total - note.tax_included)
    revenue = ledger.revenue_account(part.invoice.lines.values_list("code", flat=True))
    if share and revenue != Account.PLAN_REVENUE:
        raise ValueError(f"{note.number} is no credit note of a plan")
    ledger.post([ledger.document_issued(note, revenue=revenue, moved=share)])
    return share


def _give_back(note: Invoice, part: Part, *, reason: str, at: datetime) -> None:
    """Write the invoice's side of it and refund what was paid."""
    invoice, refund = part.invoice, part.refund
    invoice.credited += part.amount
    invoice.refunded += refund
    if invoice.status == Invoice.Status.OPEN and invoice.outstanding == 0:
        invoice.status = Invoice.Status.PAID if invoice.paid else Invoice.Status.VOID
    invoice.save(update_fields=["credited", "refunded", "status"])
    if refund:
        assert invoice.payment_id is not None
        payment = locks.hold_payment(invoice.payment_id)
        refunds.request_refund(payment=payment, amount=refund, reason=reason, at=at, credit_note=note)

"""The double-entry ledger: what each movement books (spec page 3, section 3.8).

Debits are positive, credits negative; the lines of an entry sum to zero. One entry per event, named by its kind and
source: an event that is tried twice is booked once. The caller holds the organization's lock.

    payment received     cash +received      suspense −received
    document issued      receivable +total   tax payable −tax, deferred revenue −moved, revenue the rest
    invoice paid         suspense +amount    receivable −amount
    refunded             cash −amount        receivable +amount by a credit note, else suspense +amount

A credit note is a document with a negative total and tax. `moved` is by how much the value of unused days, net of tax,
has grown (billing/ledger/recognition.py). Money that came stands in suspense until it pays an invoice.

Worked numbers, which also stand in tests/billing/test_ledger.py: a yearly business plan of 8,400.00 (tax 475.47)
bought on 2026-11-22 is worth 8,376.99 for the 364 days to come, net of tax 7,902.82: receivable +8,400.00, tax payable
−475.47, deferred revenue −7,902.82, plan revenue −21.71.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from billing.models import Account, Invoice, LedgerEntry, Payment, Refund
from billing.pricing.tax import tax_included
from common.beijing import date_of
from common.money import CURRENCY, ZERO, Money

Kind = LedgerEntry.Kind
# Whose revenue a document is, by the codes of its lines; everything else is the plan's.
PACK_LINES = frozenset({"ticket_pack"})
USAGE_LINES = frozenset({"incremental_fee", "adjustment"})


@dataclass(frozen=True)
class Entry:
    """One event as it is booked; lines of 0.00 are left out."""

    organization_id: int
    kind: str
    source: str
    at: datetime
    lines: Mapping[str, Money]

    @property
    def booked_on(self) -> date:
        return date_of(self.at)


# All lines in one statement: the database checks the balance of entries when a statement ends.
_POST = """
WITH given AS (
  SELECT * FROM unnest(%(organizations)s::bigint[], %(kinds)s::text[], %(sources)s::text[], %(instants)s::timestamptz[],
                       %(days)s::date[]) AS entry(organization_id, kind, source, at, booked_on)
), fresh AS (
  INSERT INTO billing_ledgerentry (organization_id, kind, source, at, booked_on)
  SELECT organization_id, kind, source, at, booked_on FROM given
  ON CONFLICT (organization_id, kind, source) DO NOTHING
  RETURNING id, organization_id, kind, source
)
INSERT INTO billing_ledgerline (entry_id, organization_id, account, amount)
SELECT fresh.id, fresh.organization_id, line.account, line.amount
  FROM unnest(%(line_organizations)s::bigint[], %(line_kinds)s::text[], %(line_sources)s::text[], %(accounts)s::text[],
              %(amounts)s::numeric[]) AS line(organization_id, kind, source, account, amount)
  JOIN fresh USING (organization_id, kind, source)
"""


def post(entries: Sequence[Entry]) -> None:
    """Book entries in one statement; those that are booked already stay as they are.

    The database raises IntegrityError for an entry that is not balanced.
    """
    lines = [(entry, account, amount) for entry in entries for account, amount in entry.lines.items() if amount]
    if not lines:
        return
    entries = list({id(entry): entry for entry, _account, _amount in lines}.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            {
                "organizations": [entry.organization_id for entry in entries],
                "kinds": [str(entry.kind) for entry in entries],
                "sources": [entry.source for entry in entries],
                "instants": [entry.at for entry in entries],
                "days": [entry.booked_on for entry in entries],
                "line_organizations": [entry.organization_id for entry, _account, _amount in lines],
                "line_kinds": [str(entry.kind) for entry, _account, _amount in lines],
                "line_sources": [entry.source for entry, _account, _amount in lines],
                "accounts": [str(account) for _entry, account, _amount in lines],
                "amounts": [amount for _entry, _account, amount in lines],
            },
        )


def came(payment: Payment) -> Money:
    """What really came, in whatever currency, where it was not what was asked."""
    return payment.amount if payment.received is None else max(payment.received, ZERO)


def brought(payment: Payment) -> Money:
    """What of it is in the books. They are kept in one currency: what came in another stays out of them."""
    return came(payment) if (payment.received_currency or payment.currency) == CURRENCY else ZERO


def payment_received(payment: Payment, *, at: datetime) -> None:
    """Book money that came; also money that is held for a person."""
    amount = brought(payment)
    post(
        [
            Entry(
                payment.organization_id,
                Kind.PAYMENT_RECEIVED,
                payment.reference,
                at,
                {Account.CASH: amount, Account.SUSPENSE: -amount},
            )
        ]
    )


def revenue_account(codes: Iterable[str]) -> Account:
    """Whose revenue a document with lines of these codes is."""
    found = set(codes)
    if found and found <= PACK_LINES:
        return Account.PACK_REVENUE
    if found and found <= USAGE_LINES:
        return Account.USAGE_REVENUE
    return Account.PLAN_REVENUE


def document_issued(document: Invoice, *, revenue: str, moved: Money = ZERO) -> Entry:
    """The entry of an invoice or a credit note; `moved`: by how much deferred revenue grows with it."""
    return Entry(
        document.organization_id,
        Kind.CREDIT_NOTE_ISSUED if document.is_credit_note else Kind.INVOICE_ISSUED,
        document.number,
        document.issued_at,
        {
            Account.RECEIVABLE: document.total,
            Account.TAX_PAYABLE: -document.tax_included,
            Account.DEFERRED_REVENUE: -moved,
            revenue: moved + document.tax_included - document.total,
        },
    )


def usage_invoiced(organization_id: int, number: str, *, total: Money, at: datetime) -> Entry:
    """The entry of a settlement's invoice, which is for usage alone: as `document_issued` says."""
    tax = tax_included(total)
    return Entry(
        organization_id,
        Kind.INVOICE_ISSUED,
        number,
        at,
        {Account.RECEIVABLE: total, Account.TAX_PAYABLE: -tax, Account.USAGE_REVENUE: tax - total},
    )


def invoice_paid(payment: Payment, amount: Money, *, at: datetime) -> Entry:
    """The entry of `amount` of a payment that pays its invoice."""
    return Entry(
        payment.organization_id,
        Kind.INVOICE_PAID,
        payment.reference,
        at,
        {Account.SUSPENSE: amount, Account.RECEIVABLE: -amount},
    )


def refunded(refund: Refund, payment: Payment, *, at: datetime) -> None:
    """Book a refund when it is requested: it is owed from then on, whenever the gateway sends it."""
    if refund.credit_note_id is None and not brought(payment):
        return
    against = Account.SUSPENSE if refund.credit_note_id is None else Account.RECEIVABLE
    lines: dict[str, Money] = {Account.CASH: -refund.amount, against: refund.amount}
    post([Entry(refund.organization_id, Kind.REFUNDED, refund.reference, at, lines)])


def deferral_moved(organization_id: int, source: str, moved: Money, *, at: datetime) -> None:
    """Book a change of the value of unused days that no document goes with."""
    lines: dict[str, Money] = {Account.DEFERRED_REVENUE: -moved, Account.PLAN_REVENUE: moved}
    post([Entry(organization_id, Kind.DEFERRAL_MOVED, source, at, lines)])

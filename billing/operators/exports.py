"""Ledger, invoices and settlements of a period as rows of CSV, for billing operators (spec page 3, section 3.8).

Rows are read in parts by their keys, each part in a transaction and scope of its own: memory stays flat, however long
the period and however slow the reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from billing.models import Invoice, LedgerEntry, LedgerLine, Settlement
from common import audit, tenancy
from common.beijing import Month
from common.money import CURRENCY, ZERO
from common.problems import FieldErrors

# Ledger entries, invoices or settlements that one part holds.
OF_A_PART = 1000
Row = Sequence[Any]


@dataclass(frozen=True)
class Export:
    """`part(first, last, after)`: rows whose keys come after `after`, and the last key among them, None at the end."""

    name: str
    header: tuple[str, ...]
    part: Callable[[date, date, int], tuple[list[Row], int | None]]


def begin(export: Export, *, first: date, last: date, by: Person) -> Iterator[list[Row]]:
    """The parts of an export of the days `first` to `last`, both included; who took it is kept in the audit trail.

    In the caller's transaction; the parts are read later. Raises FieldErrors for a period that ends before it begins.
    """
    if last < first:
        raise FieldErrors({"last": [_("The last day is before the first.")]})
    audit.record(by=by, organization_id=None, action="export.taken", object=f"{export.name} {first} – {last}")
    return _parts(export, first, last)


def _parts(export: Export, first: date, last: date) -> Iterator[list[Row]]:
    after: int | None = 0
    while after is not None:
        with tenancy.everything():
            rows, after = export.part(first, last, after)
        if rows:
            yield rows


def _next(rows: QuerySet[Any], after: int) -> tuple[list[Any], int | None]:
    found = list(rows.filter(pk__gt=after).order_by("pk")[:OF_A_PART])
    return found, found[-1].pk if len(found) == OF_A_PART else None


def _ledger(first: date, last: date, after: int) -> tuple[list[Row], int | None]:
    """A row per line of an entry."""
    entries = LedgerEntry.objects.filter(booked_on__range=(first, last)).select_related("organization")
    found, last_key = _next(entries, after)
    lines = defaultdict(list)
    for line in LedgerLine.objects.filter(entry__in=[entry.pk for entry in found]).order_by("pk"):
        lines[line.entry_id].append(line)
    rows: list[Row] = [
        (
            entry.pk,
            entry.booked_on,
            entry.at,
            entry.organization.slug,
            entry.organization.name,
            entry.kind,
            entry.source,
            line.account,
            line.amount,
            CURRENCY,
        )
        for entry in found
        for line in lines[entry.pk]
    ]
    return rows, last_key


def _invoices(first: date, last: date, after: int) -> tuple[list[Row], int | None]:
    documents = Invoice.objects.filter(issued_on__range=(first, last))
    found, last_key = _next(documents.select_related("organization", "order", "settlement", "credits"), after)
    rows: list[Row] = [
        (
            document.number,
            "credit_note" if document.is_credit_note else "invoice",
            document.credits.number if document.credits else None,
            document.organization.slug,
            document.organization.name,
            document.issued_on,
            document.due_on,
            document.status,
            document.total,
            document.tax_included,
            document.credited,
            document.paid,
            document.refunded,
            document.outstanding,
            document.currency,
            document.order.number if document.order else None,
            Month.of(document.settlement.month) if document.settlement else None,
        )
        for document in found
    ]
    return rows, last_key


def _settlements(first: date, last: date, after: int) -> tuple[list[Row], int | None]:
    """Settlements of the months in which the period lies."""
    settled = Settlement.objects.filter(month__range=(first.replace(day=1), last)).select_related("organization")
    documents = Prefetch("documents", queryset=Invoice.objects.order_by("pk"))
    found, last_key = _next(settled.prefetch_related(documents, "adjustments"), after)
    rows: list[Row] = [
        (
            Month.of(row.month),
            row.settled_at,
            row.organization.slug,
            row.organization.name,
            row.incremental,
            sum((adjustment.amount for adjustment in row.adjustments.all()), ZERO),
            row.total,
            CURRENCY,
            " ".join(document.number for document in row.documents.all()),
        )
        for row in found
    ]
    return rows, last_key


LEDGER = Export(
    "ledger",
    ("entry", "booked_on", "at", "organization", "name", "kind", "source", "account", "amount", "currency"),
    _ledger,
)
INVOICES = Export(
    "invoices",
    (
        "number",
        "document",
        "credits",
        "organization",
        "name",
        "issued_on",
        "due_on",
        "status",
        "total",
        "tax_included",
        "credited",
        "paid",
        "refunded",
        "outstanding",
        "currency",
        "order",
        "settled_month",
    ),
    _invoices,
)
SETTLEMENTS = Export(
    "settlements",
    (
        "month",
        "settled_at",
        "organization",
        "name",
        "incremental",
        "adjustments",
        "total",
        "currency",
        "documents",
    ),
    _settlements,
)
EXPORTS = {export.name: export for export in (LEDGER, INVOICES, SETTLEMENTS)}

"""Names of things of money. Orders and payments get random ones, which tell nothing about other tenants; invoices
are counted without gaps, per kind and Beijing year."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import connection

# Without letters that read like digits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INVOICE = "INV"
CREDIT_NOTE = "CN"


def order_number(on: date) -> str:
    """`O-2026-7K3QX9M2TB`: 50 random bits."""
    return f"O-{on.year}-{_random(10)}"


def payment_reference() -> str:
    """`P-` and 130 random bits: who knows it may see the gateway's page."""
    return f"P-{_random(26)}"


def transfer_reference() -> str:
    """`BT-7K3QX9M2TB`: people type it into their bank's form, so it is short; it opens no page by itself."""
    return f"BT-{_random(10)}"


def refund_reference() -> str:
    return f"R-{_random(26)}"


def next_in_series(kind: str, on: date) -> str:
    """The next number of the series, `INV-2026-000001` first; no gap and no double under any concurrency.

    The series' row stays locked until the caller's transaction ends, and a rollback gives the number back:
    call it as late as possible. Who needs both series takes invoices before credit notes.
    """
    return block(kind, on, 1)[0]


def block(kind: str, on: date, count: int) -> list[str]:
    """The next `count` numbers of the series, in their order; [] for none."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_numberseries AS series (kind, year, last) VALUES (%(kind)s, %(year)s, %(count)s) "
            "ON CONFLICT (kind, year) DO UPDATE SET last = series.last + EXCLUDED.last RETURNING last",
            {"kind": kind, "year": on.year, "count": count},
        )
        last = cursor.fetchone()[0]
    return [f"{kind}-{on.year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))

"""Names of things of money. Orders and payments get random ones, which tell nothing about other tenants; invoices
are counted without gaps, per kind and Beijing year."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import connection

# Without letters that read like digits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INVOICE = "INV"


def order_number(on: date) -> str:
    """`O-2026-7K3QX9M2TB`: 50 random bits."""
    return f"O-{on.year}-{_random(10)}"


def payment_reference() -> str:
    """`P-` and 130 random bits: who knows it may see the gateway's page."""
    return f"P-{_random(26)}"


def refund_reference() -> str:
    return f"R-{_random(26)}"


def next_in_series(kind: str, on: date) -> str:
    """The next number of the series, `INV-2026-000001` first; no gap and no double under any concurrency.

    The series' row stays locked until the caller's transaction ends, and a rollback gives the number back:
    call it as late as possible.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_numberseries (kind, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (kind, year) DO UPDATE SET last = billing_numberseries.last + 1 RETURNING last",
            [kind, on.year],
        )
        return f"{kind}-{on.year}-{cursor.fetchone()[0]:06d}"


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))

"""Numbers of invoices and credit notes: per kind and year, no gap and no double, whatever fails: page 3.8."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from billing.invoices import numbers
from tests.concurrency.test_quota_races import at_once

DAY = date(2026, 11, 22)
THREADS = 20


def test_each_kind_and_each_year_counts_from_1(db):
    assert numbers.next_in_series(numbers.INVOICE, DAY) == "INV-2026-000001"
    assert numbers.next_in_series(numbers.INVOICE, DAY) == "INV-2026-000002"
    assert numbers.next_in_series(numbers.CREDIT_NOTE, DAY) == "CN-2026-000001"
    assert numbers.next_in_series(numbers.INVOICE, date(2027, 1, 1)) == "INV-2027-000001"


def test_a_block_follows_what_was_given_before_it(db):
    numbers.next_in_series(numbers.INVOICE, DAY)
    assert numbers.block(numbers.INVOICE, DAY, 3) == ["INV-2026-000002", "INV-2026-000003", "INV-2026-000004"]
    assert numbers.next_in_series(numbers.INVOICE, DAY) == "INV-2026-000005"


def test_a_block_of_none_takes_none(db):
    assert numbers.block(numbers.INVOICE, DAY, 0) == []
    assert numbers.next_in_series(numbers.INVOICE, DAY) == "INV-2026-000001"


def test_past_a_million_the_number_grows(db):
    numbers.block(numbers.INVOICE, DAY, 999_999)
    assert numbers.next_in_series(numbers.INVOICE, DAY) == "INV-2026-1000000"


def test_a_rollback_gives_its_numbers_back(db):
    with transaction.atomic():
        numbers.block(numbers.CREDIT_NOTE, DAY, 7)
        transaction.set_rollback(True)
    assert numbers.next_in_series(numbers.CREDIT_NOTE, DAY) == "CN-2026-000001"


@pytest.mark.django_db(transaction=True)
def test_20_threads_get_every_number_once_while_a_third_of_them_is_rolled_back():
    """Single numbers and blocks, of both kinds, as sales, settlements and refunds take them."""

    def issue(thread: int) -> list[str]:
        kept: list[str] = []
        for turn in range(6):
            with transaction.atomic():
                given = numbers.block(numbers.INVOICE, DAY, 1 + (thread + turn) % 4)
                given += numbers.block(numbers.CREDIT_NOTE, DAY, turn % 2)
                if (thread + turn) % 3 == 0:
                    transaction.set_rollback(True)
                else:
                    kept += given
        return kept

    results = at_once(issue, THREADS)
    assert [fault for fault in results if isinstance(fault, Exception)] == []
    given = sorted(number for kept in results for number in kept)
    invoices = [number for number in given if number.startswith("INV-")]
    notes = [number for number in given if number.startswith("CN-")]
    assert invoices == [f"INV-2026-{number:06d}" for number in range(1, len(invoices) + 1)]
    assert notes == [f"CN-2026-{number:06d}" for number in range(1, len(notes) + 1)]
    assert len(invoices) > THREADS
    assert len(notes) > THREADS


@pytest.mark.django_db(transaction=True)
def test_counting_the_rows_instead_gives_doubles():
    """The negative control: the next number read from what is there. All have read before anybody writes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE numbered (number int)")
    all_have_read = threading.Barrier(THREADS)
    try:

        def issue(thread: int) -> int:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) + 1 FROM numbered")
                number = cursor.fetchone()[0]
                all_have_read.wait(timeout=120)
                cursor.execute("INSERT INTO numbered VALUES (%s)", [number])
                return number

        assert at_once(issue, THREADS) == [1] * THREADS
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE numbered")

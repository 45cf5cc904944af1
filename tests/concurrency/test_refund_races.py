"""However many refund one payment at once, together they never give back more than it brought (pages 3.3 and 9.2)."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organization
from billing import locks
from billing.actions.base import Line
from billing.invoices import crediting, refunds
from billing.ledger import recognition
from billing.models import Invoice, Payment, Refund
from common import clock, tenancy
from tests.billing.conftest import NOON, catalogue, notify, now, order, payment_of  # noqa: F401
from tests.billing.money_records import balances, misfits
from tests.concurrency.test_quota_races import at_once

PEOPLE = 50
PART = Decimal("33.33")
DAY = timedelta(days=1)


@pytest.fixture
def paid(transactional_db, people, catalogue, monkeypatch) -> Payment:
    """700.00 for a month of business; the gateway is asked by the job later."""
    monkeypatch.setattr(refunds, "send", lambda refund_id: None)
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    notify(payment_of(placed))
    return payment_of(placed)


def outcomes(results: list[object]) -> tuple[int, list[object]]:
    """How many were given back, and what else went wrong than that nothing was left."""
    faults = [result for result in results if isinstance(result, Exception)]
    others = [fault for fault in faults if not (isinstance(fault, ValueError) and "cannot be refunded" in str(fault))]
    return len(results) - len(faults), others


def given_back(payment: Payment) -> Decimal:
    with tenancy.everything():
        return sum((refund.amount for refund in Refund.objects.filter(payment=payment)), Decimal(0))


def refund(payment: Payment) -> None:
    """Of the payment as it was read before, by everybody."""
    stale = Payment(**{field.attname: getattr(payment, field.attname) for field in Payment._meta.concrete_fields})
    with tenancy.organization(payment.organization_id):
        refunds.request_refund(payment=stale, amount=PART, reason="goodwill", at=NOON)


def test_50_refunds_at_once_without_any_lock_never_exceed_the_payment(paid):
    done, others = outcomes(at_once(lambda number: refund(paid), PEOPLE))
    assert (done, others) == (21, [])  # 21 × 33.33 = 699.93
    assert given_back(paid) == now(paid).refunded == Decimal("699.93")


def test_reading_first_and_writing_after_loses_refunds(paid, monkeypatch):
    """The negative control: the sum on the payment forgets all but one, and more than it brought goes back."""
    all_have_read = threading.Barrier(PEOPLE)

    def read_then_write(payment: Payment, amount: Decimal) -> bool:
        known = Payment.objects.get(pk=payment.pk).refunded
        all_have_read.wait(timeout=120)
        Payment.objects.filter(pk=payment.pk).update(refunded=known + amount)
        return True

    monkeypatch.setattr(refunds, "_take_back", read_then_write)
    done, others = outcomes(at_once(lambda number: refund(paid), PEOPLE))
    assert (done, others) == (PEOPLE, [])
    assert now(paid).refunded == PART
    assert given_back(paid) == PEOPLE * PART > paid.amount


def test_the_database_refuses_more_than_was_paid(paid):
    with pytest.raises(IntegrityError, match="never_refund_more_than_paid"), tenancy.everything():
        Payment.objects.filter(pk=paid.pk).update(refunded=Decimal("700.01"))


def test_50_credit_notes_at_once_take_turns(paid, people):
    """Through the account's lock: every note fits, the ledger fits, and the last one gets what is left."""
    with tenancy.everything():
        bill = Invoice.objects.get()

    def give_back(number: int) -> int:
        with tenancy.organization(people.acme.pk), clock.at(NOON):
            notes = crediting.credit(
                organization=locks.hold_account(people.acme.pk),
                amount=PART,
                scope=[bill],
                lines=[Line("goodwill", -PART)],
                at=NOON,
                reason="goodwill",
                by=None,
            )
            return len(notes)

    results = at_once(give_back, PEOPLE)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(results) == 22  # 21 × 33.33 and 0.07
    assert given_back(paid) == now(paid).refunded == Decimal("700.00")
    assert (now(bill).credited, now(bill).refunded) == (Decimal("700.00"), Decimal("700.00"))
    with tenancy.everything():
        numbers = sorted(Invoice.objects.exclude(credits=None).values_list("number", flat=True))
    assert numbers == [f"CN-2026-{number:06d}" for number in range(1, 23)]
    with clock.at(NOON):
        assert misfits() == []


def test_the_job_waits_for_whoever_changes_a_plan_and_books_everybody(paid, people):
    """An account that is locked is passed over first and booked at the end."""
    later = NOON + 3 * DAY
    locked, may_end = threading.Event(), threading.Event()

    def hold(number: int) -> object:
        if number == 0:
            with transaction.atomic():
                Organization.objects.select_for_update(no_key=True).get(pk=people.acme.pk)
                locked.set()
                may_end.wait(timeout=120)
            return None
        locked.wait(timeout=120)
        threading.Timer(0.2, may_end.set).start()
        with clock.at(later):
            return recognition.recognize(at=later)

    assert at_once(hold, 2) == [None, {"entries": 3}]
    assert "deferred_revenue" in balances(people.acme)
    with clock.at(later):
        assert misfits() == []


def test_two_jobs_at_once_book_every_day_once(paid, people):
    later = NOON + 5 * DAY

    def job(number: int) -> int:
        with clock.at(later):
            return recognition.recognize(at=later)["entries"]

    results = at_once(job, 4)
    assert sorted(results) == [0, 0, 0, 5]
    with clock.at(later):
        assert misfits() == []

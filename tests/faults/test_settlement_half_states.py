"""kill -9 after every SQL statement, and after every commit, of one settlement and of its charge (page 9.2)."""

from __future__ import annotations

import signal
from datetime import date
from typing import Any

import pytest

from billing.ledger import check as ledger_check
from billing.ledger import recognition
from billing.models import Invoice, LedgerEntry, Payment, Settlement
from billing.paying import methods as payment_methods
from billing.paying import reconciliation
from billing.settlement import months as settlement
from common import clock, tenancy
from supportplans import versions
from supportplans.publishing import load_files
from tests import cast
from tests.billing.conftest import notify, order, payment_of
from tests.billing.months import FIRST_OF_DECEMBER, beijing, load, used
from tests.faults.conftest import until_it_gets_through

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

OCTOBER = beijing("2026-10-20T10:00")
LATER = beijing("2026-12-01T02:10")
SETTLED: dict[str, Any] = {
    "settlements": ["0.00", "9100.00"],
    "invoices": [("8400.00", "paid"), ("9100.00", "paid")],
    "payments": [("8400.00", "succeeded"), ("9100.00", "succeeded")],
    "booked": 6,
}


@pytest.fixture
def catalogue(transactional_db):
    load_files()
    yield
    versions.forget()


def a_month_of_business(slug: str):
    """Business since October, a stored method that can be charged, and 110,000.00 of usage in November."""
    buyer = cast.organization(slug)
    owner = cast.person(f"owner@{slug}.example", buyer, "owner")
    placed = order(buyer, owner, "subscribe", tier="business", cycle="yearly", when=OCTOBER)
    notify(payment_of(placed), at=OCTOBER)
    with clock.at(OCTOBER), tenancy.organization(buyer.pk):
        payment_methods.add(
            organization=buyer, gateway="sandbox", at=OCTOBER, by=owner, fields={"behaviour": "succeed"}
        )
    load(used(buyer, "110000.00", date(2026, 11, 15)))
    return buyer


def test_a_settlement_is_whole_or_not_at_all_and_the_next_run_completes_it(catalogue, dying):
    """Each attempt has a new organization; what the killed run left is completed by one that is not killed."""

    def attempt(statement: int) -> int | None:
        buyer = a_month_of_business(f"buyer-{statement}")
        run = ("job:billing.settlement", "", "", {"at": FIRST_OF_DECEMBER.isoformat()})
        ended, status = dying(statement, *run)
        assert ended in (0, signal.SIGKILL)
        now = effects(buyer)
        whole = len(now["settlements"]) == len([one for one in now["invoices"] if one[0] == "9100.00"]) * 2
        assert whole or now["settlements"] == ["0.00"], f"half a settlement after statement {statement}: {now}"
        complete()
        assert effects(buyer) == SETTLED, f"killed after statement {statement}"
        return status

    until_it_gets_through(attempt, at_least=25)
    with clock.at(LATER):
        recognition.recognize(at=LATER)
        assert ledger_check.problems() == []


def complete() -> None:
    """What a portal that was started again does by itself: the job once more, then a look after silent payments."""
    for at, job in ((FIRST_OF_DECEMBER, settlement.settle_missed_months), (LATER, reconciliation.reconcile)):
        with clock.at(at):
            job(at=at)


def effects(buyer) -> dict[str, Any]:
    with tenancy.everything():
        invoices = Invoice.objects.filter(organization=buyer).order_by("pk")
        payments = Payment.objects.filter(organization=buyer).order_by("pk")
        return {
            "settlements": [
                str(one.total) for one in Settlement.objects.filter(organization=buyer).order_by("month", "pk")
            ],
            "invoices": [(str(one.total), one.status) for one in invoices],
            "payments": [(str(one.amount), one.status) for one in payments],
            "booked": LedgerEntry.objects.filter(organization=buyer).exclude(kind="recognized").count(),
        }

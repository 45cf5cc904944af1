"""Credit notes: from which invoices, with which tax, and where the money goes: pages 3.3 and 3.8."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import locks
from billing.actions.base import Line
from billing.invoices import crediting
from billing.invoices.crediting import split
from billing.models import Invoice, Payment
from billing.paying import payments, ways_to_pay
from billing.paying.payables import Payable
from billing.pricing.tax import credit_tax, tax_included
from common import tenancy
from common.models import AuditEntry, OutboxEvent
from tests.billing.conftest import NOON, notify, now, payment_of
from tests.billing.money_records import (
    balances,
    entries,
    entry,
    invoice_of,
    misfits,
    notes_of,
    refunds_of,
    settlement_invoice,
)

DAY = timedelta(days=1)
ZERO = Decimal("0.00")


def fen(text: str) -> Decimal:
    return Decimal(text)


def invoice(pk: int, total: str, *, paid: bool = True, credited: str = "0.00") -> Invoice:
    amount, gone = fen(total), fen(credited)
    return Invoice(pk=pk, total=amount, credited=gone, paid=amount if paid else ZERO, refunded=gone if paid else ZERO)


# ---- the rule ---------------------------------------------------------------------------------------------------


def shares(amount: str, *scope: Invoice) -> list[tuple[int, Decimal, Decimal]]:
    return [(part.invoice.pk, part.amount, part.refund) for part in split(fen(amount), scope)]


def test_the_newest_invoice_gives_back_first():
    assert shares("150.00", invoice(1, "100.00"), invoice(2, "100.00")) == [
        (2, fen("100.00"), fen("100.00")),
        (1, fen("50.00"), fen("50.00")),
    ]


def test_an_unpaid_invoice_is_reduced_before_any_money_goes_back():
    assert shares("150.00", invoice(1, "100.00", paid=False), invoice(2, "100.00")) == [
        (1, fen("100.00"), ZERO),
        (2, fen("50.00"), fen("50.00")),
    ]


def test_an_invoice_gives_back_what_it_has_left_and_no_more():
    assert shares("150.00", invoice(1, "100.00", credited="30.00"), invoice(2, "100.00", credited="100.00")) == [
        (1, fen("70.00"), fen("70.00"))
    ]


amounts = st.integers(1, 10**9).map(lambda number: Decimal(number) / 100)


@given(st.lists(st.tuples(amounts, st.booleans()), min_size=1, max_size=5), amounts)
def test_the_parts_add_up_and_never_exceed_an_invoice(invoices, amount):
    scope = [
        Invoice(pk=pk, total=total, credited=ZERO, paid=total if paid else ZERO, refunded=ZERO)
        for pk, (total, paid) in enumerate(invoices, start=1)
    ]
    parts = split(amount, scope)
    assert sum(part.amount for part in parts) == min(amount, sum(one.total for one in scope))
    assert all(0 < part.amount <= part.invoice.total for part in parts)
    assert all(part.refund == (part.amount if part.invoice.paid else 0) for part in parts)
    if any(part.refund for part in parts):
        assert all(part.invoice.outstanding <= part.amount for part in parts if not part.refund)


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=12))
def test_however_an_invoice_is_split_its_credit_notes_carry_exactly_its_tax(fens):
    parts = [Decimal(one) / 100 for one in fens]
    total = sum(parts, ZERO)
    before = [ZERO, *accumulate(parts)][:-1]
    taxes = [credit_tax(total, gone, part) for gone, part in zip(before, parts, strict=True)]
    assert sum(taxes) == tax_included(total)
    assert all(tax >= 0 for tax in taxes)


# ---- on record --------------------------------------------------------------------------------------------------


def test_700_in_three_parts_gives_back_exactly_its_tax(people, buy, give_back):
    """The worked example of page 3.8."""
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    paid = invoice_of(bought)
    assert paid.tax_included == fen("39.62")
    for amount in ("233.33", "233.33", "233.34"):
        give_back(people.acme, amount, paid)
        assert misfits() == []
    notes = notes_of(people.acme)
    assert [(note.number, note.total, note.tax_included) for note in notes] == [
        ("CN-2026-000001", fen("-233.33"), fen("-13.21")),
        ("CN-2026-000002", fen("-233.33"), fen("-13.20")),
        ("CN-2026-000003", fen("-233.34"), fen("-13.21")),
    ]
    done = now(paid)
    assert (done.status, done.credited, done.refunded, done.outstanding) == ("paid", fen("700.00"), fen("700.00"), ZERO)
    assert (payment_of(bought).status, payment_of(bought).refunded) == ("refunded", fen("700.00"))
    assert [refund.credit_note_id for refund in refunds_of(people.acme)] == [note.pk for note in notes]


def test_a_credit_note_names_its_invoice_and_is_on_record(people, buy, give_back):
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    (note,) = give_back(people.acme, "100.00", invoice_of(bought))
    (note,) = notes_of(people.acme)
    assert (note.credits.number, note.status, note.issued_on) == ("INV-2026-000001", "paid", NOON.date())
    assert [(line.code, line.amount) for line in note.lines.all()] == [("goodwill", fen("-100.00"))]
    with tenancy.everything():
        (recorded,) = AuditEntry.objects.filter(action="credit_note.issued")
        assert (recorded.object, recorded.by, recorded.organization_id) == (
            "CN-2026-000001",
            people.billing_operator.display_name(),
            people.acme.pk,
        )
        assert recorded.after == {"total": "-100.00", "credits": "INV-2026-000001", "reason": "goodwill"}
        assert OutboxEvent.objects.filter(topic="credit_note.issued").count() == 1


def test_goodwill_lessens_the_revenue_of_what_it_credits(people, buy, give_back):
    plan = buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    packs = buy(people.pine, people.partner_owner, "buy_pack", quantity=1)
    give_back(people.pine, "106.00", invoice_of(packs))
    give_back(people.pine, "106.00", invoice_of(plan))
    assert [lines for kind, _source, lines in entries(people.pine) if kind == "credit_note_issued"] == [
        {"receivable": fen("-106.00"), "tax_payable": fen("6.00"), "pack_revenue": fen("100.00")},
        {"receivable": fen("-106.00"), "tax_payable": fen("6.00"), "plan_revenue": fen("100.00")},
    ]
    assert misfits() == []


def test_an_unpaid_invoice_that_is_credited_in_full_is_void(people, give_back):
    open_invoice = settlement_invoice(people.acme, "318.00", when=NOON)
    give_back(people.acme, "106.00", open_invoice)
    assert (now(open_invoice).status, now(open_invoice).outstanding) == ("open", fen("212.00"))
    assert misfits() == []
    give_back(people.acme, "212.00", open_invoice)
    assert (now(open_invoice).status, now(open_invoice).outstanding) == ("void", ZERO)
    assert refunds_of(people.acme) == []
    assert balances(people.acme) == {}
    assert misfits() == []


def test_what_spans_invoices_is_explained_on_the_first_credit_note(people, give_back, pay):
    older = settlement_invoice(people.acme, "100.00", when=NOON)
    pay(older)
    newer = settlement_invoice(people.acme, "50.00", when=NOON, month=(NOON - 60 * DAY).date().replace(day=1))
    give_back(people.acme, "120.00", older, newer, code="adjustment")
    first, second = notes_of(people.acme)
    assert (first.credits.number, first.total) == ("INV-2026-000002", fen("-50.00"))
    assert [(line.code, line.amount) for line in first.lines.all()] == [
        ("adjustment", fen("-120.00")),
        ("credited_elsewhere", fen("70.00")),
    ]
    assert (second.credits.number, second.total) == ("INV-2026-000001", fen("-70.00"))
    assert [(line.code, line.amount) for line in second.lines.all()] == [("credit_part", fen("-70.00"))]
    assert [(refund.amount, refund.credit_note_id) for refund in refunds_of(people.acme)] == [(fen("70.00"), second.pk)]
    assert (now(newer).status, now(older).status) == ("void", "paid")
    assert misfits() == []


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_nothing_and_less_cannot_be_given_back(people, buy, give_back, amount):
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    with pytest.raises(ValueError, match="do not give back"):
        give_back(people.acme, amount, invoice_of(bought))
    assert notes_of(people.acme) == []


def test_lines_that_say_something_else_are_refused(people, buy, at_noon):
    paid = invoice_of(buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly"))
    with pytest.raises(ValueError, match="do not give back"), tenancy.organization(people.acme.pk):
        crediting.credit(
            organization=people.acme,
            amount=fen("5.00"),
            scope=[paid],
            lines=[Line("goodwill", fen("-4.99"))],
            at=NOON,
            reason="goodwill",
            by=None,
        )
    assert now(paid).credited == ZERO


# ---- money for invoices -----------------------------------------------------------------------------------------


@pytest.fixture
def start(people, at_noon) -> Callable[[Invoice], Payment]:
    """A payment of what an invoice lacks, not paid yet."""

    def through(bill: Invoice) -> Payment:
        with tenancy.organization(bill.organization_id):
            payable = Payable(invoice=locks.hold_invoice(bill.pk))
            way = ways_to_pay.offered(payable.organization, action="", amount=payable.amount)[0]
            return payments.start_payment(payable, way=way, at=NOON, by=None)

    return through


@pytest.fixture
def pay(start, django_capture_on_commit_callbacks) -> Callable[[Invoice], Payment]:
    def through(bill: Invoice) -> Payment:
        payment = start(bill)
        with django_capture_on_commit_callbacks(execute=True):
            notify(payment)
        return now(payment)

    return through


def test_a_payment_pays_its_invoice(people, pay):
    bill = settlement_invoice(people.acme, "318.00", when=NOON)
    payment = pay(bill)
    paid = now(bill)
    assert (paid.status, paid.paid, paid.outstanding) == ("paid", fen("318.00"), ZERO)
    assert paid.payment_id == payment.pk
    assert entry(people.acme, "invoice_paid", payment.reference) == {
        "suspense": fen("318.00"),
        "receivable": fen("-318.00"),
    }
    with tenancy.everything():
        assert OutboxEvent.objects.filter(topic="invoice.paid").count() == 1
    assert misfits() == []


def test_two_payments_of_one_invoice_pay_it_once(people, start, django_capture_on_commit_callbacks):
    bill = settlement_invoice(people.acme, "318.00", when=NOON)
    started = [start(bill), start(bill)]
    for payment in started:
        with django_capture_on_commit_callbacks(execute=True):
            notify(payment)
    assert [(now(payment).status, now(payment).refunded) for payment in started] == [
        ("succeeded", ZERO),
        ("refunded", fen("318.00")),
    ]
    assert [(refund.reason, refund.credit_note_id) for refund in refunds_of(people.acme)] == [
        ("invoice_overpaid", None)
    ]
    assert misfits() == []


def test_a_payment_of_more_than_an_invoice_still_lacks_gives_the_rest_back(
    people, start, give_back, django_capture_on_commit_callbacks
):
    bill = settlement_invoice(people.acme, "318.00", when=NOON)
    payment = start(bill)
    give_back(people.acme, "106.00", bill)
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment)
    assert (now(bill).status, now(bill).paid, now(bill).outstanding) == ("paid", fen("212.00"), ZERO)
    assert (now(payment).status, now(payment).refunded) == ("succeeded", fen("106.00"))
    assert misfits() == []


def test_a_payment_of_a_void_invoice_goes_back_in_full(people, start, give_back, django_capture_on_commit_callbacks):
    bill = settlement_invoice(people.acme, "318.00", when=NOON)
    payment = start(bill)
    give_back(people.acme, "318.00", bill)
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment)
    assert (now(bill).status, now(bill).paid, now(bill).payment_id) == ("void", ZERO, None)
    assert (now(payment).status, now(payment).refunded) == ("refunded", fen("318.00"))
    assert balances(people.acme) == {}
    assert misfits() == []

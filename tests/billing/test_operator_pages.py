"""Desk pages of billing operators: settlements, held payments, transfers, exports, the ledger (pages 3.7 and 3.8)."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.buying import orders
from billing.models import IncomingTransfer, LedgerBalance, Payment, Refund
from billing.operators import exports
from billing.paying.ways_to_pay import Choice
from common import clock, tenancy
from common.models import AuditEntry
from tests.billing.conftest import NOON, notify, now, order, payment_of, quote, snapshot
from tests.billing.months import beijing, hold, load, settle, settlements, used
from tests.cast import browser_of

DESK = "/desk/billing"


@pytest.fixture(autouse=True)
def taking_transfers(settings):
    settings.PAYMENT_GATEWAYS = ("sandbox", "bank_transfer")


@pytest.fixture
def operator(people):
    return browser_of(people.billing_operator)


@pytest.fixture
def admin(people):
    return browser_of(people.admin)


@pytest.fixture
def november(people, catalogue):
    """Acme used 101,000.00 on business in November, orbit 1,000.00 on developer; 2026-12-02 now."""
    hold(people.acme, "business", "2026-11-01T00:00")
    hold(people.orbit, "developer", "2026-11-01T00:00")
    load(used(people.acme, "101000", date(2026, 11, 5)), used(people.orbit, "1000", date(2026, 11, 5)))
    with clock.at(beijing("2026-12-02T09:00")):
        yield


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def audited(action: str) -> list[tuple[str, Any]]:
    with tenancy.everything():
        return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("object", "after"))


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


# ---- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["settlements", "held-payments", "transfers", "exports", "ledger"])
def test_operators_and_admins_see_the_pages_engineers_do_not(people, at_noon, page):
    shown = text(browser_of(people.billing_operator).get(f"{DESK}/{page}"))
    assert f'aria-current="page" href="{DESK}/{page}"' in shown
    for other in ("usage-loads", "settlements", "held-payments", "transfers", "exports", "ledger"):
        assert f'href="{DESK}/{other}"' in shown
    assert browser_of(people.admin).get(f"{DESK}/{page}").status_code == 200
    assert browser_of(people.engineer).get(f"{DESK}/{page}").status_code == 403
    assert browser_of(people.owner).get(f"{DESK}/{page}").status_code == 404


# ---- settlements --------------------------------------------------------------------------------------------------


def test_a_month_that_is_over_is_settled_by_an_operator(people, november, operator):
    page = text(operator.get(f"{DESK}/settlements"))
    assert "November 2026" in page
    assert f'href="{DESK}/settlements/2026-11/run"' in page
    assert "2 organizations are missing" in text(operator.get(f"{DESK}/settlements/2026-11/run"))
    told = text(operator.post(f"{DESK}/settlements/2026-11/run", follow=True))
    assert "2026-11: 2 organizations settled now, 0 settled before." in told
    # 70,000 × 10 % + 31,000 × 7 % − 700 = 8,470.00; 1,000 × 3 % is less than the base of 200.
    assert [(str(one), one.total) for one in settlements(people.acme)] == [("2026-11", Decimal("8470.00"))]
    assert "Acme" in told
    assert "¥8,470.00" in told
    assert "INV-2026-000001" in told
    assert "Unpaid" in told
    assert "None, it came to nothing" in told
    overview = text(operator.get(f"{DESK}/settlements"))
    assert "/run" not in overview
    assert overview.count("¥8,470.00") == 2
    again = text(operator.post(f"{DESK}/settlements/2026-11/run", follow=True))
    assert "2026-11: 0 organizations settled now, 2 settled before." in again
    assert [after for _object, after in audited("settlement.run")] == [{"settled": 2}, {"settled": 0}]


def test_an_admin_reads_months_and_cannot_settle_them(people, november, admin):
    page = text(admin.get(f"{DESK}/settlements"))
    assert "November 2026" in page
    assert "/run" not in page
    assert admin.get(f"{DESK}/settlements/2026-11/run").status_code == 403
    assert admin.post(f"{DESK}/settlements/2026-11/run").status_code == 403
    assert settlements(people.acme) == []


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "november", "2026-10"])
def test_there_is_no_page_of_a_month_with_nothing_to_settle(people, november, operator, month):
    assert operator.get(f"{DESK}/settlements/{month}").status_code == 404
    assert operator.post(f"{DESK}/settlements/{month}/run").status_code == 404
    assert settlements(people.acme) == []


def test_usage_after_the_settlement_is_shown_as_late(people, november, operator):
    settle()
    load(used(people.acme, "10", date(2026, 11, 6)))
    page = text(operator.get(f"{DESK}/settlements/2026-11"))
    assert "<dt>Late usage</dt><dd>1</dd>" in page
    assert "<dt>Missing</dt><dd>0</dd>" in page


def test_settlements_of_a_month_come_page_by_page(people, november, operator, monkeypatch):
    monkeypatch.setattr("billing.settlement.overview.SETTLEMENTS_OF_A_PAGE", 1)
    settle()
    newest = text(operator.get(f"{DESK}/settlements/2026-11"))
    assert "Orbit" in newest
    assert "Acme" not in newest
    assert f'href="?before={people.orbit.pk}"' in newest
    older = text(operator.get(f"{DESK}/settlements/2026-11?before={people.orbit.pk}"))
    assert "Acme" in older
    assert "Orbit" not in older


# ---- held payments ------------------------------------------------------------------------------------------------


@pytest.fixture
def held(people, at_noon) -> Payment:
    """8,500.00 came for an order of 8,400.00."""
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), amount="8500.00")
    return payment_of(placed)


def test_an_operator_accepts_a_held_payment_with_a_reason(people, held, operator, django_capture_on_commit_callbacks):
    assert held.reference in text(operator.get(f"{DESK}/held-payments"))
    url = f"{DESK}/held-payments/{held.reference}"
    page = text(operator.get(url))
    assert "CNY 8,400.00" in page
    assert "CNY 8,500.00" in page
    assert "Payment held" in page
    assert "&quot;8500.00&quot;" in page
    assert "the rest, CNY 100.00, goes back" in text(operator.get(f"{url}/accept"))
    text(operator.post(f"{url}/accept", {}), 400)
    assert now(held).status == "held"
    with django_capture_on_commit_callbacks(execute=True):
        told = operator.post(f"{url}/accept", {"reason": "Rounded up by the payer"}, follow=True)
    assert "Accepted." in text(told)
    assert (now(held).status, now(held).refunded) == ("succeeded", Decimal("100.00"))
    assert audited("payment.decided") == [
        (
            held.reference,
            {"decision": "accepted", "received": "8500.00", "currency": "CNY", "reason": "Rounded up by the payer"},
        )
    ]
    assert "No payment is held" in text(operator.get(f"{DESK}/held-payments"))
    assert "This payment is not held" in text(operator.post(f"{url}/send-back", {"reason": "x"}), 409)


def test_an_operator_sends_back_what_is_not_enough(people, at_noon, operator, django_capture_on_commit_callbacks):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), amount="8399.99")
    url = f"{DESK}/held-payments/{payment_of(placed).reference}"
    page = text(operator.get(url))
    assert "it can only go back" in page
    assert f"{url}/accept" not in page
    before = snapshot()
    assert "What came is not enough" in text(operator.post(f"{url}/accept", {"reason": "x"}), 409)
    assert snapshot() == before
    assert "CNY 8,399.99" in text(operator.get(f"{url}/send-back"))
    with django_capture_on_commit_callbacks(execute=True):
        assert operator.post(f"{url}/send-back", {"reason": "Too little"}).status_code == 303
    assert payment_of(placed).status == "refunded"
    with tenancy.everything():
        assert [refund.amount for refund in Refund.objects.all()] == [Decimal("8399.99")]
    assert audited("payment.decided")[0][1]["decision"] == "sent_back"


def test_an_admin_reads_held_payments_and_cannot_decide(people, held, admin):
    url = f"{DESK}/held-payments/{held.reference}"
    page = text(admin.get(url))
    assert "CNY 8,500.00" in page
    assert f"{url}/accept" not in page
    before = snapshot()
    for decision in ("accept", "send-back"):
        assert admin.get(f"{url}/{decision}").status_code == 403
        assert admin.post(f"{url}/{decision}", {"reason": "x"}).status_code == 403
    assert snapshot() == before


# ---- transfers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def awaited(people, at_noon) -> Payment:
    """A yearly enterprise order that waits for 1,200,000.00 at the bank."""
    made = quote(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    way = Choice(gateway="bank_transfer")
    with tenancy.organization(people.acme.pk):
        placed = orders.place_order(organization=people.acme, quote_id=made.pk, at=NOON, by=people.owner, pay_with=way)
    return payment_of(placed)


def statement(**different: str) -> dict[str, str]:
    return {
        "bank_reference": "ICBC-1",
        "amount": "1200000.00",
        "currency": "CNY",
        "payer": "Acme Ltd",
        "purpose": "support plan",
        "received_on": "2026-11-22",
    } | different


def test_a_transfer_that_names_its_payment_is_matched_at_once(
    people, awaited, operator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = operator.post(f"{DESK}/transfers", statement(purpose=f"pls see {awaited.reference}"))
    page = text(operator.get(answer["Location"]))
    assert f"Recorded, and matched to payment {awaited.reference}." in page
    assert "Matched to this payment" in page
    assert "Paid" in page
    assert now(awaited).status == "succeeded"
    assert "Every transfer is matched" in text(operator.get(f"{DESK}/transfers"))
    assert "ICBC-1" in text(operator.get(f"{DESK}/transfers?all=1"))


def test_an_unmatched_transfer_is_matched_by_an_operator(people, awaited, operator, django_capture_on_commit_callbacks):
    page = text(operator.post(f"{DESK}/transfers", statement(), follow=True))
    assert "It names no payment that waits" in page
    transfer = IncomingTransfer.objects.get()
    url = f"{DESK}/transfers/{transfer.pk}"
    assert awaited.reference in page, "of the same amount"
    assert awaited.reference in text(operator.get(f"{url}?q=acm"))
    assert awaited.reference in text(operator.get(f"{url}?q={awaited.reference[3:9].lower()}"))
    assert awaited.reference not in text(operator.get(f"{url}?q=orbit"))
    assert "it is paid at once" in text(operator.get(f"{url}/match?payment={awaited.reference}"))
    assert operator.get(f"{url}/match?payment=BT-0000000000").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert operator.post(f"{url}/match", {"payment": awaited.reference}).status_code == 303
    assert f"Matched to payment {awaited.reference}." in text(operator.get(url))
    assert now(awaited).status == "succeeded"
    again = text(operator.post(f"{url}/match", {"payment": awaited.reference}), 409)
    assert "This transfer is matched already" in again


def test_a_transfer_of_another_sum_is_held_and_says_so(people, awaited, operator, django_capture_on_commit_callbacks):
    operator.post(f"{DESK}/transfers", statement(amount="1000000.00"))
    url = f"{DESK}/transfers/{IncomingTransfer.objects.get().pk}"
    assert "No payment of this amount waits" in text(operator.get(url))
    asked = text(operator.get(f"{url}/match?payment={awaited.reference}"))
    assert "the payment will be held until somebody decides" in asked
    with django_capture_on_commit_callbacks(execute=True):
        operator.post(f"{url}/match", {"payment": awaited.reference})
    assert f"{DESK}/held-payments/{awaited.reference}" in text(operator.get(url))
    assert now(awaited).status == "held"


def test_what_is_wrong_about_a_transfer_stands_at_its_field(people, at_noon, operator):
    page = text(operator.post(f"{DESK}/transfers", statement(amount="0", received_on="2026-11-23")), 400)
    assert "Give an amount above zero." in page
    assert "This day is still to come." in page
    assert "ICBC-1" in page, "what was typed stays"
    assert not IncomingTransfer.objects.exists()


def test_an_admin_reads_transfers_and_cannot_act(people, awaited, operator, admin):
    operator.post(f"{DESK}/transfers", statement())
    transfer = IncomingTransfer.objects.get()
    page = text(admin.get(f"{DESK}/transfers"))
    assert "ICBC-1" in page
    assert 'name="bank_reference"' not in page
    assert f"{transfer.pk}/match" not in text(admin.get(f"{DESK}/transfers/{transfer.pk}"))
    assert admin.post(f"{DESK}/transfers", statement(bank_reference="ICBC-2")).status_code == 403
    assert admin.post(f"{DESK}/transfers/{transfer.pk}/match", {"payment": awaited.reference}).status_code == 403
    assert IncomingTransfer.objects.get().payment_reference == ""


# ---- exports ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bought(people, buy):
    """Acme, by a name that a spreadsheet would run, bought a yearly business plan on 2026-11-22."""
    people.acme.name = '=HYPERLINK("http://x.example")'
    people.acme.save(update_fields=["name"])
    return buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")


def test_the_ledger_is_exported_line_by_line(people, bought, operator, monkeypatch):
    monkeypatch.setattr(exports, "OF_A_PART", 2)
    answer = operator.get(f"{DESK}/exports/ledger.csv?first=2026-11-22&last=2026-11-22")
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="ledger-2026-11-22-2026-11-22.csv"'
    header, *rows = rows_of(answer)
    assert header == list(exports.LEDGER.header)
    assert {row[4] for row in rows} == {'\'=HYPERLINK("http://x.example")'}
    lines = [(row[5], row[7], row[8]) for row in rows]
    assert sorted(lines) == sorted(
        [
            ("payment_received", "cash", "8400.00"),
            ("payment_received", "suspense", "-8400.00"),
            ("invoice_issued", "receivable", "8400.00"),
            ("invoice_issued", "tax_payable", "-475.47"),
            ("invoice_issued", "deferred_revenue", "-7902.82"),
            ("invoice_issued", "plan_revenue", "-21.71"),
            ("invoice_paid", "suspense", "8400.00"),
            ("invoice_paid", "receivable", "-8400.00"),
        ]
    )
    assert len(rows_of(operator.get(f"{DESK}/exports/ledger.csv?first=2026-11-23&last=2027-11-22"))) == 1
    assert audited("export.taken")[0] == ("ledger 2026-11-22 – 2026-11-22", None)


def test_invoices_are_exported_as_they_stand(people, bought, operator, admin):
    for browser in (operator, admin):
        header, row = rows_of(browser.get(f"{DESK}/exports/invoices.csv?first=2026-11-01&last=2026-11-30"))
        facts = dict(zip(header, row, strict=True))
        assert facts == {
            "number": "INV-2026-000001",
            "document": "invoice",
            "credits": "",
            "organization": "acme",
            "name": '\'=HYPERLINK("http://x.example")',
            "issued_on": "2026-11-22",
            "due_on": facts["due_on"],
            "status": "paid",
            "total": "8400.00",
            "tax_included": "475.47",
            "credited": "0.00",
            "paid": "8400.00",
            "refunded": "0.00",
            "outstanding": "0.00",
            "currency": "CNY",
            "order": bought.number,
            "settled_month": "",
        }


def test_settlements_are_exported_by_month(people, november, operator):
    settle()
    _header, *rows = rows_of(operator.get(f"{DESK}/exports/settlements.csv?first=2026-11-15&last=2026-11-20"))
    assert [" ".join(row) for row in rows] == [
        "2026-11 2026-12-01T02:00:00+08:00 acme Acme 8470.00 0.00 8470.00 CNY INV-2026-000001",
        "2026-11 2026-12-01T02:00:00+08:00 orbit Orbit 0.00 0.00 0.00 CNY ",
    ]


def test_a_period_that_is_wrong_is_asked_again_and_nothing_is_exported(people, at_noon, operator):
    assert 'value="2026-10-01"' in text(operator.get(f"{DESK}/exports"))
    backwards = operator.get(f"{DESK}/exports/ledger.csv?first=2026-11-02&last=2026-11-01")
    assert "The last day is before the first." in text(backwards, 400)
    text(operator.get(f"{DESK}/exports/invoices.csv"), 400)
    assert audited("export.taken") == []


def test_engineers_export_nothing(people, bought):
    for name in exports.EXPORTS:
        answer = browser_of(people.engineer).get(f"{DESK}/exports/{name}.csv?first=2026-11-01&last=2026-11-30")
        assert answer.status_code == 403
    assert audited("export.taken") == []


# ---- the ledger ---------------------------------------------------------------------------------------------------


def test_the_ledger_is_in_order_and_its_balances_are_shown(people, bought, operator, admin):
    for browser in (operator, admin):
        page = text(browser.get(f"{DESK}/ledger"))
        assert "All in order" in page
        for label, balance in [("Cash", "¥8,400.00"), ("Receivable", "¥0.00"), ("Tax payable", "-¥475.47")]:
            assert f'{label}</th><td class="text-end text-nowrap">{balance}</td>' in page.replace("−", "-")


def test_what_does_not_fit_in_the_ledger_is_listed(people, bought, operator):
    with tenancy.everything():
        LedgerBalance.objects.filter(account="cash").update(balance=Decimal("8400.01"))
    page = text(operator.get(f"{DESK}/ledger"))
    assert "The balance kept of account Cash is 8400.01; its lines sum to 8400.00." in page
    assert "balance_wrong" in page
    assert "All in order" not in page

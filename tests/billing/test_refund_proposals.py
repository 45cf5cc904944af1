"""Refunds by hand: up to the limit at once, above it by a second billing operator (spec page 1 'Roles')."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.invoices import refund_proposals, refunds
from billing.invoices.refund_proposals import ExceedsInvoice, ProposalDecided, SecondPersonNeeded
from billing.models import Invoice, RefundProposal
from common import clock, tenancy
from common.models import AuditEntry
from common.problems import FieldErrors
from notifications.models import Notification
from tests import cast
from tests.billing.conftest import NOON, catalogue, notify, now, order, payment_of  # noqa: F401
from tests.billing.documents_on_record import credit, line, put
from tests.billing.money_records import balances, entry, misfits, notes_of, refunds_of
from tests.concurrency.test_quota_races import at_once

LIST = "/desk/billing/refunds"


def fen(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def second(people):
    return cast.staff("billing2@support.example", "billing")


@pytest.fixture
def bought(people, buy) -> Invoice:
    """1,200,000.00 for a year of enterprise, paid."""
    buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    with tenancy.everything():
        return Invoice.objects.get()


@pytest.fixture
def propose(people, django_capture_on_commit_callbacks):
    def through(invoice: Invoice, amount: str, reason: str = "We were slow", by=None) -> RefundProposal:
        with django_capture_on_commit_callbacks(execute=True), tenancy.everything():
            return refund_proposals.propose(
                invoice=invoice, amount=fen(amount), reason=reason, at=NOON, by=by or people.billing_operator
            )

    return through


def decide(rule, proposal, by):
    with tenancy.everything():
        return rule(proposal=proposal, at=NOON, by=by)


def stored() -> list[tuple[str, Decimal]]:
    with tenancy.everything():
        return list(RefundProposal.objects.order_by("pk").values_list("status", "amount"))


def recorded() -> list[str]:
    with tenancy.everything():
        found = AuditEntry.objects.filter(action__in=["refund.proposed", "refund.approved", "refund.rejected"])
        return list(found.order_by("pk").values_list("action", flat=True))


def test_up_to_the_limit_it_goes_out_at_once_and_the_plan_keeps_its_value(people, bought, propose):
    deferred = balances(people.acme)["deferred_revenue"]
    done = propose(bought, "10000.00", " We were   slow ")
    assert (done.status, done.reason, done.decided_by) == ("done", "We were slow", None)
    (note,) = notes_of(people.acme)
    assert (done.credit_note, note.total, note.tax_included) == (note, fen("-10000.00"), fen("-566.04"))
    assert [(one.code, one.amount) for one in note.lines.all()] == [("goodwill", fen("-10000.00"))]
    assert [(one.amount, one.reason, one.status) for one in refunds_of(people.acme)] == [
        (fen("10000.00"), "goodwill", "completed")
    ]
    assert entry(people.acme, "credit_note_issued") == {
        "receivable": fen("-10000.00"),
        "tax_payable": fen("566.04"),
        "plan_revenue": fen("9433.96"),
    }
    assert balances(people.acme)["deferred_revenue"] == deferred
    assert recorded() == ["refund.proposed", "refund.approved"]
    assert misfits() == []


def test_above_the_limit_it_waits_for_another_billing_operator(people, second, bought, propose):
    waits = propose(bought, "10000.01")
    assert (waits.status, notes_of(people.acme), refunds_of(people.acme)) == ("proposed", [], [])
    with tenancy.everything():
        told = Notification.objects.filter(kind="refund.proposed").values_list("person__email", flat=True)
        assert list(told) == ["billing2@support.example"]
    done = decide(refund_proposals.approve, waits, second)
    assert (done.status, done.decided_by, done.credit_note.total) == ("done", second, fen("-10000.01"))
    assert recorded() == ["refund.proposed", "refund.approved"]
    assert misfits() == []


@pytest.mark.parametrize("rule", [refund_proposals.approve, refund_proposals.reject])
def test_who_proposed_it_does_not_decide_it(people, bought, propose, rule):
    waits = propose(bought, "10000.01")
    with pytest.raises(SecondPersonNeeded) as refused:
        decide(rule, waits, people.billing_operator)
    assert refused.value.code == "second_person_needed"
    assert (stored(), notes_of(people.acme)) == ([("proposed", fen("10000.01"))], [])


def test_parts_of_an_invoice_below_the_limit_do_not_add_up_to_more(people, second, bought, propose):
    assert propose(bought, "10000.00").status == "done"
    waits = propose(bought, "0.01")
    assert waits.status == "proposed"
    decide(refund_proposals.approve, waits, second)
    other = put(people.acme, line("700.00"), number="INV-2026-000009")
    with tenancy.everything():
        assert refund_proposals.preview(invoice=other, amount=fen("700.00"), reason="x").waits is False


def test_a_rejected_one_pays_nothing_and_frees_the_invoice(people, second, bought, propose):
    waits = propose(bought, "1200000.00")
    with pytest.raises(ExceedsInvoice):
        propose(bought, "0.01")
    assert decide(refund_proposals.reject, waits, second).status == "rejected"
    assert (notes_of(people.acme), recorded()) == ([], ["refund.proposed", "refund.rejected"])
    assert propose(bought, "0.01").status == "done"
    with pytest.raises(ProposalDecided):
        decide(refund_proposals.approve, waits, second)


def test_never_more_than_is_left_of_the_invoice(people, second, bought, propose):
    waits = propose(bought, "1200000.00")
    with tenancy.everything():
        Invoice.objects.filter(pk=bought.pk).update(credited=fen("0.01"), refunded=fen("0.01"))
    with pytest.raises(ExceedsInvoice):
        decide(refund_proposals.approve, waits, second)
    note = credit(put(people.acme, line("700.00"), number="INV-2026-000009"), "100.00", number="CN-2026-000009")
    for wrong, amount in ((note, "1.00"), (note.credits, "600.01")):
        with pytest.raises(ExceedsInvoice):
            propose(wrong, amount)
    assert stored() == [("proposed", fen("1200000.00"))]


@pytest.mark.parametrize(
    ("amount", "reason", "field"),
    [("0.00", "x", "amount"), ("-1.00", "x", "amount"), ("0.001", "x", "amount"), ("1.00", " ", "reason")],
)
def test_an_amount_and_a_reason_are_needed(people, amount, reason, field, propose):
    with pytest.raises(FieldErrors) as refused:
        propose(put(people.acme, line("700.00")), amount, reason)
    assert (list(refused.value.errors), stored()) == ([field], [])


def test_the_preview_says_what_is_taken_off_an_unpaid_invoice(people):
    unpaid = put(people.acme, line("700.00"), status="open")
    with tenancy.everything():
        seen = refund_proposals.preview(invoice=unpaid, amount=fen("200.00"), reason="x")
    assert (seen.back, seen.reduces, seen.left, seen.waits) == (fen("0.00"), fen("200.00"), fen("700.00"), False)


def test_the_page_finds_previews_asks_and_refunds(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    browser = cast.browser_of(people.billing_operator)
    assert "Nothing to decide" in browser.get(LIST).content.decode()
    unknown = browser.get(LIST, {"invoice": "INV-2026-999999"})
    assert (unknown.status_code, "There is no invoice with this number" in unknown.content.decode()) == (404, True)
    page = f"{LIST}/invoices/INV-2026-000001"
    assert browser.get(LIST, {"invoice": " inv-2026-000001 "}).headers["Location"] == page
    typed = {"amount": "100.00", "reason": "We were slow"}
    asked = browser.post(page, typed)
    assert asked.status_code == 200
    assert "Refund ¥100.00?" in asked.content.decode()
    assert stored() == []
    too_much = browser.post(page, typed | {"amount": "700.01", "confirmed": "1"})
    assert (too_much.status_code, "More than the invoice has left" in too_much.content.decode()) == (409, True)
    assert browser.post(page, typed | {"confirmed": "1"}).status_code == 303
    assert stored() == [("done", fen("100.00"))]
    assert "CN-2026-000001" in browser.get(LIST).content.decode()


def test_the_second_person_decides_on_the_page_and_the_administrator_reads(people, second, bought, propose):
    page = f"{LIST}/{propose(bought, '10000.01').pk}"
    own = cast.browser_of(people.billing_operator)
    assert "another billing operator decides it" in own.get(page).content.decode()
    refused = own.post(f"{page}/approve")
    assert (refused.status_code, "Another person decides this" in refused.content.decode()) == (409, True)
    admin = cast.browser_of(people.admin)
    assert "We were slow" in admin.get(page).content.decode()
    assert admin.post(f"{page}/approve").status_code == 403
    assert stored() == [("proposed", fen("10000.01"))]
    browser = cast.browser_of(second)
    assert "Approve and refund ¥10,000.01" in browser.get(page).content.decode()
    assert browser.post(f"{page}/approve").status_code == 303
    again = browser.post(f"{page}/reject")
    assert (again.status_code, "This refund is decided" in again.content.decode()) == (409, True)
    assert stored() == [("done", fen("10000.01"))]


def test_two_who_approve_at_once_refund_once(transactional_db, people, catalogue, monkeypatch):
    monkeypatch.setattr(refunds, "send", lambda refund_id: None)
    others = [cast.staff(f"billing{number}@support.example", "billing") for number in range(2, 4)]
    placed = order(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    notify(payment_of(placed))
    with tenancy.everything(), clock.at(NOON):
        bill = Invoice.objects.get()
        waits = refund_proposals.propose(
            invoice=bill, amount=fen("600000.00"), reason="x", at=NOON, by=people.billing_operator
        )

    def approve(number: int) -> str:
        with tenancy.everything(), clock.at(NOON):
            return refund_proposals.approve(proposal=waits, at=NOON, by=others[number]).status.value

    results = at_once(approve, 2)
    assert sorted(type(result).__name__ for result in results) == ["ProposalDecided", "str"]
    assert [one.amount for one in refunds_of(people.acme)] == [fen("600000.00")]
    assert [note.total for note in notes_of(people.acme)] == [fen("-600000.00")]
    assert (now(bill).credited, now(bill).refunded) == (fen("600000.00"), fen("600000.00"))
    with clock.at(NOON):
        assert misfits() == []

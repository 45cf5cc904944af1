"""What changes of plans give back: from which invoices, and how the API shows it: pages 3.3, 3.8 and 7."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from common import clock
from tests.billing.conftest import NOON, order, payment_of
from tests.billing.money_records import balances, entry, invoice_of, misfits, notes_of, refunds_of

DAY = timedelta(days=1)


def fen(text: str) -> Decimal:
    return Decimal(text)


def test_a_downgrade_gives_back_from_the_invoice_of_its_term(people, buy):
    """Page 3.3 on the day of purchase: 364 of 365 days are unused."""
    bought = buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    back = buy(people.acme, people.owner, "change_tier", tier="business")
    (note,) = notes_of(people.acme)
    assert (back.status, back.total) == ("fulfilled", fen("-1188335.34"))
    assert (note.total, note.refunds_order_id, note.credits) == (back.total, back.pk, invoice_of(bought))
    assert [(line.code, line.amount, line.params["term"]) for line in note.lines.all()] == [
        ("change_charge", fen("8376.99"), bought.number),
        ("change_credit", fen("-1196712.33"), bought.number),
    ]
    assert [(refund.amount, refund.status) for refund in refunds_of(people.acme)] == [(-back.total, "completed")]
    assert entry(people.acme, "credit_note_issued") == {
        "receivable": back.total,
        "tax_payable": fen("67264.26"),
        "deferred_revenue": fen("1121071.08"),
    }
    assert misfits() == []


def test_leaving_gives_back_the_queued_term_first(people, buy):
    first = buy(people.acme, people.owner, "subscribe", tier="developer", cycle="yearly")
    renewed = buy(people.acme, people.owner, "renew", when=NOON + DAY)
    buy(people.acme, people.owner, "unsubscribe", when=NOON + 2 * DAY)
    assert [(note.credits, note.total) for note in notes_of(people.acme)] == [
        (invoice_of(renewed), fen("-2400.00")),
        (invoice_of(first), fen("-2380.27")),  # 362 of 365 days
    ]
    assert (payment_of(renewed).status, payment_of(renewed).refunded) == ("refunded", fen("2400.00"))
    assert (payment_of(first).status, payment_of(first).refunded) == ("succeeded", fen("2380.27"))
    assert "deferred_revenue" not in balances(people.acme)
    with clock.at(NOON + 2 * DAY):
        assert misfits() == []


def test_an_older_term_is_left_alone_while_the_newest_has_something_left(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="monthly")
    later = NOON + 40 * DAY
    second = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly", when=later)
    buy(people.acme, people.owner, "unsubscribe", when=later)
    (note,) = notes_of(people.acme)
    assert (note.credits, note.total) == (invoice_of(second), fen("-8376.99"))


def test_what_was_given_back_before_is_not_given_back_again(people, buy, give_back):
    """The sum refunded never exceeds the sum paid, payment by payment (page 3.3)."""
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    give_back(people.acme, "8000.00", invoice_of(bought))
    left = buy(people.acme, people.owner, "unsubscribe")
    assert left.total == fen("-8376.99")
    assert [note.total for note in notes_of(people.acme)] == [fen("-8000.00"), fen("-400.00")]
    assert payment_of(bought).refunded == fen("8400.00")
    assert misfits() == []


def test_where_nothing_is_left_the_days_are_given_up_all_the_same(people, buy, give_back):
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    give_back(people.acme, "8400.00", invoice_of(bought))
    left = buy(people.acme, people.owner, "unsubscribe")
    assert [note.total for note in notes_of(people.acme)] == [fen("-8400.00")]
    assert entry(people.acme, "deferral_moved", left.number) == {
        "deferred_revenue": fen("7902.82"),
        "plan_revenue": fen("-7902.82"),
    }
    assert balances(people.acme) == {}
    assert misfits() == []


def test_a_later_refund_finds_money_where_an_earlier_one_left_it(people, buy):
    """The first refund, newest first, uses up the renewal's invoice; giving up the renewal's year then still pays."""
    first = buy(people.pine, people.partner_owner, "subscribe", tier="premium", cycle="yearly")
    buy(people.pine, people.partner_owner, "renew")
    buy(people.pine, people.partner_owner, "change_tier", tier="standard")
    shorter = buy(people.pine, people.partner_owner, "change_cycle", cycle="monthly", at="renewal")
    assert shorter.total == fen("-45000.00")
    (note,) = [one for one in notes_of(people.pine) if one.refunds_order_id == shorter.pk]
    assert (note.credits, note.total) == (invoice_of(first), fen("-45000.00"))
    assert misfits() == []


def test_credit_notes_stand_in_the_list_of_invoices(people, buy, api):
    buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    back = buy(people.acme, people.owner, "change_tier", tier="business")
    client = api(people.owner)
    note, credited = client.get("/api/v1/orgs/acme/invoices").json()["results"]
    assert {name: note[name] for name in ("number", "status", "total", "tax_included", "paid", "credits")} == {
        "number": "CN-2026-000001",
        "status": "paid",
        "total": "-1188335.34",
        "tax_included": "-67264.26",
        "paid": "-1188335.34",
        "credits": "INV-2026-000001",
    }
    assert note["order"] == back.number
    assert [line["amount"] for line in note["lines"]] == ["8376.99", "-1196712.33"]
    assert {name: credited[name] for name in ("number", "credits", "paid", "credited", "refunded", "outstanding")} == {
        "number": "INV-2026-000001",
        "credits": None,
        "paid": "1200000.00",
        "credited": "1188335.34",
        "refunded": "1188335.34",
        "outstanding": "0.00",
    }
    assert client.get("/api/v1/orgs/acme/invoices/CN-2026-000001").json() == note
    assert client.get(f"/api/v1/orgs/acme/orders/{back.number}").json()["invoice"] == "CN-2026-000001"


def test_a_credit_note_of_another_organization_does_not_exist(people, buy, api):
    buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
    order(people.acme, people.owner, "change_tier", tier="business")
    assert api(people.outsider).get("/api/v1/orgs/orbit/invoices/CN-2026-000001").status_code == 404

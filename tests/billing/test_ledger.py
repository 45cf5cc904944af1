"""What every movement books, and what the database refuses: page 3.8."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.db import IntegrityError

from billing.ledger import entries as ledger
from billing.models import Account, LedgerEntry, Payment
from common import tenancy
from tests.architecture.test_row_level_security import runtime, scope
from tests.billing.conftest import MINUTE, NOON, notify, now, order, payment_of
from tests.billing.money_records import balances, entries, entry, misfits, settlement_invoice

DAY = timedelta(days=1)


def fen(text: str) -> Decimal:
    return Decimal(text)


def test_a_plan_that_is_paid_is_booked_as_tax_days_to_come_and_revenue(people, buy):
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    reference = payment_of(bought).reference
    assert entries(people.acme) == [
        ("payment_received", reference, {"cash": fen("8400.00"), "suspense": fen("-8400.00")}),
        (
            "invoice_issued",
            "INV-2026-000001",
            {
                "receivable": fen("8400.00"),
                "tax_payable": fen("-475.47"),
                "deferred_revenue": fen("-7902.82"),
                "plan_revenue": fen("-21.71"),
            },
        ),
        ("invoice_paid", reference, {"suspense": fen("8400.00"), "receivable": fen("-8400.00")}),
    ]
    assert balances(people.acme) == {
        "cash": fen("8400.00"),
        "tax_payable": fen("-475.47"),
        "deferred_revenue": fen("-7902.82"),
        "plan_revenue": fen("-21.71"),
    }
    assert misfits() == []


def test_packs_are_revenue_at_once(people, buy):
    buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
    buy(people.pine, people.partner_owner, "buy_pack", quantity=2, when=NOON + DAY)
    assert entry(people.pine, "invoice_issued", "INV-2026-000002") == {
        "receivable": fen("2000.00"),
        "tax_payable": fen("-113.21"),
        "pack_revenue": fen("-1886.79"),
    }


def test_a_settlement_invoice_is_receivable_until_it_is_paid(people, at_noon):
    settlement_invoice(people.acme, "8612.54", when=NOON)
    assert balances(people.acme) == {
        "receivable": fen("8612.54"),
        "tax_payable": fen("-487.50"),
        "usage_revenue": fen("-8125.04"),
    }
    assert misfits() == []


def test_money_for_a_cancelled_order_passes_through_suspense(people, at_noon, django_capture_on_commit_callbacks):
    first = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    order(people.acme, people.owner, "subscribe", tier="business", cycle="monthly", when=NOON + MINUTE)
    with django_capture_on_commit_callbacks(execute=True):
        notify(payment_of(first), at=NOON + 2 * MINUTE)
    received, refunded = entries(people.acme)
    assert received[0::2] == ("payment_received", {"cash": fen("8400.00"), "suspense": fen("-8400.00")})
    assert refunded[0::2] == ("refunded", {"cash": fen("-8400.00"), "suspense": fen("8400.00")})
    assert balances(people.acme) == {}
    assert misfits() == []


def test_money_that_is_held_stands_in_suspense_as_it_came(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), amount="8399.99")
    assert now(payment_of(placed)).status == "held"
    assert balances(people.acme) == {"cash": fen("8399.99"), "suspense": fen("-8399.99")}
    assert misfits() == []


@pytest.mark.parametrize("said", [{"currency": "USD"}, {"amount": "-5.00"}, {"amount": "0"}])
def test_money_that_the_books_cannot_hold_stays_out_of_them(people, at_noon, said):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), **said)
    assert now(payment_of(placed)).status == "held"
    assert entries(people.acme) == []
    assert misfits() == []


def test_a_declined_payment_books_nothing(people, at_noon):
    placed = order(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    notify(payment_of(placed), "declined")
    assert entries(people.acme) == []


def test_what_is_tried_twice_is_booked_once(people, buy):
    bought = buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    before = entries(people.acme)
    with tenancy.organization(people.acme.pk):
        ledger.payment_received(payment_of(bought), at=NOON + DAY)
    assert entries(people.acme) == before
    assert balances(people.acme)["cash"] == fen("8400.00")


def test_several_entries_are_booked_in_one_statement(people, django_assert_num_queries):
    half = {Account.CASH: fen("0.05"), Account.SUSPENSE: fen("-0.05"), Account.RECEIVABLE: fen("0.00")}
    given = [ledger.Entry(people.acme.pk, "payment_received", f"P-{number}", NOON, half) for number in range(3)]
    with tenancy.organization(people.acme.pk), django_assert_num_queries(1):
        ledger.post(given)
    assert [lines for _kind, _source, lines in entries(people.acme)] == [
        {"cash": fen("0.05"), "suspense": fen("-0.05")}
    ] * 3
    assert balances(people.acme) == {"cash": fen("0.15"), "suspense": fen("-0.15")}


def test_an_entry_of_nothing_is_none(people, django_assert_num_queries):
    with tenancy.organization(people.acme.pk), django_assert_num_queries(0):
        ledger.deferral_moved(people.acme.pk, "O-1", fen("0.00"), at=NOON)
        ledger.post([])
    assert entries(people.acme) == []


@pytest.mark.parametrize(
    ("codes", "account"),
    [
        (["ticket_pack"], "pack_revenue"),
        (["incremental_fee", "adjustment"], "usage_revenue"),
        (["base_fee"], "plan_revenue"),
        (["change_charge", "change_credit"], "plan_revenue"),
        (["goodwill"], "plan_revenue"),
        ([], "plan_revenue"),
    ],
)
def test_whose_revenue_a_document_is(codes, account):
    assert ledger.revenue_account(codes) == account


# ---- what the database refuses ----------------------------------------------------------------------------------


def test_the_database_refuses_an_entry_that_is_not_balanced(people):
    wrong = ledger.Entry(
        people.acme.pk, "payment_received", "P-1", NOON, {"cash": fen("1.00"), "suspense": fen("-0.99")}
    )
    with pytest.raises(IntegrityError, match="do not sum to zero"), tenancy.organization(people.acme.pk):
        ledger.post([wrong])
    assert entries(people.acme) == []
    assert balances(people.acme) == {}


@pytest.fixture
def booked(db):
    """A session of the runtime role with one balanced entry of an organization, all of it undone afterwards."""
    with runtime() as cursor:
        cursor.execute(
            "INSERT INTO accounts_organization (slug, name, kind, partner_type, caller_code, registered_email, "
            "language, created_at) VALUES ('ledger', 'Ledger', 'customer', '', '77', 'x@x.example', 'en', now()) "
            "RETURNING id"
        )
        (organization,) = cursor.fetchone()
        scope(cursor, organization)
        cursor.execute(
            "INSERT INTO billing_ledgerentry (organization_id, kind, at, booked_on, source) "
            "VALUES (%s, 'payment_received', now(), now(), 'P-1') RETURNING id",
            [organization],
        )
        (entry_id,) = cursor.fetchone()
        cursor.execute(LINES, [entry_id, organization, "cash", "5.00", entry_id, organization, "suspense", "-5.00"])
        cursor.execute("SAVEPOINT booked")
        yield cursor, organization, entry_id


LINES = (
    "INSERT INTO billing_ledgerline (entry_id, organization_id, account, amount) VALUES (%s, %s, %s, %s), "
    "(%s, %s, %s, %s)"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_ledgerline SET amount = amount * 2",
        "UPDATE billing_ledgerline SET account = 'cash' WHERE account = 'suspense'",
        "DELETE FROM billing_ledgerline",
        "UPDATE billing_ledgerentry SET source = 'P-2'",
        "DELETE FROM billing_ledgerentry",
    ],
)
def test_the_runtime_role_changes_and_deletes_nothing(booked, statement):
    cursor, _organization, _entry = booked
    with pytest.raises(psycopg2.Error, match="only ever inserted into"):
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["billing_ledgerline", "billing_ledgerentry"])
def test_the_runtime_role_cannot_empty_the_ledger(booked, table):
    cursor, _organization, _entry = booked
    with pytest.raises(psycopg2.Error, match="permission denied"):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_the_runtime_role_cannot_unbalance_an_entry_later(booked):
    cursor, organization, entry_id = booked
    with pytest.raises(psycopg2.Error, match="do not sum to zero"):
        cursor.execute(
            "INSERT INTO billing_ledgerline (entry_id, organization_id, account, amount) "
            "VALUES (%s, %s, 'receivable', 0.01)",
            [entry_id, organization],
        )


def test_the_runtime_role_cannot_book_half_an_entry(booked):
    cursor, organization, _entry = booked
    cursor.execute(
        "INSERT INTO billing_ledgerentry (organization_id, kind, at, booked_on, source) "
        "VALUES (%s, 'refunded', now(), now(), 'R-1') RETURNING id",
        [organization],
    )
    (second,) = cursor.fetchone()
    with pytest.raises(psycopg2.Error, match="do not sum to zero"):
        cursor.execute(LINES, [second, organization, "cash", "-5.00", second, organization, "suspense", "4.99"])


def test_the_runtime_role_books_what_is_balanced_and_its_balance_is_kept(booked):
    cursor, organization, _entry = booked
    cursor.execute(
        "SELECT account, balance FROM billing_ledgerbalance WHERE organization_id = %s ORDER BY account", [organization]
    )
    assert cursor.fetchall() == [("cash", fen("5.00")), ("suspense", fen("-5.00"))]


def test_the_ledger_of_another_organization_does_not_exist(people, buy):
    buy(people.acme, people.owner, "subscribe", tier="business", cycle="yearly")
    with tenancy.organization(people.orbit.pk):
        assert not LedgerEntry.objects.exists()
        assert not Payment.objects.exists()

"""`check_ledger` is quiet about a true ledger and names every kind of planted error: page 3.8."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.ledger import check as ledger_check
from common import clock, tenancy
from tests.billing.conftest import NOON, notify, order, payment_of
from tests.billing.money_records import misfits, settlement_invoice

DAY = timedelta(days=1)
LEDGER = ("billing_ledgerline", "billing_ledgerentry")


@pytest.fixture
def books(people, buy):
    """acme: a plan, a refund of a part, an open settlement; pine: a plan and packs; orbit: held money."""
    with clock.at(NOON):
        buy(people.acme, people.owner, "subscribe", tier="enterprise", cycle="yearly")
        order(people.acme, people.owner, "change_tier", tier="business")
        settlement_invoice(people.acme, "8612.54", when=NOON)
        buy(people.pine, people.partner_owner, "subscribe", tier="standard", cycle="yearly")
        buy(people.pine, people.partner_owner, "buy_pack", quantity=1)
        held = order(people.orbit, people.outsider, "subscribe", tier="business", cycle="yearly")
        notify(payment_of(held), amount="1.00")
        assert misfits() == []
        yield people


def plant(statement: str) -> None:
    """Change the books as nobody can: with the triggers of the ledger and of invoice lines switched off."""
    tables = (*LEDGER, "billing_invoiceline")
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


ACME = "(SELECT id FROM accounts_organization WHERE slug = 'acme')"
ORBIT = "(SELECT id FROM accounts_organization WHERE slug = 'orbit')"

PLANTED: list[tuple[str, str, str]] = [
    (
        "entry_unbalanced",
        "acme",
        "UPDATE billing_ledgerline SET amount = amount + 0.01 WHERE account = 'deferred_revenue' AND organization_id = "
        f"{ACME} AND amount < 0",
    ),
    (
        "entry_without_lines",
        "acme",
        "DELETE FROM billing_ledgerline WHERE entry_id = (SELECT id FROM billing_ledgerentry WHERE kind = "
        f"'invoice_issued' AND organization_id = {ACME} AND source = 'INV-2026-000001')",
    ),
    (
        "entry_of_another",
        "acme",
        f"UPDATE billing_ledgerline SET organization_id = {ORBIT} WHERE organization_id = {ACME} AND account = 'cash'",
    ),
    (
        "balance_wrong",
        "acme",
        f"UPDATE billing_ledgerbalance SET balance = balance + 1 WHERE organization_id = {ACME} AND account = 'cash'",
    ),
    (
        "balance_wrong",
        "acme",
        f"DELETE FROM billing_ledgerbalance WHERE organization_id = {ACME} AND account = 'plan_revenue'",
    ),
    ("account_wrong", "acme", f"UPDATE supportplans_term SET price = price + 100 WHERE organization_id = {ACME}"),
    (
        "account_wrong",
        "orbit",
        "UPDATE billing_payment SET status = 'declined' WHERE status = 'held'",
    ),
    ("not_recognized", "acme", "UPDATE billing_recognition SET through = through - 2"),
    ("never_recognized", "pine", "DELETE FROM billing_recognition"),
    (
        "not_booked",
        "acme",
        "UPDATE billing_ledgerentry SET source = 'INV-2026-000009' WHERE source = 'INV-2026-000001'",
    ),
    ("not_booked", "acme", "UPDATE billing_payment SET reference = 'P-OTHER' WHERE organization_id = " + ACME),
    ("not_booked", "acme", "UPDATE billing_refund SET reference = 'R-OTHER'"),
    (
        "booked_for_nothing",
        "acme",
        "UPDATE billing_ledgerentry SET source = 'INV-2026-000009' WHERE source = 'INV-2026-000001'",
    ),
    ("booked_for_nothing", "acme", "UPDATE billing_refund SET reference = 'R-OTHER'"),
    ("booked_for_nothing", "orbit", "UPDATE billing_payment SET reference = 'P-OTHER' WHERE status = 'held'"),
    ("lines_wrong", "acme", f"UPDATE billing_invoiceline SET amount = amount + 1 WHERE organization_id = {ACME}"),
    (
        "tax_wrong",
        "acme",
        f"UPDATE billing_invoice SET tax_included = tax_included + 0.01 WHERE organization_id = {ACME} AND total > 0",
    ),
    ("tax_wrong", "acme", "UPDATE billing_invoice SET tax_included = tax_included + 0.01 WHERE total < 0"),
    (
        "credited_wrong",
        "acme",
        f"UPDATE billing_invoice SET credited = credited - 1 WHERE organization_id = {ACME} AND credited > 0",
    ),
    (
        "invoice_refunded_wrong",
        "acme",
        f"UPDATE billing_invoice SET refunded = refunded - 1 WHERE organization_id = {ACME} AND refunded > 0",
    ),
    ("status_wrong", "acme", "UPDATE billing_invoice SET status = 'paid' WHERE status = 'open'"),
    ("status_wrong", "pine", "UPDATE billing_invoice SET status = 'open' WHERE total = 50000"),
    ("payment_refunded_wrong", "acme", "UPDATE billing_payment SET refunded = refunded - 1 WHERE refunded > 0"),
    (
        "refunded_too_much",
        "acme",
        "UPDATE billing_refund SET amount = 1200000.01",
    ),
    ("numbers_missing", "", "UPDATE billing_numberseries SET last = last + 1 WHERE kind = 'INV'"),
    ("numbers_missing", "", "DELETE FROM billing_numberseries WHERE kind = 'CN'"),
]


def test_every_kind_of_problem_is_planted_below():
    assert {code for code, _slug, _statement in PLANTED} == set(ledger_check.SENTENCES)
    assert set(ledger_check.SENTENCES) == set(ledger_check._CHECKS)


def test_each_planted_error_is_named(books):
    missed = []
    for code, slug, statement in PLANTED:
        with transaction.atomic():
            plant(statement)
            if (code, slug) not in {(found, organization) for found, organization, _object in misfits()}:
                missed.append((code, statement))
            transaction.set_rollback(True)
    assert missed == []
    assert misfits() == []


def test_a_wrong_account_is_told_with_both_figures(books):
    plant(f"UPDATE supportplans_term SET price = 365000 WHERE left_because = '' AND organization_id = {ACME}")
    (problem,) = ledger_check.problems()
    assert (problem.code, problem.organization, problem.object) == ("account_wrong", "acme", "deferred_revenue")
    assert problem.detail == (
        "Account Deferred revenue is -7902.82 in the ledger; payments, documents and terms say -343396.23."
    )


def test_a_ledger_that_was_not_recognized_for_a_day_still_fits(books):
    """The job runs at 00:05: until then the day before is the last one that is booked."""
    with clock.at(NOON + DAY):
        assert misfits() == []
    with clock.at(NOON + 2 * DAY):
        assert {code for code, _slug, _object in misfits()} == {"not_recognized"}


def test_all_checks_are_one_statement_and_see_one_moment(books):
    with CaptureQueriesContext(connection) as asked:
        assert ledger_check.problems() == []
    assert len([query for query in asked if "billing_" in query["sql"]]) == 1


def run(**options: object) -> str:
    out = StringIO()
    call_command("check_ledger", stdout=out, **options)
    return out.getvalue()


def test_the_command_says_that_everything_fits(books):
    assert run() == "The ledger fits: payments, documents and terms say the same.\n"


def test_the_command_lists_what_does_not_fit_and_ends_with_1(books):
    plant("UPDATE billing_payment SET refunded = refunded - 1 WHERE refunded > 0")
    out = StringIO()
    with pytest.raises(CommandError, match="What does not fit: 1") as ended:
        call_command("check_ledger", stdout=out)
    assert ended.value.returncode == 1
    assert "[payment_refunded_wrong]" in out.getvalue()
    assert out.getvalue().startswith("acme: P-")


CHECK = "/api/v1/operator/ledger/check"


def test_billing_operators_and_administrators_ask_by_api(books, api):
    for person in (books.billing_operator, books.admin):
        assert api(person).get(CHECK).json() == {"ok": True, "problems": []}


def test_the_api_names_what_does_not_fit(books, api):
    plant("UPDATE billing_numberseries SET last = last + 1 WHERE kind = 'INV'")
    assert api(books.billing_operator).get(CHECK).json() == {
        "ok": False,
        "problems": [
            {
                "code": "numbers_missing",
                "organization": "",
                "object": "INV-2026",
                "expected": "5.00",
                "found": "4.00",
                "detail": "The series INV-2026 does not have every number exactly once.",
            }
        ],
    }


def test_others_do_not_see_the_check(books, api):
    asked = {"owner": 404, "engineer": 403, "lead": 403}
    assert {who: api(getattr(books, who)).get(CHECK).status_code for who in asked} == asked
    assert api().get(CHECK).status_code == 401

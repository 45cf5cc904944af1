"""The proof of the ledger: everything that does not fit, named (spec page 3, section 3.8).

Each check is a query over all organizations at once; all of them run as one statement and so see one moment, whatever
is being booked meanwhile. The figures are computed from payments, documents and terms, not from the ledger:

    cash              what payments brought − refunds
    suspense          −(what payments brought − what invoices took of it − refunds of the rest)
    receivable        what invoices still lack
    tax payable       −tax of invoices and credit notes
    pack, usage       −totals of their documents without the tax
    deferred revenue  −the value of unused days, net of tax, on the day up to which it is recognized

Plan revenue is the rest, because the lines of every entry sum to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.ledger.entries import PACK_LINES
from billing.ledger.recognition import COUNTS, NET, VALUE_OF_TERM
from billing.models import Account
from common import clock, money, tenancy
from common.money import CURRENCY, Money

# Problems that one check names at most.
LIMIT = 200


@dataclass(frozen=True)
class Problem:
    """`object`: the number, reference, account or day that does not fit; `organization` its slug, '' of none."""

    code: str
    organization: str
    object: str
    expected: Money | None
    found: Money | None

    @property
    def detail(self) -> str:
        """What does not fit, as a sentence."""
        of_account = self.code in ("balance_wrong", "account_wrong")
        facts = {
            "object": Account(self.object).label if of_account else self.object,
            "expected": "–" if self.expected is None else money.plain(self.expected),
            "found": "–" if self.found is None else money.plain(self.found),
        }
        return str(SENTENCES[self.code]) % facts


SENTENCES: dict[str, str | Promise] = {
    "entry_unbalanced": _("The lines of ledger entry %(object)s sum to %(found)s instead of 0.00."),
    "entry_without_lines": _("Ledger entry %(object)s has no lines."),
    "entry_of_another": _("Ledger entry %(object)s has lines of another organization."),
    "balance_wrong": _("The balance kept of account %(object)s is %(found)s; its lines sum to %(expected)s."),
    "account_wrong": _(
        "Account %(object)s is %(found)s in the ledger; payments, documents and terms say %(expected)s."
    ),
    "not_recognized": _("Prepaid fees are recognized up to %(object)s only."),
    "never_recognized": _("A paid term runs that the ledger does not know; its unused days are worth %(expected)s."),
    "not_booked": _("%(object)s over %(expected)s is not in the ledger."),
    "booked_for_nothing": _("Ledger entry %(object)s names something that does not exist."),
    "lines_wrong": _("The lines of %(object)s sum to %(expected)s; its total is %(found)s."),
    "tax_wrong": _("The tax of %(object)s is %(found)s instead of %(expected)s."),
    "credited_wrong": _("%(object)s is marked as credited by %(found)s; its credit notes sum to %(expected)s."),
    "invoice_refunded_wrong": _("%(object)s is marked as refunded by %(found)s; its refunds sum to %(expected)s."),
    "status_wrong": _("%(object)s does not have the status of an invoice that lacks %(found)s."),
    "payment_refunded_wrong": _("%(object)s is marked as refunded by %(found)s; its refunds sum to %(expected)s."),
    "refunded_too_much": _("Of %(object)s %(found)s was refunded; it brought %(expected)s."),
    "numbers_missing": _("The series %(object)s does not have every number exactly once."),
}

_CAME = "GREATEST(COALESCE(payment.received, payment.amount), 0)"
_IS_BOOKED = f"COALESCE(NULLIF(payment.received_currency, ''), payment.currency) = '{CURRENCY}'"
_HAS_MONEY = "payment.status IN ('succeeded', 'held', 'refunded')"
_LACKS = "document.total - document.credited - document.paid + document.refunded"
_TAX = "round(({total} * 6)::numeric(40, 12) / 106, 2)"

# What everything but the ledger says that the balances are. The kind of a credit note is that of its invoice.
_FIGURES = f"""
brought AS (
  SELECT payment.id, payment.organization_id, CASE WHEN {_IS_BOOKED} THEN {_CAME} ELSE 0 END AS amount
    FROM billing_payment AS payment WHERE {_HAS_MONEY}
), given_back AS (
  SELECT refund.organization_id, refund.amount, refund.credit_note_id
    FROM billing_refund AS refund JOIN brought ON brought.id = refund.payment_id
   WHERE refund.credit_note_id IS NOT NULL OR brought.amount > 0
), of_packs AS (
  SELECT DISTINCT invoice_id FROM billing_invoiceline WHERE code = ANY(%(pack_lines)s)
), paper AS (
  SELECT document.organization_id, document.total, document.tax_included, document.paid,
         CASE WHEN document.credits_id IS NULL THEN {_LACKS} ELSE 0 END AS lacks,
         CASE WHEN base.settlement_id IS NOT NULL THEN 'usage_revenue'
              WHEN of_packs.invoice_id IS NOT NULL THEN 'pack_revenue' END AS revenue
    FROM billing_invoice AS document
    JOIN billing_invoice AS base ON base.id = COALESCE(document.credits_id, document.id)
    LEFT JOIN of_packs ON of_packs.invoice_id = base.id
), worth AS (
  SELECT done.organization_id, sum({VALUE_OF_TERM.format(day="done.through")}) AS unused
    FROM billing_recognition AS done
    JOIN supportplans_term AS term
      ON term.organization_id = done.organization_id AND term.ends_on > done.through + 1 AND {COUNTS}
   GROUP BY done.organization_id
), figure AS (
  SELECT organization_id, account, sum(amount) AS amount FROM (
    SELECT organization_id, 'cash' AS account, amount FROM brought
    UNION ALL SELECT organization_id, 'suspense', -amount FROM brought
    UNION ALL SELECT organization_id, 'cash', -amount FROM given_back
    UNION ALL SELECT organization_id, 'suspense', amount FROM given_back WHERE credit_note_id IS NULL
    UNION ALL SELECT organization_id, 'suspense', paid FROM paper
    UNION ALL SELECT organization_id, 'receivable', lacks FROM paper
    UNION ALL SELECT organization_id, 'tax_payable', -tax_included FROM paper
    UNION ALL SELECT organization_id, revenue, tax_included - total FROM paper WHERE revenue IS NOT NULL
    UNION ALL SELECT organization_id, 'deferred_revenue', -({NET.format(value="unused")}) FROM worth
  ) AS said GROUP BY organization_id, account
)
"""  # noqa: S608

# code -> a query for (organization_id, object, expected, found).
_CHECKS: dict[str, str] = {
    "entry_unbalanced": """
SELECT entry.organization_id, entry.kind || ' ' || entry.source, 0, line.amount
  FROM (SELECT entry_id, sum(amount) AS amount FROM billing_ledgerline
         GROUP BY entry_id HAVING sum(amount) <> 0) AS line
  JOIN billing_ledgerentry AS entry ON entry.id = line.entry_id""",
    "entry_without_lines": """
SELECT entry.organization_id, entry.kind || ' ' || entry.source, NULL, NULL
  FROM billing_ledgerentry AS entry
 WHERE NOT EXISTS (SELECT FROM billing_ledgerline AS line WHERE line.entry_id = entry.id)""",
    "entry_of_another": """
SELECT entry.organization_id, entry.kind || ' ' || entry.source, NULL, line.amount
  FROM billing_ledgerentry AS entry JOIN billing_ledgerline AS line ON line.entry_id = entry.id
 WHERE line.organization_id <> entry.organization_id""",
    "balance_wrong": """
SELECT COALESCE(kept.organization_id, line.organization_id), COALESCE(kept.account, line.account),
       COALESCE(line.amount, 0), COALESCE(kept.balance, 0)
  FROM billing_ledgerbalance AS kept
  FULL JOIN (SELECT organization_id, account, sum(amount) AS amount FROM billing_ledgerline
              GROUP BY organization_id, account) AS line
    ON line.organization_id = kept.organization_id AND line.account = kept.account
 WHERE COALESCE(kept.balance, 0) <> COALESCE(line.amount, 0)""",
    "account_wrong": """
SELECT COALESCE(kept.organization_id, figure.organization_id), COALESCE(kept.account, figure.account),
       COALESCE(figure.amount, 0), COALESCE(kept.balance, 0)
  FROM (SELECT * FROM billing_ledgerbalance WHERE account <> 'plan_revenue') AS kept
  FULL JOIN figure ON figure.organization_id = kept.organization_id AND figure.account = kept.account
 WHERE COALESCE(kept.balance, 0) <> COALESCE(figure.amount, 0)""",
    "not_recognized": """
SELECT done.organization_id, done.through::text, NULL, NULL
  FROM billing_recognition AS done
  JOIN billing_ledgerbalance AS kept
    ON kept.organization_id = done.organization_id AND kept.account = 'deferred_revenue' AND kept.balance <> 0
 WHERE done.through < %(yesterday)s""",
    "never_recognized": f"""
SELECT term.organization_id, min(term.tier), sum({VALUE_OF_TERM.format(day="%(yesterday)s")}), 0
  FROM supportplans_term AS term
 WHERE term.ends_on > %(yesterday)s + 1 AND {COUNTS}
   AND NOT EXISTS (SELECT FROM billing_recognition AS done WHERE done.organization_id = term.organization_id)
 GROUP BY term.organization_id HAVING sum({VALUE_OF_TERM.format(day="%(yesterday)s")}) > 0""",  # noqa: S608
    "not_booked": f"""
SELECT due.organization_id, due.source, due.amount, 0
  FROM (SELECT organization_id, number AS source, total AS amount,
               CASE WHEN credits_id IS NULL THEN 'invoice_issued' ELSE 'credit_note_issued' END AS kind
          FROM billing_invoice
        UNION ALL
        SELECT payment.organization_id, payment.reference, {_CAME}, 'payment_received'
          FROM billing_payment AS payment
         WHERE {_HAS_MONEY} AND {_IS_BOOKED} AND {_CAME} > 0
        UNION ALL
        SELECT refund.organization_id, refund.reference, refund.amount, 'refunded'
          FROM billing_refund AS refund JOIN billing_payment AS payment ON payment.id = refund.payment_id
         WHERE {_IS_BOOKED}) AS due
  LEFT JOIN billing_ledgerentry AS entry
    ON entry.organization_id = due.organization_id AND entry.kind = due.kind AND entry.source = due.source
 WHERE entry.id IS NULL""",  # noqa: S608
    "booked_for_nothing": """
SELECT entry.organization_id, entry.kind || ' ' || entry.source, NULL, NULL
  FROM billing_ledgerentry AS entry
  LEFT JOIN billing_invoice AS document
    ON document.number = entry.source AND document.organization_id = entry.organization_id
  LEFT JOIN billing_payment AS payment
    ON payment.reference = entry.source AND payment.organization_id = entry.organization_id
  LEFT JOIN billing_refund AS refund
    ON refund.reference = entry.source AND refund.organization_id = entry.organization_id
 WHERE entry.kind NOT IN ('recognized', 'deferral_moved')
   AND CASE WHEN entry.kind IN ('invoice_issued', 'credit_note_issued') THEN document.id IS NULL
            WHEN entry.kind = 'refunded' THEN refund.id IS NULL ELSE payment.id IS NULL END""",
    "lines_wrong": """
SELECT document.organization_id, document.number, COALESCE(line.amount, 0), document.total
  FROM billing_invoice AS document
  LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM billing_invoiceline GROUP BY invoice_id) AS line
    ON line.invoice_id = document.id
 WHERE COALESCE(line.amount, 0) <> document.total""",
    "tax_wrong": f"""
SELECT organization_id, number, {_TAX.format(total="total")}, tax_included
  FROM billing_invoice
 WHERE credits_id IS NULL AND tax_included <> {_TAX.format(total="total")}
UNION ALL
SELECT organization_id, number, expected, tax_included
  FROM (SELECT organization_id, number, tax_included,
               {_TAX.format(total="(credited + total)")} - {_TAX.format(total="credited")} AS expected
          FROM (SELECT organization_id, number, total, tax_included,
                       sum(-total) OVER (PARTITION BY credits_id ORDER BY id) AS credited
                  FROM billing_invoice WHERE credits_id IS NOT NULL) AS so_far) AS note
 WHERE tax_included <> expected""",  # noqa: S608
    "credited_wrong": """
SELECT document.organization_id, document.number, COALESCE(note.amount, 0), document.credited
  FROM billing_invoice AS document
  LEFT JOIN (SELECT credits_id, -sum(total) AS amount FROM billing_invoice GROUP BY credits_id) AS note
    ON note.credits_id = document.id
 WHERE document.credits_id IS NULL AND document.credited <> COALESCE(note.amount, 0)""",
    "invoice_refunded_wrong": """
SELECT document.organization_id, document.number, COALESCE(back.amount, 0), document.refunded
  FROM billing_invoice AS document
  LEFT JOIN (SELECT note.credits_id, sum(refund.amount) AS amount
               FROM billing_refund AS refund JOIN billing_invoice AS note ON note.id = refund.credit_note_id
              GROUP BY note.credits_id) AS back ON back.credits_id = document.id
 WHERE document.credits_id IS NULL AND document.refunded <> COALESCE(back.amount, 0)""",
    "status_wrong": f"""
SELECT document.organization_id, document.number || ' (' || document.status || ')', 0, {_LACKS}
  FROM billing_invoice AS document
 WHERE document.credits_id IS NULL AND ((document.status = 'open') <> ({_LACKS} > 0) OR {_LACKS} < 0)""",  # noqa: S608
    "payment_refunded_wrong": """
SELECT payment.organization_id, payment.reference, COALESCE(back.amount, 0), payment.refunded
  FROM billing_payment AS payment
  LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM billing_refund GROUP BY payment_id) AS back
    ON back.payment_id = payment.id
 WHERE payment.refunded <> COALESCE(back.amount, 0)""",
    "refunded_too_much": f"""
SELECT payment.organization_id, payment.reference, CASE WHEN {_HAS_MONEY} THEN {_CAME} ELSE 0 END, sum(refund.amount)
  FROM billing_refund AS refund JOIN billing_payment AS payment ON payment.id = refund.payment_id
 GROUP BY payment.id HAVING sum(refund.amount) > CASE WHEN {_HAS_MONEY} THEN {_CAME} ELSE 0 END""",  # noqa: S608
    "numbers_missing": """
SELECT NULL::bigint, COALESCE(series.name, given.name), COALESCE(series.last, 0), COALESCE(given.numbers, 0)
  FROM (SELECT kind || '-' || year AS name, last FROM billing_numberseries) AS series
  FULL JOIN (SELECT substring(number FROM '^[A-Z]+-[0-9]+') AS name, count(*) AS numbers,
                    max(substring(number FROM '[0-9]+$')::bigint) AS last
               FROM billing_invoice GROUP BY 1) AS given ON given.name = series.name
 WHERE series.last IS DISTINCT FROM given.last OR series.last IS DISTINCT FROM given.numbers""",
}


def problems() -> list[Problem]:
    """What does not fit; [] is the proof. Looks at every organization; opens its own scope."""
    facts: dict[str, Any] = {
        "pack_lines": sorted(PACK_LINES),
        "yesterday": clock.today() - timedelta(days=1),
        "limit": LIMIT,
    }
    with tenancy.everything(), connection.cursor() as cursor:
        cursor.execute(_statement(), facts)
        return [Problem(*row) for row in cursor.fetchall()]


def _statement() -> str:
    """All checks as one statement, each with at most LIMIT rows."""
    together = "\nUNION ALL\n".join(
        f"(SELECT '{code}', organization_id, object, expected::numeric, found::numeric "  # noqa: S608
        f"FROM ({query}) AS result (organization_id, object, expected, found) "
        "ORDER BY organization_id, object LIMIT %(limit)s)"
        for code, query in _CHECKS.items()
    )
    return (
        f"WITH {_FIGURES} SELECT said.code, COALESCE(organization.slug, ''), said.object, said.expected, said.found "  # noqa: S608
        f"FROM ({together}) AS said (code, organization_id, object, expected, found) "
        "LEFT JOIN accounts_organization AS organization ON organization.id = said.organization_id"
    )

"""Prepaid fees become revenue by the day (spec page 3, section 3.8).

After each Beijing day that is booked, deferred revenue is the value of the unused days net of tax
(billing/pricing/deferral.py). A day counts as used from its first minute on. Whatever changes the plan first books the
days that are missing (`catch_up`), then the change itself; the daily job does the same for everybody else. One entry
per organization and day, whose source is the day.

Worked numbers, which also stand in tests/billing/test_recognition.py: a monthly standard term of 5,000.00 bought on
2026-11-22 (30 days) holds 4,559.75 that evening (29 days: V = 4,833.33), 4,402.52 the day after (28 days:
V = 4,666.67), so that the 23rd serves 157.23; after the last day nothing is left.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.db import connection

from accounts.models import Organization
from billing.ledger import entries as ledger
from billing.models import Account, LedgerBalance, Recognition
from billing.pricing import deferral
from common import tenancy
from common.beijing import date_of
from common.money import ZERO, Money
from supportplans.models import Term

log = structlog.get_logger(__name__)

# Organizations times missed days that one transaction books at most: a checkout waits a quarter of a second for it.
BATCH = 2_000
# A tier that was changed or left is worth nothing from then on; one that ended or was renewed ran its days down.
GIVEN_UP = (Term.Left.CHANGED, Term.Left.CANCELLED, Term.Left.NOT_BEGUN)
COUNTS = "term.left_because NOT IN (" + ", ".join(f"'{reason}'" for reason in GIVEN_UP) + ")"

# What the days of a term after `day` are worth, and what of such a value is revenue to come. Products and quotients
# keep twelve digits behind the point: enough that only an exact half is ever rounded as one.
VALUE_OF_TERM = """
round((term.price * LEAST(term.ends_on - {day} - 1, term.ends_on - term.starts_on))::numeric(40, 12)
      / (term.ends_on - term.starts_on), 2)
"""
NET = "{value} - round(({value} * 6)::numeric(40, 12) / 106, 2)"

_BOOK_DAYS = f"""
WITH behind AS (
  SELECT done.organization_id, done.through, -kept.balance AS deferred
    FROM billing_recognition AS done
    JOIN billing_ledgerbalance AS kept
      ON kept.organization_id = done.organization_id AND kept.account = 'deferred_revenue' AND kept.balance <> 0
   WHERE done.organization_id = ANY(%(organizations)s) AND done.through < %(day)s
), missed AS MATERIALIZED (
  SELECT behind.organization_id, behind.deferred, passed.day,
         COALESCE((SELECT sum({VALUE_OF_TERM.format(day="passed.day")})
                     FROM supportplans_term AS term
                    WHERE term.organization_id = behind.organization_id AND term.ends_on > passed.day + 1
                      AND {COUNTS}), 0) AS unused
    FROM behind
   CROSS JOIN LATERAL (SELECT behind.through + number AS day
                         FROM generate_series(1, %(day)s - behind.through) AS number) AS passed
), targets AS MATERIALIZED (
  SELECT organization_id, deferred, day, {NET.format(value="unused")} AS target FROM missed
), steps AS (
  SELECT organization_id, day,
         lag(target, 1, deferred) OVER (PARTITION BY organization_id ORDER BY day) - target AS served
    FROM targets
), entries AS (
  INSERT INTO billing_ledgerentry (organization_id, kind, source, at, booked_on)
  SELECT organization_id, 'recognized', day::text, day::timestamp AT TIME ZONE 'Asia/Shanghai', day
    FROM steps WHERE served <> 0 ORDER BY steps.day, organization_id
  RETURNING id, organization_id, booked_on
), lines AS (
  INSERT INTO billing_ledgerline (entry_id, organization_id, account, amount)
  SELECT entries.id, entries.organization_id, line.account, line.amount
    FROM entries
    JOIN steps ON steps.organization_id = entries.organization_id AND steps.day = entries.booked_on
   CROSS JOIN LATERAL (VALUES ('deferred_revenue', steps.served), ('plan_revenue', -steps.served))
      AS line(account, amount)
)
UPDATE billing_recognition AS done SET through = %(day)s
  FROM behind WHERE done.organization_id = behind.organization_id
RETURNING (SELECT count(*) FROM entries)
"""  # noqa: S608

_BEHIND = """
SELECT done.organization_id, done.through
  FROM billing_recognition AS done
  JOIN billing_ledgerbalance AS kept
    ON kept.organization_id = done.organization_id AND kept.account = 'deferred_revenue' AND kept.balance <> 0
 WHERE done.through < %(day)s AND done.organization_id > %(after)s
 ORDER BY done.organization_id LIMIT %(limit)s
"""


def recognize(*, at: datetime) -> dict[str, int]:
    """The daily job: book every missed day up to the one of `at`; opens its own transactions. Returns how much.

    Organizations that somebody is changing are passed over first and waited for at the end.
    """
    day = date_of(at)
    entries = sum(_recognize_all(day, waits=waits) for waits in (False, True))
    if entries:
        log.info("billing.recognized", day=day.isoformat(), entries=entries)
    return {"entries": entries}


def catch_up(organization_id: int, at: datetime) -> None:
    """Book the days up to the one of `at` as the plan was: before it changes; under the organization's lock."""
    day = date_of(at)
    _book_days([organization_id], day)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_recognition AS done (organization_id, through) VALUES (%s, %s) "
            "ON CONFLICT (organization_id) DO UPDATE SET through = GREATEST(done.through, EXCLUDED.through)",
            [organization_id, day],
        )


def moved(organization_id: int) -> Money:
    """By how much deferred revenue has to grow to fit the plan as it is now; after `catch_up`, under the same lock."""
    through = Recognition.objects.values_list("through", flat=True).get(organization_id=organization_id)
    booked = LedgerBalance.objects.filter(organization_id=organization_id, account=Account.DEFERRED_REVENUE).first()
    return deferred_at(organization_id, through) + (booked.balance if booked else ZERO)


def bring_in_step(*, organization_id: int, source: str, at: datetime) -> None:
    """Book a change of the plan that costs nothing; after `catch_up`, under the same lock."""
    ledger.deferral_moved(organization_id, source, moved(organization_id), at=at)


def deferred_at(organization_id: int, day: date) -> Money:
    """What the organization's unused days at the end of `day` are worth, net of tax, by its plan as it is now."""
    worth = Term.objects.filter(organization_id=organization_id, ends_on__gt=day + timedelta(days=1))
    terms = [
        deferral.PaidTerm(term.price, term.bounds)
        for term in worth.exclude(left_because__in=GIVEN_UP).only("price", "starts_on", "ends_on")
    ]
    return deferral.net_deferred(deferral.unused_value(terms, day))


def _recognize_all(day: date, *, waits: bool) -> int:
    entries, after = 0, 0
    while True:
        with tenancy.everything():
            batch = _behind(day, after)
            entries += _book_days(_hold(batch, waits=waits), day)
        if not batch:
            return entries
        after = batch[-1]


def _behind(day: date, after: int) -> list[int]:
    """The next organizations that miss days, at most as many as one transaction should book."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"day": day, "after": after, "limit": BATCH})
        rows = cursor.fetchall()
    taken: list[int] = []
    days = 0
    for organization_id, through in rows:
        days += (day - through).days
        if taken and days > BATCH:
            break
        taken.append(organization_id)
    return taken


def _hold(organizations: list[int], *, waits: bool) -> list[int]:
    """Lock accounts in the order of their keys, as billing/locks.py does for one."""
    if not organizations:
        return []
    accounts = Organization.objects.select_for_update(no_key=True, skip_locked=not waits)
    return list(accounts.filter(pk__in=organizations).order_by("pk").values_list("pk", flat=True))


def _book_days(organizations: list[int], day: date) -> int:
    """Book the missed days of locked organizations up to `day`; returns how many entries that made."""
    if not organizations:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_BOOK_DAYS, {"organizations": organizations, "day": day})
        row = cursor.fetchone()
    return row[0] if row else 0

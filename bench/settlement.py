"""A month of 100,000 organizations with 30 days of usage each is settled (spec page 9.1).

    python -m bench.settlement

Every organization gets a settlement and an invoice with its ledger entry: the worst month there is. The floor is bare
SQL on the same rows: usage added up per organization, one settlement row and two ledger lines each. Servers of its
own in a temporary folder, with PostgreSQL's usual safety.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from datetime import datetime, timedelta

import psutil
import psycopg2

from bench.house import SCOPE, House, open_house, timed

ORGANIZATIONS = """
INSERT INTO accounts_organization (slug, name, kind, partner_type, caller_code, registered_email, language, created_at)
SELECT 'spender-' || n, 'Organization ' || n, 'customer', '', 'S' || lpad(n::text, 7, '0'),
       'mail-' || n || '@bench.example', 'en', now()
  FROM generate_series({first}, {last}) AS n
"""
PLANS = """
WITH plan (position, tier, price) AS (VALUES (0, 'developer', 2400), (1, 'business', 8400), (2, 'enterprise', 1200000)),
begun AS (
  INSERT INTO supportplans_term (organization_id, family, tier, cycle, starts_on, ends_on, began_at, left_because,
                                 catalogue_version_id, price, order_number, bought_by)
  SELECT buyer.id, 'customer', plan.tier, 'yearly', '{month}', '{month}'::date + 365,
         '{month}'::timestamp AT TIME ZONE 'Asia/Shanghai', '', (SELECT max(id) FROM supportplans_catalogueversion),
         plan.price, 'bench', 'bench'
    FROM accounts_organization AS buyer JOIN plan ON plan.position = buyer.id % 3
   WHERE NOT EXISTS (SELECT FROM supportplans_term AS held WHERE held.organization_id = buyer.id)
  RETURNING organization_id, starts_on
)
INSERT INTO supportplans_subscription (organization_id, anchor_day, paid_since, auto_renew)
SELECT organization_id, 1, starts_on, false FROM begun
"""
# Day by day, as a provider's feed brings it: an organization's records lie far apart.
USAGE = """
INSERT INTO billing_usagerecord (record_id, organization_id, product, category, charge_mode, payment_form, list_amount,
                                 starts_on, ends_on, received_at)
SELECT buyer.id || '-' || day, buyer.id, 'ecs', 'cloud_service', 'on_demand', '',
       (CASE buyer.id % 3 WHEN 0 THEN 400 WHEN 1 THEN 900 ELSE 50000 END) + (buyer.id * 7919 + day) % 1000 / 100.0,
       '{month}'::date + day, '{month}'::date + day + 1, now()
  FROM generate_series(0, 29) AS day
 CROSS JOIN accounts_organization AS buyer
 WHERE NOT EXISTS (SELECT FROM billing_settlement AS done WHERE done.organization_id = buyer.id)
"""
MARKS = """
INSERT INTO billing_changedmonth (organization_id, month, changed_at)
SELECT id, '{month}', now() FROM accounts_organization AS buyer
 WHERE NOT EXISTS (SELECT FROM billing_settlement AS done WHERE done.organization_id = buyer.id)
"""
FLOOR = """
CREATE UNLOGGED TABLE floor_settlement (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id bigint,
                                        month date, used numeric(14, 2), UNIQUE (organization_id, month));
CREATE UNLOGGED TABLE floor_line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, settlement_id bigint,
                                  account smallint, amount numeric(14, 2));
WITH settled AS (
  INSERT INTO floor_settlement (organization_id, month, used)
  SELECT used.organization_id, '{month}', sum(used.list_amount)
    FROM billing_usagerecord AS used
    JOIN accounts_organization AS buyer ON buyer.id = used.organization_id
   WHERE used.category = 'cloud_service' AND used.starts_on >= '{month}' AND used.starts_on < '{after}'
     AND buyer.id > {settled}
   GROUP BY used.organization_id
  RETURNING id, used
)
INSERT INTO floor_line (settlement_id, account, amount)
SELECT settled.id, line.account, line.sign * settled.used
  FROM settled CROSS JOIN (VALUES (1, 1), (2, -1)) AS line(account, sign)
"""
COLUMNS = ("organizations", "seconds", "cpu s", "a second", "floor s", "ratio", "again s", "peak MB")


def main() -> None:
    """Print one table; the sizes are settled one after the other, so that the peak shows what a larger one adds."""
    options = argparse.ArgumentParser(prog="python -m bench.settlement")
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    sizes = options.parse_args().sizes
    home = tempfile.mkdtemp(prefix="portal-bench-")
    os.environ["BENCH_HOME"] = home
    try:
        with open_house() as house:
            print("".join(f"{column:>15}" for column in COLUMNS), flush=True)
            for size in sizes:
                _row(house, size)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _row(house: House, size: int) -> None:
    import structlog

    from billing.settlement.months import settle_month
    from common import clock
    from common.beijing import Month

    structlog.configure(processors=[lambda *_event: ""], logger_factory=structlog.ReturnLoggerFactory())
    month = Month.of_instant(clock.now()).previous()
    names = {"month": month.first_day, "after": month.next().first_day}
    settled = _make(house, size, names)
    floor = timed(lambda: house.run(FLOOR.format(**names, settled=settled)))
    house.run("DROP TABLE floor_settlement, floor_line")
    at: datetime = clock.now() + timedelta(seconds=1)

    def settle(expected: int) -> None:
        done, _already = settle_month(month, at=at, by=None)
        assert done == expected, f"{done} settled instead of {expected}"

    began = _cpu_seconds()
    seconds = timed(lambda: settle(size))
    cpu = _cpu_seconds() - began
    again = timed(lambda: settle(0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = (f"{size:,}", f"{seconds:.1f}", f"{cpu:.1f}", f"{size / seconds:,.0f}", f"{floor:.2f}")
    figures += (f"{seconds / floor:.1f}", f"{again:.2f}", f"{peak:.1f}")
    print("".join(f"{figure:>15}" for figure in figures), flush=True)


def _cpu_seconds() -> float:
    """Of this process and of its session's server process: what is left of `seconds` is waiting, or other people."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + server.user + server.system


def _make(house: House, size: int, names: dict[str, object]) -> int:
    """New organizations with plans and usage; the id of the last one before them."""
    connection = psycopg2.connect(house.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute("SELECT COALESCE(max(id), 0) FROM accounts_organization")
        last = cursor.fetchone()[0]  # type: ignore[index]
        cursor.execute(ORGANIZATIONS.format(first=last + 1, last=last + size))
        for sql in (PLANS, USAGE, MARKS):
            cursor.execute(sql.format(**names))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    return last


if __name__ == "__main__":
    main()

"""Monthly reports: a second per core, with their PDF (spec page 9.1).

    python -m bench.reports

Every organization has the plan, 20 answered tickets and four feeds of 30 instances; a report is made of them, typeset,
stored, queued for two addresses, and its feeds are deleted. CPU is that of this process and of its database session.
The floor is one page of nothing, typeset with the same fonts in the same run. At the end one tenant with 100,000
tickets in the month. Servers of its own in a temporary folder, with PostgreSQL's usual safety.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import psycopg2

from bench.house import SCOPE, House, open_house, timed

TICKETS, INSTANCES, LARGE = 20, 30, 100_000
ORGANIZATIONS = """
INSERT INTO accounts_organization (slug, name, kind, partner_type, caller_code, registered_email, report_addresses,
                                   language, created_at)
SELECT 'reader-' || n, 'Organization ' || n, 'customer', '', 'R' || lpad(n::text, 7, '0'),
       'mail-' || n || '@bench.example', ARRAY['cio-' || n || '@bench.example'],
       CASE n % 2 WHEN 0 THEN 'en' ELSE 'zh-hans' END, now()
  FROM generate_series({first}, {last}) AS n
"""
PLANS = """
WITH begun AS (
  INSERT INTO supportplans_term (organization_id, family, tier, cycle, starts_on, ends_on, began_at, left_because,
                                 catalogue_version_id, price, order_number, bought_by)
  SELECT id, 'customer', 'enterprise', 'yearly', '{month}', '{month}'::date + 365,
         '{month}'::timestamp AT TIME ZONE 'Asia/Shanghai', '', (SELECT max(id) FROM supportplans_catalogueversion),
         1200000, 'bench', 'bench'
    FROM accounts_organization WHERE slug LIKE 'reader-%' RETURNING organization_id, starts_on
)
INSERT INTO supportplans_subscription (organization_id, anchor_day, paid_since, auto_renew)
SELECT organization_id, 1, starts_on, false FROM begun
"""
# The template's tickets, with their timers, once for every organization or {times} times for one.
TICKET_COPIES = """
WITH template AS (
  SELECT ticket.*, row_number() OVER (ORDER BY id) AS place FROM tickets_ticket AS ticket
   WHERE organization_id = {template}
), reader AS (
  SELECT id, n FROM accounts_organization CROSS JOIN generate_series(1, {times}) AS n WHERE slug LIKE '{readers}'
), made AS (
  INSERT INTO tickets_ticket (number, organization_id, {columns})
  SELECT 'B-' || reader.id || '-' || n || '-' || place, reader.id, {columns} FROM reader CROSS JOIN template
  RETURNING id, number, organization_id
)
INSERT INTO tickets_responsetimer (ticket_id, organization_id, {timer_columns})
SELECT made.id, made.organization_id, {timer_values}
  FROM made
  JOIN template ON template.place = split_part(made.number, '-', 4)::bigint
  JOIN (SELECT ticket_id AS of_ticket, {timer_columns} FROM tickets_responsetimer
         WHERE organization_id = {template}) AS timer ON timer.of_ticket = template.id
"""
FEEDS = """
INSERT INTO care_reportfeed (organization_id, month, kind, items, received_at, received_from_id)
SELECT reader.id, '{month}', feed.kind, feed.items, now(), {person}
  FROM accounts_organization AS reader
  JOIN care_reportfeed AS feed ON feed.organization_id = {template} WHERE reader.slug LIKE 'reader-%'
"""
COLUMNS = ("reports", "seconds", "cpu s", "a second", "per core", "floor ms", "ratio", "peak MB")


def main() -> None:
    """Print the figures of making and sending, then those of one very large tenant."""
    options = argparse.ArgumentParser(prog="python -m bench.reports")
    options.add_argument("--reports", type=int, default=200)
    count = options.parse_args().reports
    home = tempfile.mkdtemp(prefix="portal-bench-")
    os.environ["BENCH_HOME"] = home
    try:
        with open_house() as house:
            _run(house, count)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(house: House, count: int) -> None:
    import structlog

    from care.reports import planning, progress
    from common import clock
    from common.beijing import Month

    structlog.configure(processors=[lambda *_event: ""], logger_factory=structlog.ReturnLoggerFactory())
    month = Month.of_instant(clock.now()).previous()
    template = _template(house, month)
    _copies(house, template, month, count)
    due = month.ends_at + timedelta(days=25)
    with clock.at(due):
        planning.plan(at=due)
        floor = _floor(house)
        began, cpu = time.monotonic(), _cpu_seconds()
        done = 0
        while done < count:
            step = progress.work(at=due, seconds=3600)
            assert step["failed"] == 0, step
            done += step["sent"]
        seconds, cpu = time.monotonic() - began, _cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = [f"{done:,}", f"{seconds:.1f}", f"{cpu:.1f}", f"{done / seconds:.1f}", f"{done / cpu:.1f}"]
    figures += [f"{floor * 1000:.1f}", f"{seconds / done / floor:.1f}", f"{peak:.0f}"]
    print("".join(f"{column:>12}" for column in COLUMNS))
    print("".join(f"{figure:>12}" for figure in figures), flush=True)
    print(f"\na tenant with {LARGE:,} tickets in the month: {_large(house, template, month, due):.1f} s", flush=True)


def _template(house: House, month: object) -> int:
    """An organization whose tickets and feeds went through the portal's own rules; its id."""
    from care.reports import feeds, planning
    from common import clock, tenancy
    from tests import cast
    from tests.care.report_stage import FEEDS as SAMPLE
    from tests.tickets.conftest import file, reply

    organization = cast.organization("template")
    owner, engineer = (
        cast.person("owner@bench.example", organization, "owner"),
        cast.staff("e@bench.example", "engineer"),
    )
    house.run(PLANS.format(month=month.first_day).replace("reader-%", "template"))  # type: ignore[attr-defined]
    starts: datetime = month.starts_at  # type: ignore[attr-defined]
    for n in range(TICKETS):
        at = starts + timedelta(days=n, hours=9)
        severity = ("production_impaired", "guidance", "system_impaired")[n % 3]
        ticket = file(organization, owner, at, product=("ecs", "rds", "cce")[n % 3], severity=severity)
        reply(ticket, engineer, at + timedelta(minutes=20 + n), then="resolve" if n % 4 else None)
    many = [one | {"id": f"{one['id']}-{n}"} for n in range(INSTANCES // 3) for one in SAMPLE["load"]]
    items = SAMPLE | {"load": many, "resources": [{"id": one["id"], "name": one["id"], "type": "ecs"} for one in many]}
    later = month.ends_at + timedelta(hours=1)  # type: ignore[attr-defined]
    with tenancy.everything(), clock.at(later):
        planning.plan_month(month, [organization.pk])  # type: ignore[arg-type]
        for kind, rows in items.items():
            checked, _ignored = feeds.checked_items(kind, rows)
            feeds.take_feed(organization=organization, month=month, kind=kind, items=checked, at=later, by=engineer)  # type: ignore[arg-type]
    return organization.pk


def _copies(house: House, template: int, month: object, count: int) -> None:
    from tests.cast import staff

    person = staff("billing@bench.example", "billing").pk
    names = {"month": month.first_day, "template": template, "person": person}  # type: ignore[attr-defined]
    house.run(ORGANIZATIONS.format(first=1, last=count))
    house.run(PLANS.format(**names))
    house.run(TICKET_COPIES.format(**names, times=1, readers="reader-%", **_columns()))
    house.run(FEEDS.format(**names))
    house.run("DELETE FROM care_reportfeed WHERE organization_id = " + str(template))
    house.run("UPDATE care_monthlyreport SET status = 'sent' WHERE organization_id = " + str(template))
    _analyze(house)


def _columns() -> dict[str, str]:
    from tickets.models import ResponseTimer, Ticket

    def of(model: type, *without: str) -> str:
        fields = model._meta.concrete_fields  # type: ignore[attr-defined]
        return ", ".join(field.column for field in fields if field.column not in {"id", "organization_id", *without})

    timer = of(ResponseTimer, "ticket_id")
    values = ", ".join(f"timer.{column}" for column in timer.split(", "))
    return {"columns": of(Ticket, "number"), "timer_columns": timer, "timer_values": values}


def _large(house: House, template: int, month: object, due: datetime) -> float:
    """Seconds for the report of one tenant with very many tickets, PDF included."""
    from care.models import MonthlyReport
    from care.reports import planning, sending
    from common import clock, tenancy

    house.run(ORGANIZATIONS.format(first=9_000_001, last=9_000_001))
    house.run(PLANS.format(month=month.first_day).replace("reader-%", "reader-9000001"))  # type: ignore[attr-defined]
    copies = TICKET_COPIES.format(template=template, times=LARGE // TICKETS, readers="reader-9000001", **_columns())
    house.run(copies)
    _analyze(house)
    with clock.at(due), tenancy.everything():
        planning.plan_month(month)  # type: ignore[arg-type]
        report = MonthlyReport.objects.get(organization__slug="reader-9000001", month=month.first_day)  # type: ignore[attr-defined]
    with clock.at(due):
        seconds = timed(lambda: sending.send_due(report.pk, at=due))
    with tenancy.everything():
        report.refresh_from_db()
        assert report.sections[3]["data"]["total"] == LARGE
    return seconds


def _floor(house: House) -> float:
    """Seconds to typeset one page of nothing."""
    import typst

    from common.typesetting import _fonts

    empty = Path(house.home) / "empty.typ"
    empty.write_text('#set page(paper: "a4")\n#set text(font: "Noto Sans SC")\nNothing.\n')
    fonts = _fonts()
    typst.compile(empty, font_paths=fonts, ignore_system_fonts=True)
    return min(timed(lambda: typst.compile(empty, font_paths=fonts, ignore_system_fonts=True)) for _ in range(20))


def _cpu_seconds() -> float:
    """Of this process and of its session's server process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + server.user + server.system


def _analyze(house: House) -> None:
    connection = psycopg2.connect(house.owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute("VACUUM ANALYZE")
    connection.close()


if __name__ == "__main__":
    main()

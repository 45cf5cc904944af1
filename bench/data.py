"""The data set of the figures (spec page 9.1), made by set-based SQL and the same each time.

    make bench-data            100,000 organizations, 1,000,000 tickets with 3 messages each, 100,000 of them open
    make bench-data ARGS='--open 1000000'

Open tickets have running timers due between two hours ago and five days from now. Sequences are moved behind the
rows, so that the portal goes on from there.
"""

from __future__ import annotations

import argparse
import time

import psycopg2

from bench import documents
from bench.house import SCOPE, House, open_house

ORGANIZATIONS = """
INSERT INTO accounts_organization (slug, name, kind, partner_type, caller_code, registered_email, language, created_at)
SELECT 'bench-' || n, 'Organization ' || n, CASE WHEN n % 5 = 0 THEN 'partner' ELSE 'customer' END,
       CASE WHEN n % 5 = 0 THEN 'consulting' ELSE '' END, 'B' || lpad(n::text, 7, '0'),
       'mail-' || n || '@bench.example', 'en', now() - interval '400 days'
  FROM generate_series(1, {organizations}) AS n
"""
PEOPLE = """
INSERT INTO accounts_person (password, is_superuser, email, name, language, theme, is_active, is_staff, date_joined)
SELECT '!', false, 'person-' || n || '@bench.example', 'Person ' || n, 'en', 'auto', true, n > 1000, now()
  FROM generate_series(1, 1020) AS n
"""
TERMS = """
WITH plan (position, family, tier, price) AS (VALUES
    (0, 'partner', 'standard', 50000), (1, 'customer', 'developer', 2400), (2, 'customer', 'business', 8400),
    (3, 'customer', 'enterprise', 1200000), (4, 'customer', 'business', 8400)),
subscribed AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_organization WHERE slug LIKE 'bench-%')
INSERT INTO supportplans_term (organization_id, family, tier, cycle, starts_on, ends_on, began_at, left_because,
                               catalogue_version_id, price, order_number, bought_by)
SELECT subscribed.id, plan.family, plan.tier, 'yearly', current_date - 100, current_date + 265,
       (current_date - 100)::timestamp AT TIME ZONE 'Asia/Shanghai', '',
       (SELECT max(id) FROM supportplans_catalogueversion), plan.price, 'bench', 'bench'
  FROM subscribed JOIN plan ON plan.position = subscribed.n % 5
"""
CHAINS = """
INSERT INTO supportplans_subscription (organization_id, anchor_day, paid_since, auto_renew)
SELECT organization_id, extract(day FROM starts_on), starts_on, false FROM supportplans_term WHERE bought_by = 'bench'
"""
# Every tenth ticket of the newest is open at first; words in both languages, so that search has something to find.
TICKETS = """
WITH severity (position, code) AS (VALUES (0, 'critical_down'), (1, 'production_down'), (2, 'production_impaired'),
                                          (3, 'system_impaired'), (4, 'guidance')),
base AS (SELECT min(id) AS organization FROM accounts_organization WHERE slug LIKE 'bench-%'),
people AS (SELECT min(id) AS first FROM accounts_person WHERE email LIKE '%@bench.example')
INSERT INTO tickets_ticket (number, organization_id, kind, severity, status, subject, product, category, region,
    software, software_version, tried, channel, tags, tier, resolution_priority, handler_level, created_at,
    first_reply_at, last_side, resolved_at, closed_at, response_due_at, response_state, queue_rank, sort_due,
    at_risk, assignee_id, reporter_id)
SELECT 'T-2025-' || lpad(n::text, 7, '0'), base.organization + (n * 7919 % {organizations}), 'technical',
       severity.code, CASE WHEN is_open THEN 'open' ELSE 'closed' END,
       'Instance ' || n || ' '
           || {subjects}[1 + n % 4],
       (ARRAY['ecs', 'rds', 'obs', 'cce', 'elb'])[1 + n % 5], 'troubleshooting', 'cn-north-4', '', '', '', 'api',
       CASE WHEN n % 50 = 0 THEN ARRAY['vip'] ELSE ARRAY[]::varchar[] END,
       (ARRAY['standard', 'developer', 'business', 'enterprise', 'business'])[1 + n % 5],
       (ARRAY['normal', 'normal', 'high', 'high', 'high'])[1 + n % 5],
       (ARRAY['engineer', 'engineer', 'expert', 'senior', 'expert'])[1 + n % 5],
       filed, CASE WHEN is_open THEN NULL ELSE filed + interval '20 minutes' END,
       CASE WHEN is_open THEN 'customer' ELSE 'staff' END,
       CASE WHEN is_open THEN NULL ELSE filed + interval '1 day' END,
       CASE WHEN is_open THEN NULL ELSE filed + interval '8 days' END,
       due, CASE WHEN is_open THEN 'running' ELSE 'met' END,
       100 + severity.position * 10 + CASE WHEN n % 5 < 2 THEN 1 ELSE 0 END,
       CASE WHEN is_open THEN due ELSE '9000-01-01 00:00+00' END, false,
       CASE WHEN is_open AND n % 3 = 0 THEN people.first + 1000 + n % 20 END, people.first + n % 1000
  FROM generate_series(1::bigint, {tickets}) AS n
 CROSS JOIN base CROSS JOIN people
 CROSS JOIN LATERAL (SELECT n > {tickets} - {open} AS is_open) AS state
 CROSS JOIN LATERAL (
    SELECT CASE WHEN is_open THEN now() + interval '1 second' * (n * 4801 % 440000) - interval '2 hours'
                ELSE now() - interval '1 year' + interval '1 second' * (n % 20000000) END AS due) AS d
 CROSS JOIN LATERAL (SELECT due - interval '3 hours' AS filed) AS f
  JOIN severity ON severity.position = n % 5
"""
TIMERS = """
INSERT INTO tickets_responsetimer (ticket_id, organization_id, kind, tier, severity, started_at, target_minutes,
    due_at, state, answered_at, ended_at, next_step, next_step_at)
SELECT id, organization_id, 'first', tier, severity, created_at, 180, response_due_at,
       CASE WHEN status = 'open' THEN 'running' ELSE 'met' END, first_reply_at, first_reply_at,
       CASE WHEN status = 'open' THEN 200 END,
       CASE WHEN status = 'open' THEN response_due_at + interval '30 days' END
  FROM tickets_ticket WHERE number LIKE 'T-2025-%'
"""
MESSAGES = """
INSERT INTO tickets_message (ticket_id, organization_id, author_id, side, body, body_html, public, channel, at)
SELECT ticket.id, ticket.organization_id, CASE WHEN m = 2 THEN NULL ELSE ticket.reporter_id END,
       CASE WHEN m = 2 THEN 'staff' ELSE 'customer' END, words, '<p>' || words || '</p>', true, 'api',
       ticket.created_at + m * interval '10 minutes'
  FROM tickets_ticket AS ticket CROSS JOIN generate_series(1, 3) AS m
 CROSS JOIN LATERAL (SELECT {words} AS words) AS w
 WHERE ticket.number LIKE 'T-2025-%'
"""


def make(house: House, *, organizations: int, tickets: int, still_open: int) -> None:
    """Fill an empty house; a filled one is left as it is. Prints what each step took."""
    sizes = {"organizations": organizations, "tickets": tickets, "open": still_open} | {
        "subjects": documents.texts(documents.SUBJECTS),
        "words": documents.message_sql("m"),
    }
    connection = psycopg2.connect(house.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(SCOPE)
        cursor.execute("SELECT count(*) FROM accounts_organization WHERE slug LIKE 'bench-%'")
        if cursor.fetchone()[0]:  # type: ignore[index]
            return
        steps = {
            "organizations": ORGANIZATIONS,
            "people": PEOPLE,
            "terms": TERMS,
            "chains": CHAINS,
            "tickets": TICKETS,
            "timers": TIMERS,
            "messages": MESSAGES,
        }
        for name, sql in steps.items():
            began = time.monotonic()
            cursor.execute(sql.format(**sizes))
            print(f"{name:<16}{cursor.rowcount:>12,}{time.monotonic() - began:>9.1f} s", flush=True)
    connection.autocommit = True
    documents.make(house.owner)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench-data")
    options.add_argument("--organizations", type=int, default=100_000)
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--open", type=int, default=100_000)
    chosen = options.parse_args()
    with open_house() as house:
        make(house, organizations=chosen.organizations, tickets=chosen.tickets, still_open=chosen.open)


if __name__ == "__main__":
    main()

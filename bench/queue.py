"""The desk's queue over a million open tickets: every view and every filter, first and 1,000th page of 50.

    python -m bench.queue

Server time of `GET /api/v1/desk/queue` with a token, in this process, middleware and JSON included, after three
requests that warm it up. The floor is bare SQL in the same run: the keys of the page along the view's own index, then
its fifty rows with their three neighbours. A view with fewer pages is read at its last one.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.data import make
from bench.house import House, open_house

PAGE, DEEP, LESS_DEEP = 50, 1000, 100
VIEWS = ("all", "unassigned", "mine", "team", "at_risk", "breached", "waiting", "callbacks")
FILTERS: dict[str, dict[str, str]] = {
    "product": {"product": "rds"},
    "tier": {"tier": "enterprise"},
    "organization": {"organization": "bench-77"},
    "TAM, 40 organizations": {"tam": "person-1002@bench.example"},
    "channel, rare": {"channel": "phone"},
    "level": {"level": "senior"},
    "severity": {"severity": "guidance"},
    "tag, every 50th": {"tag": "vip"},
    "tag, on 20 tickets": {"tag": "rare"},
    "tag and tier": {"tag": "vip", "tier": "enterprise"},
    "text": {"q": "磁盘写满"},
    "text that is nowhere": {"q": "zeppelin"},
}
# What the plain data set does not have: people of the desk, a manager, waiting, late, called and tagged tickets.
SPICE = """
INSERT INTO accounts_staffprofile (person_id, role, level, products, on_duty)
SELECT id, 'engineer', 'senior', '["ecs", "rds"]', true FROM accounts_person
 WHERE email LIKE 'person-%%@bench.example' AND is_staff ON CONFLICT DO NOTHING;
INSERT INTO supportplans_provisioningtask (organization_id, kind, term_id, state, reference, person_id, opened_at)
SELECT term.organization_id, 'tam', term.id, 'done', '', (SELECT id FROM accounts_person
       WHERE email = 'person-1002@bench.example'), now()
  FROM supportplans_term AS term WHERE term.tier = 'enterprise' ORDER BY term.id LIMIT 40;
UPDATE tickets_ticket SET status = 'waiting_customer', sort_due = '9000-01-01 00:00+00', response_state = 'met',
       at_risk = false
 WHERE status = 'open' AND id %% 10 = 3;
UPDATE tickets_ticket SET at_risk = true
 WHERE status = 'open' AND sort_due > now() AND sort_due < now() + interval '15 hours';
UPDATE tickets_ticket SET callback_wanted = true WHERE status = 'open' AND id %% 10 = 4;
UPDATE tickets_ticket SET channel = 'phone' WHERE status = 'open' AND id %% 1000 = 5;
UPDATE tickets_ticket SET tags = tags || ARRAY['rare']::varchar[] WHERE status = 'open' AND id %% 50000 = 6;
INSERT INTO tickets_tickettag (ticket_id, organization_id, name)
SELECT id, organization_id, unnest(tags) FROM tickets_ticket WHERE tags <> '{}' ON CONFLICT DO NOTHING;
"""


@dataclass
class Case:
    """A question to the queue; `marker` leads to the page that is read."""

    name: str
    asked: dict[str, str]
    page: int
    marker: str = ""
    statements: list[tuple[str, Any]] = field(default_factory=list)


def main() -> None:
    """Print one table: p50 and p95 in milliseconds, statements, the floor and the ratio of the medians."""
    options = argparse.ArgumentParser(prog="python -m bench.queue")
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=40)
    options.add_argument("--explain", action="store_true", help="print the plan of each question's keys")
    chosen = options.parse_args()
    with open_house() as house:
        make(house, organizations=100_000, tickets=chosen.tickets, still_open=chosen.tickets)
        _season(house)
        desk = Desk()
        print(f"{'':<34}{'page':>6}{'p50 ms':>9}{'p95 ms':>9}{'stmts':>7}{'floor ms':>10}{'ratio':>7}")
        for case in desk.cases():
            desk.measure(case, chosen.times, explain=chosen.explain)


def _season(house: House) -> None:
    import psycopg2

    connection = psycopg2.connect(house.owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.organization', '*', false)")
        cursor.execute("SELECT count(*) FROM supportplans_provisioningtask")
        if cursor.fetchone()[0] == 0:
            for statement in SPICE.strip().split(";\n"):
                cursor.execute(statement.replace("%%", "%").rstrip(";"))
            cursor.execute("VACUUM ANALYZE tickets_ticket, tickets_tickettag")
    connection.close()


class Desk:
    """An engineer with a token, and a client inside this process."""

    def __init__(self) -> None:
        from django.conf import settings
        from rest_framework.test import APIClient

        from accounts.models import Person
        from accounts.tokens import create_token

        settings.ALLOWED_HOSTS = ["*"]
        logging.disable(logging.INFO)
        self.person = Person.objects.select_related("staff").get(email="person-1001@bench.example")
        _row, plain = create_token(person=self.person, name="bench", scope="read", by=self.person)
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")

    def cases(self) -> Iterator[Case]:
        """Every view at its first and 1,000th page, every filter over all at its first and 100th."""
        asked = [(view, {"view": view}) for view in VIEWS]
        asked += [(name, {"view": "all"} | filters) for name, filters in FILTERS.items()]
        asked.append(("overdue, of one tier", {"view": "breached", "tier": "enterprise"}))
        asked.append(("overdue, of a TAM", {"view": "breached", "tam": "person-1002@bench.example"}))
        for name, question in asked:
            yield Case(name, question, 1)
            marker, page = self._deep(question, DEEP if name in VIEWS else LESS_DEEP)
            if page > 1:
                yield Case(name, question, page, marker)

    def _deep(self, question: dict[str, str], wanted: int) -> tuple[str, int]:
        """The marker of the page `wanted`, or of the last: read in large pages."""
        marker, page = "", 1
        while page < wanted:
            body = self.client.get("/api/v1/desk/queue", question | {"page_size": 150, "cursor": marker}).json()
            if not body["next"]:
                break
            marker = parse_qs(urlsplit(body["next"]).query)["cursor"][0]
            page += 3
        return marker, page

    def measure(self, case: Case, times: int, *, explain: bool) -> None:
        """Print the row of one question."""
        asked = case.asked | {"page_size": PAGE} | ({"cursor": case.marker} if case.marker else {})
        for _warm in range(3):
            self._get(asked)
        taken = sorted(self._timed(lambda: self._get(asked)) for _ in range(times))
        statements = self._statements(asked)
        reading = [one for one in statements if "queue_rank" in one and "tickets_ticket" in one][-2:]
        floor = sorted(self._timed(lambda: self._bare(reading)) for _ in range(times))
        p50, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
        bare = statistics.median(floor)
        print(
            f"{case.name:<34}{case.page:>6,}{p50:>9.1f}{p95:>9.1f}{len(statements):>7}{bare:>10.2f}{p50 / bare:>7.1f}",
            flush=True,
        )
        if explain:
            self._explain(reading[0])

    def _get(self, asked: dict[str, Any]) -> None:
        answer = self.client.get("/api/v1/desk/queue", asked)
        assert answer.status_code == 200, answer.content

    def _timed(self, work: Any) -> float:
        began = time.perf_counter()
        work()
        return (time.perf_counter() - began) * 1000

    def _statements(self, asked: dict[str, Any]) -> list[str]:
        """What the view itself asks: the door's own statements left out."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            self._get(asked)
        doors = ("accounts_apitoken", "set_config", "SAVEPOINT", "BEGIN", "COMMIT")
        return [one["sql"] for one in caught if not any(mark in one["sql"][:4000] for mark in doors)]

    def _bare(self, statements: list[str]) -> None:
        from django.db import connection

        from common import tenancy

        with tenancy.everything(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    def _explain(self, statement: str) -> None:
        from django.db import connection

        from common import tenancy

        with tenancy.everything(), connection.cursor() as cursor:
            before, _semicolon, question = statement.rpartition("; ")
            cursor.execute(f"{before or 'SELECT 1'}; EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {question}")
            print("\n".join("    " + row[0] for row in cursor.fetchall()), flush=True)


if __name__ == "__main__":
    main()

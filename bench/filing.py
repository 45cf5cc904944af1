"""Filing tickets by API with 8 clients, beside the same statements in a bare Django view (spec page 9.1).

    python -m bench.filing
    BENCH_HOME=… python -m bench.filing --tickets 10000

The portal is the web process that `make demo` starts, one, on the data of `make bench-data`; each client files for an
organization of its own. The floor is bench/bare_view.py under the same server with as many threads: it sends the
statements that one filing sent, and does nothing else. Both run in turns, and the clients share the cores with them.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

import psycopg2

from bench.data import make
from bench.house import House, open_house
from bench.load import Case, Outcome, press
from bench.served import TICKET, Client, clients_of, served

CLIENTS, RUNS = 8, 3
# Ids that no other figure in a statement looks like.
APART = {"tickets_ticket_id_seq": 7_100_000_000, "tickets_message_id_seq": 7_200_000_000} | {
    "tickets_responsetimer_id_seq": 7_300_000_000
}
DOORS = ("accounts_apitoken", "set_config", "SAVEPOINT")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.filing")
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=6)
    chosen = options.parse_args()
    with open_house() as house:
        make(house, organizations=chosen.tickets // 10, tickets=chosen.tickets, still_open=chosen.tickets // 10)
        clients = clients_of(house, CLIENTS)
        recorded = _recorded(house, clients[0])
        told = house.home / "bare_statements.json"
        told.write_text(json.dumps(recorded))
        with (
            served("portal.asgi:application") as portal,
            served("bench.bare_view:application", BARE_STATEMENTS=str(told)) as bare,
        ):
            floor_case = Case("bare", "POST", "/file", json.dumps(TICKET).encode(), expected=201)
            rates: dict[str, list[float]] = {"portal": [], "bare view": []}
            print(f"{'':<12}{'a second':>10}{'median ms':>11}{'95 % ms':>9}  unexpected")
            for _run in range(RUNS):
                filed = press(portal, *(one.case() for one in clients), clients=CLIENTS, seconds=chosen.seconds)
                floor = press(bare, floor_case, clients=CLIENTS, seconds=chosen.seconds)
                for name, outcome in (("portal", filed), ("bare view", floor)):
                    rates[name].append(_told(name, outcome))
    medians = {name: statistics.median(many) for name, many in rates.items()}
    share = medians["portal"] / medians["bare view"]
    print(f"{chosen.tickets:,} tickets: {share:.2f} of the bare view; {recorded['count']} statements")


def _told(name: str, outcome: Outcome) -> float:
    row = outcome.row()
    print(f"{name:<12}{row['a second']:>10}{row['median ms']:>11}{row['95 % ms']:>9}  {row['unexpected']}", flush=True)
    return float(row["a second"])


def _recorded(house: House, client: Client) -> dict[str, Any]:
    """What one filing sends to PostgreSQL, with values, and the ids that were drawn in it."""
    from django.conf import settings
    from django.db import connection
    from rest_framework.test import APIClient

    for sequence, least in APART.items():
        house.run(f"SELECT setval('{sequence}', greatest({least}, (SELECT last_value FROM {sequence})))")
    settings.ALLOWED_HOSTS = ["*"]
    sent: list[str] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        with connection.connection.cursor() as cursor:
            sent.append(cursor.mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    api = APIClient()
    case = client.case()
    for _warm in range(2):
        sent.clear()
        with connection.execute_wrapper(keep):
            answer = api.post(case.path, TICKET, format="json", HTTP_AUTHORIZATION=f"Bearer {client.token}")
        assert answer.status_code == 201, answer.content
    place = next(place for place, statement in enumerate(sent) if "nextval" in statement)
    ids = [str(value) for value in _last_values(house)]
    return {
        "before": sent[:place],
        "draw": sent[place],
        "after": sent[place + 1 :],
        "ids": ids,
        "number": answer.json()["number"],
        "count": len([one for one in sent if not any(mark in one for mark in DOORS)]),
    }


def _last_values(house: House) -> tuple[int, ...]:
    connection = psycopg2.connect(house.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT last_value FROM {sequence})" for sequence in APART))
        found = cursor.fetchone()
    connection.close()
    assert found is not None
    return found


if __name__ == "__main__":
    main()

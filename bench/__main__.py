"""`make bench`: requests a second and latencies of the portal as `make demo` runs it, one web process.

The clients share the machine's cores with the portal, so a server of its own does better.
"""

import argparse
import json

from bench.load import Case, press
from bench.portal import RigPortal

COLUMNS = ("requests", "a second", "median ms", "95 % ms", "99 % ms", "unexpected")


def cases(portal: RigPortal) -> list[Case]:
    """What a day is made of: looking, filing, working the queue."""
    customer = {"Authorization": f"Bearer {portal.token('owner@zenith.example')}"}
    engineer = {"Authorization": f"Bearer {portal.token('engineer@support.example')}"}
    page = {"Cookie": portal.session("owner@zenith.example")}
    ticket = {"kind": "technical", "severity": "guidance", "subject": "Load", "body": "One of many.", "region": "none"}
    return [
        Case("alive", "GET", "/healthz"),
        Case("public plans page", "GET", "/plans"),
        Case("catalogue, API", "GET", "/api/v1/catalogue"),
        Case("ticket list, API", "GET", "/api/v1/orgs/zenith/tickets", headers=customer),
        Case("ticket list, page", "GET", "/o/zenith/tickets", headers=page),
        Case("desk queue, API", "GET", "/api/v1/desk/queue?view=all", headers=engineer),
        Case(
            "file a ticket, API",
            "POST",
            "/api/v1/orgs/zenith/tickets",
            json.dumps(ticket).encode(),
            customer | {"Content-Type": "application/json"},
            expected=201,
        ),
    ]


def main() -> None:
    """Print one table; `--clients` and `--seconds` for each row."""
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--seconds", type=float, default=5)
    chosen = options.parse_args()
    with RigPortal() as portal:
        print(f"{'':<22}" + "".join(f"{column:>11}" for column in COLUMNS), flush=True)
        for case in cases(portal):
            row = press(portal.port, case, clients=chosen.clients, seconds=chosen.seconds).row()
            print(f"{case.name:<22}" + "".join(f"{row[column]!s:>11}" for column in COLUMNS), flush=True)


if __name__ == "__main__":
    main()

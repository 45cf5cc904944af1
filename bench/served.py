"""A web process over the data of a rig, and people who file with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2

from bench.house import ROOT, House
from bench.load import Case

TICKET = {"kind": "technical", "severity": "guidance", "subject": "Rig", "body": "One of many.", "region": "none"}
MEMBERS = """
INSERT INTO accounts_membership (organization_id, person_id, role, since)
SELECT organization.id, person.id, 'owner', now()
  FROM (SELECT organization_id AS id, row_number() OVER (ORDER BY organization_id) AS place
          FROM supportplans_term WHERE bought_by = 'bench' AND tier = 'business'
         ORDER BY organization_id LIMIT {clients}) AS organization
  JOIN accounts_person AS person ON person.email = 'person-' || organization.place || '@bench.example'
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Client:
    """A person with a token, and the organization they file for."""

    slug: str
    token: str

    def case(self) -> Case:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        path = f"/api/v1/orgs/{self.slug}/tickets"
        return Case(self.slug, "POST", path, json.dumps(TICKET).encode(), headers, expected=201)


def clients_of(house: House, count: int) -> list[Client]:
    """So many, each with an organization of its own."""
    house.run(MEMBERS.format(clients=count))
    connection = psycopg2.connect(house.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, email FROM accounts_membership JOIN accounts_person AS person ON person.id = person_id "
            "JOIN accounts_organization AS organization ON organization.id = organization_id "
            "WHERE email LIKE 'person-%%@bench.example' AND role = 'owner' ORDER BY person.id LIMIT %s",
            [count],
        )
        found = cursor.fetchall()
    connection.close()
    command = [sys.executable, "manage.py", "create_token", *(email for _slug, email in found), "--scope", "write"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [Client(slug, token) for (slug, _email), token in zip(found, done.stdout.split(), strict=True)]


@contextmanager
def served(application: str, **environment: str) -> Iterator[int]:
    """The application under uvicorn as the portal's demo starts it; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("The server did not come up.")

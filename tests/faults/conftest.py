"""One running portal for the files of this folder; each file has its plans and people."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import connection

from tests.faults import house as houses
from tests.faults.house import House
from tests.running_portal import ROOT, START, open_folder

MOST_STATEMENTS = 150


@pytest.fixture(scope="package")
def house():
    """People and organizations of the demo, no tickets; the clock starts on one day, whatever today is, and is moved."""
    with houses.started(open_folder("house"), PORTAL_TEST_CLOCK=START) as started:
        yield started


@pytest.fixture(scope="module")
def outsider(house: House):
    """The owner of orbit, on the business tier: files as many tickets as they like."""
    client = house.portal.client("owner@orbit.example")
    if client.get("orgs/orbit/subscription").json()["tier"] != "business":
        house.subscribe(client, "orbit", "business")
    yield client
    client.close()


@pytest.fixture(scope="module")
def engineer(house: House):
    client = house.portal.client("expert@support.example")
    yield client
    client.close()


@pytest.fixture(scope="module")
def admin(house: House):
    client = house.portal.client("admin@support.example")
    yield client
    client.close()


@pytest.fixture(scope="module")
def pages(house: House) -> Iterator[httpx.Client]:
    """A browser of the owner of orbit, as far as pages without script need one."""
    with httpx.Client(base_url=house.portal.url, timeout=240, trust_env=False, follow_redirects=True) as client:
        form = client.get("/accounts/login/").text
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
        fields = {"login": "owner@orbit.example", "password": "demo", "csrfmiddlewaretoken": token}
        assert client.post("/accounts/login/", data=fields).url.path == "/o/orbit/"
        yield client


@pytest.fixture
def dying(transactional_db):
    """`dying(statement, path, token, key, body)`: (signal that ended the process, status of the answer)."""
    settings = connection.settings_dict
    host = settings["HOST"] or settings["OPTIONS"]["host"]
    url = f"postgresql://{settings['USER']}:@/{settings['NAME']}?host={host}"
    environment = os.environ | {"DATABASE_URL": url, "RATE_LIMITS": "off", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.dying"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def send(*asked: Any) -> tuple[int, int | None]:
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return tuple(json.loads(process.stdout.readline()))

    yield send
    process.communicate()


def until_it_gets_through(attempt: Callable[[int], int | None], at_least: int) -> None:
    """`attempt(statement)` for the first, second, … statement, until nothing is left to die after."""
    for statement in range(1, MOST_STATEMENTS):
        if attempt(statement) is not None:
            assert statement > at_least
            return
    raise AssertionError("it never got through")

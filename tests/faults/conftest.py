"""One running portal for the files of this folder; each file has its plans and people."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.faults import house as houses
from tests.faults.house import House


@pytest.fixture(scope="package")
def house(tmp_path_factory):
    """People and organizations of the demo, no tickets; the clock may be moved."""
    with houses.started(tmp_path_factory.mktemp("house")) as started:
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
    with httpx.Client(base_url=house.portal.url, timeout=60, trust_env=False, follow_redirects=True) as client:
        form = client.get("/accounts/login/").text
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
        fields = {"login": "owner@orbit.example", "password": "demo", "csrfmiddlewaretoken": token}
        assert client.post("/accounts/login/", data=fields).url.path == "/o/orbit/"
        yield client

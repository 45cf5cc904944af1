"""What cannot be stored is no address, and a made-up page marker is an error: never a fault (spec page 7)."""

from __future__ import annotations

import base64

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/api/v1/orgs/a%00b", "/api/v1/orgs/acme/members/a%00b", "/o/a%00b/members", "/a%00"])
def test_a_nul_in_a_path_is_not_found(people, path):
    client = Client()
    client.force_login(people.owner)
    answer = client.get(path)
    assert answer.status_code == 404
    if path.startswith("/api/"):
        assert (answer.json()["code"], answer.headers["Content-Type"]) == ("not_found", "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/orgs?x=%00", "/o/acme/members?before=%00", "/?q=a%00b"])
def test_a_nul_in_a_query_is_an_error_of_the_asker(people, path):
    client = Client()
    client.force_login(people.owner)
    answer = client.get(path)
    assert answer.status_code == 400
    if path.startswith("/api/"):
        assert answer.json()["code"] == "validation_error"


def marker(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor", ["nothing", marker("p=abc"), marker("p=\x00"), marker("p=1.5&r=1"), marker("o=-1&p=x")]
)
def test_a_made_up_page_marker_is_named(people, api, cursor):
    answer = api(people.owner).get("/api/v1/orgs", {"cursor": cursor})
    assert (answer.status_code, list(answer.json().get("errors", {}))) == (400, ["cursor"])


def test_a_marker_far_away_is_an_empty_page(people, api):
    answer = api(people.owner).get("/api/v1/orgs", {"cursor": marker("p=0")})
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize("size", ["abc", "-1", "0", "100000", "1e3", ""])
def test_an_odd_page_size_is_the_usual_one(people, api, size):
    assert api(people.owner).get("/api/v1/orgs", {"page_size": size}).status_code == 200

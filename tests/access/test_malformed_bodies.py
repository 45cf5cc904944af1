"""What is no JSON object is a 400 at every address of the API, also where an action reads no fields (spec page 7)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access import samples, table

# Its body is a list of records: tests/billing/test_usage_api.py.
LISTS = "/api/v1/operator/usage"
WRITING = ("POST", "PUT", "PATCH")
MALFORMED = (b'{"reason": ', b"[1]", b"null", b'"now"', b"7")


def writing() -> list[tuple[str, str, str]]:
    """Method, path and a role that may use it."""
    found = []
    for address, line in table.ADDRESSES.items():
        method, path = address.split()
        if method in WRITING and path.startswith("/api/") and path != LISTS:
            kind, row, access = (*line.split(", "), "", "")[:3]
            role = next((one for one in table.ROLES if table.expected(kind, row, access, one) == "allow"), None)
            found += [(method, path, role)] if role else []
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "role"), writing(), ids=str)
def test_a_body_that_is_no_object_is_refused(stage, method, path, role):
    client = Client(headers={"Authorization": f"Bearer {stage.tokens[role]}"})
    for body in MALFORMED:
        with samples.undone():
            answer = client.generic(method, stage.fill(path, role), body, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), body
        assert list(answer.json()["errors"]) == ["body"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "application/json"), (b"{}", "application/json"), (b"", ""), (b"", "application/x-www-form-urlencoded")],
)
def test_an_action_without_fields_takes_nothing_or_an_empty_object(stage, body, content_type):
    client = Client(headers={"Authorization": f"Bearer {stage.tokens['engineer']}"})
    path = stage.fill("/api/v1/desk/tickets/{number}/claim", "engineer")
    with samples.undone():
        answer = client.generic("POST", path, body, content_type)
    assert answer.status_code == 200

"""Every address × method × role × other organization (spec page 9.3): allowed as the table says, else nothing happens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access import addresses, samples, table

# What a request writes whoever asks: the session's and the token's last use.
ALWAYS_WRITTEN = ("django_session", "accounts_apitoken", "common_heartbeat")
WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")
# Health says what is missing: no worker runs beside these tests.
ANSWERS_503 = ("/readyz",)
EVERYBODY = ("nobody", "other", *table.ROLES)


def declared() -> list[tuple[str, str, str, str, str]]:
    rows = []
    for address, line in table.ADDRESSES.items():
        method, path = address.split()
        kind, row, access = (*line.split(", "), "", "")[:3]
        rows.append((method, path, kind, row, access))
    return rows


def test_every_address_has_a_line_in_the_table():
    found = {f"{method} {path}" for method, path in addresses.addresses()}
    assert sorted(found - set(table.ADDRESSES)) == [], "without a line"
    assert sorted(set(table.ADDRESSES) - found) == [], "lines of addresses that are gone"


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "kind", "row", "access"), declared(), ids=str)
def test_the_address_answers_each_role_as_declared(stage, method, path, kind, row, access):
    wrong = []
    for role in EVERYBODY:
        answer, written = ask(stage, role, method, path)
        wanted = table.expected(kind, row, access, role)
        seen = "allow" if path in ANSWERS_503 and answer.status_code == 503 else verdict(answer)
        if seen != wanted:
            wrong.append(f"{role}: {wanted} expected, {answer.status_code} answered")
        elif wanted != "allow" and written:
            wrong.append(f"{role}: denied, but wrote {sorted(written)}")
    assert not wrong, "; ".join(wrong)


def ask(stage: samples.Stage, role: str, method: str, path: str) -> tuple[Any, set[str]]:
    """The answer with its `whole` content, and the tables it wrote to; everything is undone afterwards."""
    filled = stage.fill(path, role)
    client = Client(raise_request_exception=False)
    headers = {}
    if role != "nobody":
        if path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {stage.tokens[role]}"
        else:
            client.cookies[settings.SESSION_COOKIE_NAME] = stage.sessions[role]
    with samples.undone(), CaptureQueriesContext(connection) as queries:
        answer = client.generic(
            method, filled, b"{}" if path.startswith("/api/") else b"", _content_type(path), headers=headers
        )
        answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    written = {name for query in queries for name in WRITES.findall(query["sql"])} - set(ALWAYS_WRITTEN)
    return answer, written


def _content_type(path: str) -> str:
    return "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"


def verdict(answer: Any) -> str:
    """What the status says: a redirect to sign in is the pages' 401."""
    if answer.status_code in (401, 403, 404):
        return str(answer.status_code)
    if answer.status_code in (301, 302) and "/accounts/login/" in answer.headers.get("Location", ""):
        return "401"
    return "allow" if answer.status_code < 500 else str(answer.status_code)

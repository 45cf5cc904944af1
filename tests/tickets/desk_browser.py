"""The desk in the tests: a browser of a person at the desk, a ticket, and what a page costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from common import clock, tenancy
from supportplans import versions
from tests.cast import browser_of
from tests.tickets.conftest import NOON, file
from tickets import access

LATER = NOON + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(LATER):
        yield


@pytest.fixture
def desk(plans):
    """`desk(person)` is that person's browser; by default the engineer's."""

    def browser(person=None, **headers) -> Client:
        return browser_of(person or plans.engineer, **headers)

    return browser


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider, NOON, subject="Disks fill up <b>fast</b>", product="rds")


def messages_of(ticket):
    with tenancy.everything():
        return access.messages_of(ticket, internal=True)


def address(name: str, ticket) -> str:
    return reverse(f"tickets:{name}", args=[ticket.number])


def budget(client: Client, path: str, catch) -> int:
    """Statements of the page itself: what its door needs (session, person, roles, transaction, scope) left out."""
    versions.current(NOON.date())
    client.get(path)
    with catch() as caught:
        assert client.get(path).status_code == 200
    own = [q["sql"] for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config", "BEGIN"))]
    doors = ("django_session", '"accounts_person"."id" =', '"accounts_staffprofile"."person_id" =')
    return len([sql for sql in own if not any(f"WHERE ({mark}" in sql or mark in sql[-120:] for mark in doors)])


@pytest.fixture
def catch(django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


# ---- who may see the desk ------------------------------------------------------------------------------------------

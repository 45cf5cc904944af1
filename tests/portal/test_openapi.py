"""Anything at all sent to any path of the API: never a 500, and every answer matches the document (schemathesis)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from common import clock
from portal import wsgi
from tests.access import samples

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The portal, read to the end and closed, as servers do: schemathesis leaves files open."""
    answer = wsgi.application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


# Records line by line are a text to schemathesis.
schemathesis.serializer.alias("application/x-ndjson", "text/plain")
# At import: the document needs no database.
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Requests run inside the tests' transaction: Django must not close its connection after each."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with samples.standing(django_db_blocker) as everything:
        yield everything
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def near_clock(monkeypatch):
    """A random instant of the next decades would run every job of those decades."""
    monkeypatch.setattr("portal.api.FARTHEST", clock.real_now() + timedelta(hours=2))


def named(stage: samples.Stage, path: str, role: str) -> dict[str, str]:
    """The parts of a path that name things that exist, for `{slug}` and its like."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return re.fullmatch(pattern, stage.fill(path, role).partition("?")[0]).groupdict()


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_input_breaks_the_api(case, stage, near_clock, db):
    """The admin asks for made-up things of acme, its owner and the desk's lead for things that exist."""
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = "acme"
    for role in ("admin", "owner", "lead"):
        if role != "admin":
            case.path_parameters.update(named(stage, case.path, role))
        case.headers["Authorization"] = f"Bearer {stage.tokens[role]}"
        with samples.undone():
            case.call_and_validate(checks=CHECKS)

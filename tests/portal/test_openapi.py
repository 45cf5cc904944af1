"""Anything at all sent to any path of the API: never a 500, and every answer matches the document (schemathesis)."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from portal.wsgi import application
from tests.cast import client_of, gather

# At import: the document needs no database.
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


@pytest.fixture
def tokens(transactional_db):
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0)
    cast = gather()
    return [
        client_of(someone)._credentials["HTTP_AUTHORIZATION"] for someone in (cast.partner_owner, cast.admin, cast.lead)
    ]


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_input_breaks_the_api(case, tokens):
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = "pine"
    for token in tokens:
        case.headers["Authorization"] = token
        case.call_and_validate(checks=[not_a_server_error, response_schema_conformance, status_code_conformance])

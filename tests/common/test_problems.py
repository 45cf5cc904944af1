"""Problem documents (RFC 9457) and what becomes one at the API's door (spec page 7 'Errors')."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import Client
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from common import problems
from common.api import as_problem


class NoRoom(problems.Refusal):
    code = "no_room"
    title = _("No room")
    default_detail = _("Wait a while.")


def test_a_refusal_is_a_document_with_its_facts_and_the_way_out():
    refusal = NoRoom("The hall is full.", action_url="/bigger", action_label="Bigger", used=30, allowance=30)
    assert refusal.document() == {
        "type": "urn:portal:problem:no_room",
        "title": "No room",
        "status": 409,
        "detail": "The hall is full.",
        "code": "no_room",
        "action_url": "/bigger",
        "used": 30,
        "allowance": 30,
    }


def test_without_a_sentence_of_its_own_it_says_the_usual_one():
    assert NoRoom().document()["detail"] == "Wait a while."
    assert "action_url" not in NoRoom().document()


def test_field_errors_name_their_fields():
    assert problems.FieldErrors({"slug": [_("Taken"), "Too short"]}).document()["errors"] == {
        "slug": ["Taken", "Too short"]
    }


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (problems.NotAuthenticated(), 401, "not_authenticated"),
        (problems.PermissionDenied(), 403, "permission_denied"),
        (problems.NotFound(), 404, "not_found"),
        (problems.MethodNotAllowed(), 405, "method_not_allowed"),
        (problems.FieldErrors({}), 400, "validation_error"),
        (problems.UnsupportedMediaType(), 415, "unsupported_media_type"),
        (problems.OrganizationDisabled(), 409, "organization_disabled"),
        (problems.RequestInProgress(), 409, "request_in_progress"),
        (problems.IdempotencyKeyReused(), 422, "idempotency_key_reused"),
        (problems.Throttled(7), 429, "throttled"),
        (problems.ServiceUnavailable(), 503, "service_unavailable"),
    ],
)
def test_codes_and_statuses_are_those_of_the_contract(problem, status, code):
    document = problem.document()
    assert (document["status"], document["code"], document["type"]) == (status, code, f"urn:portal:problem:{code}")
    assert document["title"]
    assert document["detail"]


def test_waiting_is_told_in_a_header():
    assert problems.Throttled(7).headers == {"Retry-After": "7"}
    assert problems.ServiceUnavailable().headers == {"Retry-After": "5"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Http404(), problems.NotFound),
        (exceptions.NotFound(), problems.NotFound),
        (exceptions.NotAuthenticated(), problems.NotAuthenticated),
        (exceptions.AuthenticationFailed(), problems.NotAuthenticated),
        (exceptions.PermissionDenied(), problems.PermissionDenied),
        (DjangoPermissionDenied(), problems.PermissionDenied),
        (exceptions.MethodNotAllowed("POST"), problems.MethodNotAllowed),
        (exceptions.UnsupportedMediaType("text/csv"), problems.UnsupportedMediaType),
        (exceptions.ParseError(), problems.FieldErrors),
        (OperationalError(), problems.ServiceUnavailable),
    ],
)
def test_other_libraries_exceptions_become_problems(error, expected):
    assert type(as_problem(error)) is expected


@pytest.mark.parametrize("fault", [ValueError(), KeyError("x"), IntegrityError()])
def test_a_fault_of_ours_stays_one(fault):
    assert as_problem(fault) is None


def test_nested_errors_are_flattened():
    error = exceptions.ValidationError(
        {"answers": [{}, {"text": ["Too long"]}], "name": ["Missing"], "of": {"a": ["b"]}}
    )
    assert as_problem(error).errors == {"answers.1.text": ["Too long"], "name": ["Missing"], "of.a": ["b"]}
    assert as_problem(exceptions.ValidationError(["Not a list"])).errors == {"body": ["Not a list"]}


# ---- at the door -------------------------------------------------------------------------------------------------


def test_every_answer_is_a_problem_document(people, api):
    stranger = api().get("/api/v1/orgs")
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (401, "application/problem+json")
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
    assert api(people.owner).get("/api/v1/nothing/here").json()["code"] == "not_found"
    assert api(people.owner).delete("/api/v1/me").json()["code"] == "method_not_allowed"
    text = api(people.owner).generic("PATCH", "/api/v1/me", "a,b", content_type="text/csv")
    assert (text.status_code, text.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": NaN}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b"\xff",
        b"[" * 100_000,
        b"[" * 30 + b"]" * 30,
    ],
    ids=["cut off", "not a number", "nul", "half a character", "not utf-8", "too deep to read", "too deep"],
)
def test_what_is_no_json_is_an_error_of_the_asker(people, api, body):
    answer = api(people.owner).generic("PATCH", "/api/v1/me", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true"])
def test_json_that_is_no_object_is_an_error_of_the_asker(people, api, body):
    answer = api(people.owner).generic("POST", "/api/v1/orgs", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_a_session_needs_its_csrf_token(people):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.owner)
    assert browser.get("/api/v1/me").status_code == 200
    answer = browser.patch("/api/v1/me", {"name": "Evil"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    people.owner.refresh_from_db()
    assert people.owner.name == "Owner"


def test_a_fact_of_a_refusal_never_replaces_a_field_of_the_document():
    assert problems.Refusal("Closed.", status="closed").document()["status"] == 409

"""What the API of tickets answers is what its OpenAPI document says, on tickets with a long life behind them."""

from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import EndCustomer
from common import clock, tenancy
from common.api_schema import DocumentGenerator
from tests.tickets.conftest import NOON, at, file, message, reply
from tickets.conversation import note
from tickets.sweep import sweep


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return DocumentGenerator().get_schema()


@pytest.fixture
def lived(plans, settings, tmp_path):
    """With files, an end customer, a note, steps crossed, several timers."""
    settings.MEDIA_ROOT = str(tmp_path)
    with tenancy.organization(plans.pine.pk):
        EndCustomer.objects.create(organization=plans.pine, name="Shop", reference="", created_at=NOON)
    ticket = file(plans.pine, plans.partner_member, end_customer="Shop", product="rds", watchers=["owner@pine.example"])
    files = [SimpleUploadedFile("a.log", b"x")]
    with clock.at(at("2026-11-24 15:30")):
        sweep(at=at("2026-11-24 15:30"))
    reply(ticket, plans.engineer, at("2026-11-24 16:00"), then="wait", files=files)
    message(ticket, plans.partner_member, at("2026-11-24 17:00"), files=files)
    with tenancy.everything():
        note(ticket=ticket, by=plans.engineer, body="Aha.", at=at("2026-11-24 17:10"))
    return ticket


OWN, DESK = "/api/v1/orgs/{slug}/tickets", "/api/v1/desk/tickets/{number}"


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("partner_member", "GET", OWN, None),
        ("partner_member", "GET", OWN + "/{number}", None),
        ("partner_member", "POST", OWN + "/{number}/messages", {"body": "More."}),
        ("partner_member", "POST", OWN + "/{number}/close", {}),
        ("partner_member", "POST", OWN + "/{number}/withdraw", {}),
        ("engineer", "GET", "/api/v1/desk/queue", None),
        ("engineer", "GET", DESK, None),
        ("engineer", "POST", DESK + "/claim", {}),
        ("engineer", "POST", DESK + "/release", {}),
        ("engineer", "POST", DESK + "/assign", {"to": "expert@support.example"}),
        ("engineer", "POST", DESK + "/reply", {"body": "Done.", "then": "resolve"}),
        ("engineer", "POST", DESK + "/note", {"body": "Done."}),
        ("engineer", "POST", DESK + "/wait", {}),
        ("engineer", "POST", DESK + "/accept", {}),
    ],
)
def test_an_answer_is_as_documented(plans, lived, api, document, who, method, path, body):
    address = path.format(slug="pine", number=lived.number)
    client = api(getattr(plans, who))
    with clock.at(at("2026-11-24 18:00")):
        answer = client.get(address) if method == "GET" else client.post(address, body, format="json")
    assert answer.status_code in (200, 201, 409)
    (shape,) = document["paths"][path][method.lower()]["responses"][str(answer.status_code)]["content"].values()
    jsonschema.validate(answer.json(), shape["schema"] | {"components": document["components"]})

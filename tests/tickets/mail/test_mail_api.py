"""The desk decides about parked mail by the API as on the pages."""

from __future__ import annotations

import pytest

from common import clock, tenancy
from tests.tickets.mail.mailbag import LATER, messages, stage, take, written
from tickets.models import Ticket

MAIL = "/api/v1/desk/mail"
FIELDS = {"kind": "technical", "severity": "guidance", "region": "none", "subject": "Slow", "body": "Please help."}


@pytest.fixture
def stage_(plans):
    return stage(plans)


@pytest.fixture
def ask(stage_, api):
    """`ask("post", path, body)` as the engineer."""
    client = api(stage_.people.engineer)

    def call(method, path="", body=None):
        with clock.at(LATER):
            return getattr(client, method)(f"{MAIL}{path}", body, format="json")

    return call


def park(sender="mei@orbit.example"):
    return take(written(sender, "noreply@support.example", "Please help.")).parked


def test_the_lists_and_one_mail(stage_, ask):
    parked = park()
    (row,) = ask("get").json()["results"]
    assert (row["id"], row["state"], row["sender"]) == (parked.pk, "waiting", "mei@orbit.example")
    assert (row["reason"], row["handled_by"]) == ("no_reply_address", None)
    assert ask("get", "?state=handled").json()["results"] == []
    assert ask("get", "?state=nonsense").status_code == 400
    whole = ask("get", f"/{parked.pk}").json()
    assert (whole["text"], whole["files"]) == ("Please help.", [])
    assert ask("get", f"/{parked.pk}/source").content.startswith(b"From: mei@orbit.example\r\n")
    assert ask("get", "/99999999999999999999").status_code == 404


def test_it_is_added_to_the_senders_ticket_once(stage_, ask):
    parked = park()
    unknown = ask("post", f"/{parked.pk}/attach", {"number": "T-2026-0000000"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["number"])
    added = ask("post", f"/{parked.pk}/attach", {"number": stage_.ticket.number.lower()})
    assert (added.status_code, added.json()["state"]) == (200, "attached")
    assert added.json()["ticket"] == stage_.ticket.number
    assert messages(stage_.ticket)[-1].body == "Please help."
    again = ask("post", f"/{parked.pk}/attach", {"number": stage_.ticket.number})
    assert (again.status_code, again.json()["code"]) == (409, "mail_handled")


def test_a_stranger_joins_no_ticket(stage_, ask):
    parked = park("eve@else.example")
    refused = ask("post", f"/{parked.pk}/attach", {"number": stage_.ticket.number})
    assert refused.status_code == 409
    assert ask("get", f"/{parked.pk}").json()["state"] == "waiting"


def test_it_is_filed_as_a_ticket(stage_, ask):
    parked = park()
    asked = FIELDS | {"organization": "orbit", "reporter": "mei@orbit.example"}
    assert ask("post", f"/{parked.pk}/file", asked | {"region": ""}).status_code == 400
    filed = ask("post", f"/{parked.pk}/file", asked)
    assert (filed.status_code, filed.json()["channel"]) == (201, "email")
    with tenancy.everything():
        assert Ticket.objects.latest("pk").reporter.email == "mei@orbit.example"
    (row,) = ask("get", "?state=handled").json()["results"]
    assert (row["state"], row["ticket"]) == ("filed", filed.json()["number"])


def test_it_is_put_aside_and_taken_back(stage_, ask):
    parked = park()
    assert ask("post", f"/{parked.pk}/discard").json()["state"] == "discarded"
    assert ask("post", f"/{parked.pk}/discard").status_code == 409
    assert ask("post", f"/{parked.pk}/take-back").json()["state"] == "waiting"

"""What webhooks and IM groups say of tickets (tickets/public_events.py): what customers see, never what the desk knows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from common import clock, outbox, tenancy
from common.sealing import seal
from notifications.models import Delivery, Endpoint
from tickets import conversation, handling, sweep
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.models import Ticket


@pytest.fixture
def ticket(people, db):
    """A ticket of acme, which listens to everything."""
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0)
    with tenancy.everything():
        for organization in (people.acme, people.orbit):
            Endpoint.objects.create(
                organization=organization,
                kind="webhook",
                sealed_url=seal("https://hooks.example.com/"),
                shown_url="https://hooks.example.com/",
                events=["ticket.created", "ticket.replied", "ticket.updated", "ticket.breached", "ticket.resolved"],
                sealed_secret=seal("whsec_c2FtcGxl"),
                created_at=clock.now(),
            )
        draft = Draft(kind="business", severity="guidance", subject="Invoice?", body="Where is it?")
        return file_ticket(organization=people.acme, by=people.owner, draft=draft, channel="portal", at=clock.now())


def told() -> list[dict]:
    """The bodies of all deliveries so far, by what was relayed now."""
    outbox.relay(slow=False)
    with tenancy.everything():
        return [json.loads(row.body) for row in Delivery.objects.order_by("pk")]


def at_the_desk(action, **options) -> None:
    with tenancy.everything():
        action(ticket=Ticket.objects.get(), at=clock.now(), **options)


def test_a_new_ticket_is_told_with_the_fields_of_the_api(people, api, ticket):
    (body,) = told()
    shown = api(people.owner).get(f"/api/v1/orgs/acme/tickets/{ticket.number}").json()
    assert body["type"] == "ticket.created"
    data = body["data"]
    assert data["organization"] == "acme"
    same = (
        "number",
        "kind",
        "severity",
        "status",
        "subject",
        "tier",
        "channel",
        "created_at",
        "response_due_at",
        "url",
    )
    assert {name: data[name] for name in same} == {name: shown[name] for name in same}


def test_an_answer_is_told_with_its_message_and_without_the_colleagues_mailbox(people, ticket):
    at_the_desk(conversation.staff_reply, by=people.engineer, body="Look at **page 2**.")
    replied = next(body for body in told() if body["type"] == "ticket.replied")
    assert replied["data"]["message"]["body"] == "Look at **page 2**."
    assert replied["data"]["message"]["author"] == {"name": "Engineer", "side": "staff"}
    assert "engineer@support.example" not in json.dumps(told())


def test_a_note_is_told_to_nobody(people, ticket):
    before = len(told())
    at_the_desk(conversation.note, by=people.engineer, body="They never pay.")
    assert len(told()) == before
    assert "never pay" not in json.dumps(told())


def test_a_change_is_told_by_its_name(people, ticket):
    at_the_desk(handling.claim, by=people.engineer)
    changed = told()[-1]
    assert (changed["type"], changed["data"]["change"], changed["data"]["status"]) == (
        "ticket.updated",
        "claimed",
        "in_progress",
    )


def test_a_breach_of_the_sweep_is_told_to_its_organization_alone(people, ticket):
    with tenancy.everything():
        due = Ticket.objects.get().response_due_at
    later = due + timedelta(minutes=1)
    with clock.at(later):
        sweep.sweep(at=later)
        breach = [body for body in told() if body["type"] == "ticket.breached"]
    assert [body["data"]["number"] for body in breach] == [ticket.number]
    assert breach[0]["data"]["response_state"] == "breached"
    assert breach[0]["data"]["breached_at"] == breach[0]["data"]["response_due_at"]
    with tenancy.everything():
        assert set(Delivery.objects.values_list("organization__slug", flat=True)) == {"acme"}

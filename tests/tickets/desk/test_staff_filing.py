"""Tickets that the staff file for somebody who called or wrote in a chat."""

from __future__ import annotations

import pytest

from common import clock, tenancy
from common.models import AuditEntry
from tests.tickets.conftest import FIELDS, NOON, events_of, history_of, message, timers_of
from tickets import access, speakers
from tickets.history_words import sentence
from tickets.models import Ticket

TICKETS = "/api/v1/desk/tickets"


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def ask(plans, api):
    """`ask(channel="im", …)` files for orbit as the engineer."""

    def file_for(by=None, **changes):
        body = FIELDS | {"organization": "orbit", "channel": "phone"} | changes
        return api(by or plans.engineer).post(TICKETS, body, format="json")

    return file_for


def filed(answer) -> Ticket:
    assert answer.status_code == 201, answer.content
    with tenancy.everything():
        return access.any_ticket(answer.json()["number"])


def count() -> int:
    with tenancy.everything():
        return Ticket.objects.count()


def test_a_caller_gets_a_ticket_with_a_running_timer(plans, ask):
    answer = ask()
    row = answer.json()
    assert (row["organization"], row["channel"], row["status"]) == ("orbit", "phone", "open")
    assert (row["response_state"], row["response_due_at"]) == ("running", "2026-11-24T15:00:00+08:00")
    assert row["reporter"]["email"] == plans.outsider.email
    (timer,) = timers_of(filed(answer))
    assert (timer.kind, timer.started_at) == ("first", NOON)


def test_history_and_audit_say_who_filed_for_whom(plans, ask):
    ticket = filed(ask())
    created = history_of(ticket)[0]
    assert created.by == plans.engineer
    assert created.details == {"channel": "phone", "for": "Owner"}
    assert sentence(created) == "Engineer filed the ticket for Owner"
    with tenancy.everything():
        (entry,) = AuditEntry.objects.filter(action="ticket.filed_for")
    assert (entry.object, entry.after) == (
        ticket.number,
        {"for": plans.outsider.email, "channel": "phone", "answered": False},
    )


def test_the_call_itself_can_be_the_first_answer(plans, ask):
    ticket = filed(ask(answered=True))
    assert timers_of(ticket) == []
    assert (ticket.status, ticket.response_state, ticket.response_due_at) == ("in_progress", "met", None)
    assert (ticket.first_reply_at, ticket.last_side) == (NOON, "staff")
    assert events_of(ticket) == ["created", "answered_on_call"]
    message(ticket, plans.outsider, NOON)
    (timer,) = timers_of(ticket)
    assert timer.kind == "next"


def test_whoever_files_may_take_it_at_once(plans, ask):
    ticket = filed(ask(claim=True))
    assert (ticket.assignee, ticket.status) == (plans.engineer, "in_progress")


def test_a_named_person_of_the_organization_is_whose_ticket_it_is(plans, ask):
    ticket = filed(ask(organization="acme", reporter="MEMBER@acme.example", kind="business", region=""))
    assert ticket.reporter == plans.member
    with tenancy.everything():
        (opening,) = access.messages_of(ticket, internal=True)
    assert (opening.author, opening.side, opening.channel) == (plans.member, "customer", "phone")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"organization": "nobody"}, {"organization"}),
        ({"organization": ""}, {"organization"}),
        ({"channel": "portal"}, {"channel"}),
        ({"reporter": "member@acme.example"}, {"reporter"}),
        ({"reporter": "engineer@support.example"}, {"reporter"}),
        ({"answered": "perhaps"}, {"answered"}),
        ({"subject": " "}, {"subject"}),
        ({"severity": "x", "region": ""}, {"severity", "region"}),
        ({"transcript": "x" * 200_001}, {"transcript"}),
    ],
)
def test_fields_that_cannot_be_taken_are_named(plans, ask, changes, fields):
    answer = ask(**changes)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, fields)
    assert count() == 0


def test_the_refusals_are_those_of_filing(plans, ask):
    assert ask(organization="isvsoft").json()["code"] == "not_entitled"
    assert ask(organization="pine", severity="critical_down").json()["code"] == "severity_not_offered"
    assert count() == 0


def test_the_unit_is_taken_from_the_organization(plans, ask, api):
    assert ask(organization="pine", severity="production_down").status_code == 201
    quotas = {row["code"]: row for row in api(plans.partner_owner).get("/api/v1/orgs/pine/quotas").json()["results"]}
    assert quotas["technical_tickets"]["used"] == 1


@pytest.mark.parametrize(("who", "status"), [("billing_operator", 403), ("admin", 403), ("owner", 404)])
def test_only_who_works_on_tickets_files_for_others(plans, ask, who, status):
    assert ask(by=getattr(plans, who)).status_code == status
    assert count() == 0


def test_a_chat_becomes_messages_that_change_no_clock(plans, ask):
    chat = "Owner 11:40\nIt is *down*\nEngineer 11:41\nI look\nSomebody 11:42\nThanks"
    ticket = filed(ask(channel="im", transcript=chat))
    with tenancy.everything():
        told = access.messages_of(ticket, internal=True)[1:]
    assert [(one.author, one.side, one.channel, one.public) for one in told] == [
        (plans.outsider, "customer", "im", True),
        (plans.engineer, "staff", "im", True),
        (None, "customer", "im", True),
    ]
    assert told[2].body == "**Somebody**\n\nThanks"
    assert told[0].at.isoformat() == "2026-11-24T03:40:00.000001+00:00"
    (timer,) = timers_of(ticket)
    assert (timer.state, ticket.first_reply_at) == ("running", None)
    assert "transcript_added" in events_of(ticket)


def test_who_has_no_account_speaks_for_the_organization_and_not_for_the_portal(plans, ask, browse):
    ticket = filed(ask(channel="im", transcript="Somebody 11:42\nThanks"))
    desk = browse(plans.engineer).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert 'data-author-name="Orbit"' in desk
    own = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert own.count("<strong>Orbit</strong>") == 1
    assert "<strong>The portal</strong>" not in own
    with tenancy.everything():
        told = access.messages_of(ticket, internal=False)[-1]
        assert speakers.name_of(told, "Orbit") == "Orbit"
        told.side = "system"
        assert speakers.name_of(told, "Orbit") == "Support Plans"


def test_a_chat_is_added_to_a_ticket_of_the_desk(plans, ask, api):
    ticket = filed(ask())
    answer = api(plans.expert).post(f"{TICKETS}/{ticket.number}/transcript", {"transcript": "Li: <b>hi</b>"})
    assert answer.status_code == 200
    assert answer.json()["messages"][-1]["body"] == "**Li**\n\n<b>hi</b>"
    assert "<b>" not in answer.json()["messages"][-1]["body_html"]
    refused = api(plans.expert).post(f"{TICKETS}/{ticket.number}/transcript", {"transcript": " "})
    assert refused.status_code == 400

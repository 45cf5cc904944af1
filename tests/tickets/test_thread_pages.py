"""The desk's forms that regroup tickets, and the customer's that asks for another severity."""

from datetime import timedelta

import pytest
from django.test import Client

from common import clock, tenancy
from common.models import OutboxEvent
from notifications.models import Notification
from tests.cast import Cast
from tests.tickets.conftest import NOON, events_of, file, fresh, message, timers_of
from tickets import thread_notices

LATER = NOON + timedelta(minutes=5)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def path(ticket, action: str) -> str:
    return f"/desk/tickets/{ticket.number}/{action}"


def relay(topic: str) -> None:
    with tenancy.everything():
        for event in OutboxEvent.objects.filter(topic=topic):
            thread_notices.tell_of_thread(event)
            thread_notices.tell_of_thread(event)


def test_every_form_opens(plans, browse, ticket):
    message(ticket, plans.outsider, LATER)
    file(plans.orbit, plans.outsider)
    desk: Client = browse(plans.engineer)
    for action in ("regrade", "reclassify", "merge", "split", "link"):
        fragment = desk.get(path(ticket, action), headers=HTMX)
        assert fragment.status_code == 200
        assert b'id="ticket-dialog-title"' in fragment.content
        assert desk.get(path(ticket, action)).status_code == 200


def test_the_forms_do_what_they_say(plans: Cast, browse, ticket):
    desk: Client = browse(plans.engineer)
    said = message(ticket, plans.outsider, LATER)
    other = file(plans.orbit, plans.outsider)
    for action, fields in (
        ("regrade", {"severity": "guidance", "reason": "", "words": "A question after all"}),
        ("reclassify", {"kind": "business", "reason": "A bill"}),
        ("split", {"messages": [said.pk], "subject": "Something else"}),
        ("link", {"kind": "related", "to": other.number}),
        ("merge", {"into": other.number}),
    ):
        assert desk.post(path(ticket, action), fields, headers=HTMX).status_code == 200, action
    row = fresh(ticket)
    assert (row.severity, row.kind, row.status, row.merged_into_id) == ("guidance", "business", "merged", other.pk)
    page = desk.get(f"/desk/tickets/{ticket.number}").content.decode()
    assert f"/desk/tickets/{other.number}" in page


def test_a_refusal_stands_in_the_form(plans, browse, ticket):
    answer = browse(plans.engineer).post(path(ticket, "merge"), {"into": ticket.number}, headers=HTMX)
    assert answer.status_code == 409
    assert "This is the same ticket" in answer.content.decode()
    answer = browse(plans.engineer).post(path(ticket, "merge"), {"into": "nonsense"}, headers=HTMX)
    assert answer.status_code == 400
    assert "There is no ticket with this number." in answer.content.decode()
    assert fresh(ticket).status == "open"


def test_the_customer_asks_and_the_desk_changes_it_with_one_click(plans, browse, ticket):
    own, desk = browse(plans.outsider), browse(plans.engineer)
    page = own.get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert 'id="confirm-severity"' in page
    asked = {"severity": "production_down", "reason": "The shop is down"}
    assert own.post(f"/o/orbit/tickets/{ticket.number}/request-regrade", asked).status_code == 303
    seen = desk.get(f"/desk/tickets/{ticket.number}").content.decode()
    assert "The shop is down" in seen
    assert 'id="regrade-request"' in seen
    done = desk.post(path(ticket, "regrade"), {"severity": "production_down", "reason": "customer_asked"}, headers=HTMX)
    assert 'id="regrade-request"' not in done.content.decode()
    assert timers_of(ticket)[0].due_at == LATER + timedelta(minutes=30)


def test_what_is_asked_for_wrongly_is_told_on_the_page(plans, browse, ticket):
    address = f"/o/orbit/tickets/{ticket.number}/request-regrade"
    answer = browse(plans.outsider).post(address, {"severity": "production_down", "reason": ""})
    assert answer.status_code == 400
    assert "regrade_requested" not in events_of(ticket)


def test_who_is_told(plans, browse, ticket):
    asked = {"severity": "production_down", "reason": "The shop is down"}
    browse(plans.outsider).post(f"/o/orbit/tickets/{ticket.number}/request-regrade", asked)
    other = file(plans.orbit, plans.outsider)
    browse(plans.engineer).post(path(ticket, "merge"), {"into": other.number}, headers=HTMX)
    relay("ticket.updated")
    with tenancy.everything():
        told = sorted(Notification.objects.values_list("person__email", "kind"))
    assert told == [
        ("lead@support.example", "ticket.regrade_requested"),
        ("owner@orbit.example", "ticket.merged"),
    ]


def test_a_merged_ticket_leads_to_where_it_goes_on(plans, browse, ticket):
    other = file(plans.orbit, plans.outsider)
    browse(plans.engineer).post(path(ticket, "merge"), {"into": other.number}, headers=HTMX)
    page = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}").content.decode()
    assert f'href="/o/orbit/tickets/{other.number}"' in page
    sent = browse(plans.outsider).post(f"/o/orbit/tickets/{ticket.number}/messages", {"body": "Hello?"})
    assert sent.url.startswith(f"/o/orbit/tickets/{other.number}#message-")


def test_an_administrator_only_reads(plans, browse, ticket):
    desk = browse(plans.admin)
    assert desk.get(path(ticket, "regrade"), headers=HTMX).status_code == 403
    assert desk.post(path(ticket, "merge"), {"into": "x"}, headers=HTMX).status_code == 403
    assert "merged" not in events_of(ticket)

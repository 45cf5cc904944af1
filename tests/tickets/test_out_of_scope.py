"""Closing what the plan does not cover: an answer, a reason, and the way back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common import clock, outbox, tenancy
from common.problems import FieldErrors
from notifications.models import Notification
from tests.cast import browser_of
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, history_of, message, own, reply, timers_of
from tickets import access, closing
from tickets.out_of_scope import close_out_of_scope
from tickets.refusals import TicketNotOpen

LATER = at("2026-11-24 12:05")
WORDS = "We advise on *our* products, but do not write code."


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def close(ticket, by, when=LATER, reason="code_development", body=WORDS):
    return act(close_out_of_scope, ticket, by, when, reason=reason, body=body)


def test_it_answers_in_public_and_closes(plans, ticket):
    close(ticket, plans.engineer)
    row = fresh(ticket)
    assert (row.status, row.closed_at, row.out_of_scope_reason) == ("closed", LATER, "code_development")
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.answered_at, timer.answered_by) == ("met", LATER, plans.engineer)
    with tenancy.everything():
        said = access.messages_of(ticket, internal=False)[-1]
    assert (said.body, said.side, said.author) == (WORDS, "staff", plans.engineer)
    last = history_of(ticket)[-1]
    assert last.event == "closed_out_of_scope"
    assert last.details == {"from": "in_progress", "to": "closed", "reason": "code_development"}


def test_a_late_one_is_a_breach_all_the_same(plans, ticket):
    close(ticket, plans.engineer, at("2026-11-24 15:00"))
    (timer,) = timers_of(ticket)
    assert (timer.state, timer.breached_at) == ("breached", at("2026-11-24 15:00"))


@pytest.mark.parametrize(
    ("reason", "body", "field"), [("too_hard", WORDS, "reason"), ("", WORDS, "reason"), ("other", "  ", "body")]
)
def test_it_needs_a_known_reason_and_words(plans, ticket, reason, body, field):
    with pytest.raises(FieldErrors) as refused:
        close(ticket, plans.engineer, reason=reason, body=body)
    assert list(refused.value.errors) == [field]
    assert fresh(ticket).status == "open"
    assert events_of(ticket) == ["created", "timer_started"]


def test_a_finished_ticket_is_not_closed_again(plans, ticket):
    reply(ticket, plans.engineer, LATER, then="resolve")
    with pytest.raises(TicketNotOpen):
        close(ticket, plans.engineer, at("2026-11-24 12:10"))
    assert fresh(ticket).out_of_scope_reason == ""


def test_within_14_days_the_customer_takes_it_up_again(plans, ticket):
    close(ticket, plans.engineer)
    own(closing.reopen, ticket, plans.outsider, at("2026-12-08 12:05"))
    row = fresh(ticket)
    assert (row.status, row.closed_at, row.out_of_scope_reason, row.response_state) == (
        "in_progress",
        None,
        "",
        "running",
    )
    assert [timer.kind for timer in timers_of(ticket)] == ["first", "next"]


def test_a_message_takes_it_up_again(plans, ticket):
    close(ticket, plans.engineer)
    message(ticket, plans.outsider, at("2026-11-25 09:00"))
    assert (fresh(ticket).status, fresh(ticket).out_of_scope_reason) == ("in_progress", "")


def test_the_customer_is_told_what_helps_instead(plans, ticket):
    close(ticket, plans.engineer, reason="unlisted_third_party")
    with clock.at(LATER):
        outbox.relay()
        page = browser_of(plans.outsider).get(reverse("tickets:ticket", args=["orbit", ticket.number])).content.decode()
    with tenancy.everything():
        told = Notification.objects.filter(person=plans.outsider, kind="ticket.out_of_scope")
        assert [notice.params["scope"]["en"] for notice in told] == ["Third-party software that is not on the list"]
    assert "Support plans do not cover this" in page
    assert "Reason: Third-party software that is not on the list." in page
    for place in ("vendor", "community", "marketplace", "forum"):
        assert place in page
    assert reverse("supportplans:plans") in page
    assert "mailto:sales@support.example" in page


def test_the_api_answers_with_the_ticket(plans, ticket, api):
    path = f"/api/v1/desk/tickets/{ticket.number}/close-out-of-scope"
    with clock.at(LATER):
        wrong = api(plans.engineer).post(path, {"reason": "nothing", "body": WORDS}, format="json")
        answer = api(plans.engineer).post(path, {"reason": "other", "body": WORDS}, format="json")
        again = api(plans.engineer).post(path, {"reason": "other", "body": WORDS}, format="json")
        denied = api(plans.admin).post(path, {"reason": "other", "body": WORDS}, format="json")
    assert (wrong.status_code, wrong.json()["code"], list(wrong.json()["errors"])) == (
        400,
        "validation_error",
        ["reason"],
    )
    body = answer.json()
    assert (answer.status_code, body["status"], body["out_of_scope_reason"]) == (200, "closed", "other")
    assert body["messages"][-1]["channel"] == "api"
    assert (again.status_code, again.json()["code"]) == (409, "ticket_not_open")
    assert denied.status_code == 403


def test_the_form_keeps_what_was_typed(plans, ticket):
    path = reverse("tickets:close_out_of_scope", args=[ticket.number])
    with clock.at(NOON):
        browser = browser_of(plans.engineer, **{"HX-Request": "true"})
        form = browser.get(path).content.decode()
        refused = browser.post(path, {"body": WORDS})
        done = browser.post(path, {"body": WORDS, "reason": "other"})
    assert "Hands-on operation of third-party software" in form
    assert refused.status_code == 400
    assert WORDS in refused.content.decode()
    assert "Choose one of the reasons" in refused.content.decode()
    assert 'id="ticket-head" hx-swap-oob="outerHTML"' in done.content.decode()
    assert fresh(ticket).status == "closed"

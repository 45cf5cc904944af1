"""What customers do to their tickets over HTTP (spec pages 4.5 and 7): good input, bad input, strangers, repeats."""

from datetime import timedelta

import pytest

from common import clock
from tests.tickets.conftest import NOON, act, at, events_of, file, fresh, reply
from tickets import merging
from tickets.handling import claim

LATER = NOON + timedelta(minutes=5)
BODIES = {
    "withdraw": {},
    "reopen": {},
    "close": {},
    "urge": {},
    "satisfaction": {"score": 5, "comment": "Good."},
    "request-regrade": {"severity": "production_down", "reason": "All of it is down now."},
}
# What each leaves in the history, and the refusal of a ticket in the other state.
EVENTS = {
    "withdraw": ("withdrawn", "ticket_not_open"),
    "reopen": ("reopened", "ticket_not_finished"),
    "close": ("closed", "ticket_not_open"),
    "urge": ("urged", "ticket_not_open"),
    "satisfaction": ("rated", "ticket_not_resolved"),
    "request-regrade": ("regrade_requested", "ticket_not_open"),
}
OF_FINISHED = ("reopen", "satisfaction")


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def finish(ticket, plans) -> None:
    reply(ticket, plans.engineer, LATER, then="resolve")


def end(ticket, plans, api) -> None:
    assert api(plans.outsider).post(path(ticket, "withdraw")).status_code == 200


def path(ticket, action: str, slug: str = "orbit") -> str:
    return f"/api/v1/orgs/{slug}/tickets/{ticket.number}/{action}"


@pytest.mark.parametrize("action", BODIES)
def test_it_is_done_and_answered_with_the_ticket(plans, ticket, api, action):
    if action in OF_FINISHED:
        finish(ticket, plans)
    answer = api(plans.outsider).post(path(ticket, action), BODIES[action], format="json")
    assert answer.status_code == 200
    assert answer.json()["number"] == ticket.number
    assert EVENTS[action][0] in [row["event"] for row in answer.json()["history"]]


@pytest.mark.parametrize("action", BODIES)
def test_it_is_refused_in_the_other_state_and_nothing_happens(plans, ticket, api, action):
    if action not in OF_FINISHED:
        end(ticket, plans, api)
    before = events_of(ticket)
    answer = api(plans.outsider).post(path(ticket, action), BODIES[action], format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, EVENTS[action][1])
    assert answer["Content-Type"] == "application/problem+json"
    assert events_of(ticket) == before


@pytest.mark.parametrize("action", BODIES)
def test_strangers_readers_and_the_staff_do_it_not(plans, ticket, api, action):
    mine = file(plans.acme, plans.member)
    body = BODIES[action]
    before = [events_of(ticket), events_of(mine)]
    assert api().post(path(ticket, action), body, format="json").status_code == 401
    assert api(plans.member).post(path(ticket, action), body, format="json").status_code == 404
    assert api(plans.member).post(path(ticket, action, "acme"), body, format="json").status_code == 404
    assert api(plans.engineer).post(path(ticket, action), body, format="json").status_code == 403
    assert api(plans.viewer).post(path(mine, action, "acme"), body, format="json").status_code == 403
    assert api(plans.member, scope="read").post(path(mine, action, "acme"), body, format="json").status_code == 403
    assert [events_of(ticket), events_of(mine)] == before


@pytest.mark.parametrize("action", BODIES)
def test_bad_input_is_a_400_and_never_a_500(plans, ticket, api, action):
    before, client, address = events_of(ticket), api(plans.outsider), path(ticket, action)
    if BODIES[action]:
        for body in ("{", '{"score": NaN}', b"\xff", "[]", "7"):
            assert client.post(address, body, content_type="application/json").status_code == 400
        assert client.post(address, "x", content_type="text/plain").status_code == 415
    assert client.get(address).status_code == 405
    for number in ("T-2026-0000000", "x", "%00", "T-2026-" + "9" * 300):
        assert (
            client.post(f"/api/v1/orgs/orbit/tickets/{number}/{action}", BODIES[action], format="json").status_code
            == 404
        )
    assert events_of(ticket) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "severity"),
        ({"severity": "production_down"}, "reason"),
        ({"severity": "production_down", "reason": " "}, "reason"),
        ({"severity": 1, "reason": "x"}, "severity"),
        ({"severity": "huge", "reason": "x"}, "severity"),
    ],
)
def test_a_severity_is_asked_for_with_a_reason(plans, ticket, api, body, field):
    answer = api(plans.outsider).post(path(ticket, "request-regrade"), body, format="json")
    assert (answer.status_code, next(iter(answer.json()["errors"]))) == (400, field)


def test_the_same_key_rates_once(plans, ticket, api):
    finish(ticket, plans)
    client, headers = api(plans.outsider), {"Idempotency-Key": "one"}
    first, second = (
        client.post(path(ticket, "satisfaction"), {"score": 4}, format="json", headers=headers) for _ in "ab"
    )
    assert first.json() == second.json()
    assert second["Idempotent-Replay"] == "true"
    other = client.post(path(ticket, "satisfaction"), {"score": 1}, format="json", headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert fresh(ticket).satisfaction == 4


# ---- what an open page hears -----------------------------------------------------------------------------------------


@pytest.fixture
def state(plans, ticket, browse):
    browser = browse(plans.outsider)

    def asked() -> str:
        return browser.get(f"/o/orbit/tickets/{ticket.number}/state").content.decode()

    return asked


def test_an_open_page_hears_of_every_change(plans, ticket, state):
    assert "takes care of it" not in state()
    act(claim, ticket, plans.engineer, LATER)
    assert "Engineer takes care of it" in state()
    reply(ticket, plans.engineer, LATER, then="wait")
    html = state()
    assert "We wait for your answer" in html
    assert 'id="reply-promise" hx-swap-oob="true">Once you send, we owe you an answer within 3 h.' in html
    finish(ticket, plans)
    html = state()
    assert "If something is still open, write: it opens again." in html
    assert 'id="ask-reopen"' in html
    assert 'id="ask-severity"' not in html


def test_an_open_page_hears_of_another_severity(plans, ticket, state):
    from tickets.regrading import regrade

    assert 'id="severity-besides-production_impaired"' in state()
    act(regrade, ticket, plans.lead, LATER, severity="production_down", reason="All is down")
    html = state()
    assert 'id="severity-besides-production_down"' in html
    assert "Production down" in html


def test_an_open_page_hears_where_a_merged_ticket_goes_on(plans, ticket, state):
    other = file(plans.orbit, plans.outsider)
    assert 'id="ticket-merged" hx-swap-oob="true"></div>' in state()
    act(merging.merge, ticket, plans.engineer, LATER, into=other.number)
    html = state()
    assert f'href="/o/orbit/tickets/{other.number}">{other.number}</a>' in html
    assert 'id="reply" hx-swap-oob="true"' in html
    assert "<textarea" not in html.split('id="reply"')[1].split("severity-choice")[0]


def test_a_ticket_that_is_over_leads_to_a_new_one(plans, ticket, browse):
    finish(ticket, plans)
    with clock.at(at("2026-12-20 12:00")):
        html = browse(plans.outsider).get(f"/o/orbit/tickets/{ticket.number}/state").content.decode()
    assert f"/o/orbit/tickets/new?follow_up_of={ticket.number}" in html

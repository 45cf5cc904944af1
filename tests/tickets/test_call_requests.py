"""A customer asks to be called back, and needs no call any more (spec page 4.5)."""

from datetime import timedelta

import pytest

from accounts.models import Organization
from common import clock, tenancy
from tests.tickets.conftest import NOON, act, events_of, file, fresh, reply
from tickets.desk.callbacks import record_call
from tickets.models import CallbackRequest

LATER = NOON + timedelta(minutes=5)
CALL = {"phone": "+86 571 8888-0000", "when": "after 14:00"}


@pytest.fixture(autouse=True)
def _later():
    with clock.at(LATER):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


@pytest.fixture
def path(ticket):
    return f"/api/v1/orgs/orbit/tickets/{ticket.number}/callback"


def requests(ticket) -> list[tuple[str, str]]:
    with tenancy.everything():
        return list(CallbackRequest.objects.filter(ticket=ticket).values_list("phone", "when"))


def test_asking_changing_and_withdrawing_by_the_api(plans, ticket, path, api):
    client = api(plans.outsider)
    answer = client.post(path, CALL, format="json")
    assert answer.status_code == 200
    assert answer.json()["callback"] == CALL | {"requested_at": "2026-11-24T12:05:00+08:00"}
    assert client.post(path, {"phone": "110"}, format="json").json()["callback"]["phone"] == "110"
    assert requests(ticket) == [("110", "")]
    gone = client.post(f"{path}/withdraw")
    assert (gone.status_code, gone.json()["callback"]) == (200, None)
    assert requests(ticket) == []
    assert fresh(ticket).callback_wanted is False
    assert events_of(ticket)[-3:] == ["callback_requested", "callback_requested", "callback_withdrawn"]
    again = client.post(f"{path}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "no_callback_requested")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": 110}, "phone"),
        ({"phone": "tomorrow"}, "phone"),
        ({"phone": "1" * 41}, "phone"),
        ({"phone": "110\x00"}, "phone"),
        ({"phone": "110", "when": "x" * 101}, "when"),
        ({"phone": "110", "when": ["now"]}, "when"),
    ],
)
def test_bad_input_by_the_api_names_the_field(plans, ticket, path, api, body, field):
    answer = api(plans.outsider).post(path, body, format="json")
    assert answer.status_code == 400
    if "\x00" not in body.get("phone", "") if isinstance(body.get("phone"), str) else True:
        assert field in answer.json()["errors"]
    assert requests(ticket) == []


def test_a_finished_ticket_and_a_disabled_organization_get_no_call(plans, ticket, path, api):
    client = api(plans.outsider)
    Organization.objects.filter(pk=plans.orbit.pk).update(disabled_at=NOON)
    assert client.post(path, CALL, format="json").json()["code"] == "organization_disabled"
    Organization.objects.filter(pk=plans.orbit.pk).update(disabled_at=None)
    reply(ticket, plans.engineer, LATER, then="resolve")
    assert client.post(path, CALL, format="json").json()["code"] == "ticket_not_open"
    assert requests(ticket) == []


def test_strangers_and_the_staff_ask_for_no_call(plans, ticket, path, api):
    for address in (path, f"{path}/withdraw"):
        assert api(plans.member).post(address, CALL, format="json").status_code == 404
        assert api(plans.engineer).post(address, CALL, format="json").status_code == 403
    assert requests(ticket) == []


def test_the_page_shows_where_the_request_stands(plans, ticket, browse):
    browser, page = browse(plans.outsider), f"/o/orbit/tickets/{ticket.number}"
    assert "Ask for a call" in browser.get(page).content.decode()
    aside = browser.post(f"{page}/callback", CALL, headers={"HX-Request": "true"})
    assert aside.status_code == 200
    assert "We will call" in aside.content.decode()
    assert browser.post(f"{page}/callback", {"phone": "soon"}, headers={"HX-Request": "true"}).status_code == 400
    html = browser.get(f"{page}/state").content.decode()
    assert CALL["phone"] in html
    assert "No call needed" in html
    act(record_call, ticket, plans.engineer, LATER, outcome="Restarted it; do not tell.")
    html = browser.get(f"{page}/state").content.decode()
    assert "We called on" in html
    assert "do not tell" not in html
    assert browser.post(f"{page}/callback", CALL).status_code == 303
    assert browser.post(f"{page}/callback/withdraw").status_code == 303
    assert CALL["phone"] not in browser.get(f"{page}/state").content.decode()

import pytest

from common import clock, tenancy
from common.problems import FieldErrors
from tests.tickets.conftest import NOON, act, events_of, file, fresh, reply, timers_of
from tickets.desk.callbacks import NoCallbackWanted, open_callback, record_call, request_callback
from tickets.models import CallbackRequest
from tickets.refusals import TicketNotOpen

CALL = {"phone": "+86 571 8888-0000 ext 12", "when": "after 14:00"}


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def ask(ticket, by, *, phone=CALL["phone"], when=CALL["when"]):
    with tenancy.everything():
        return request_callback(ticket=ticket, phone=phone, when=when, by=by, at=NOON)


def callbacks(ticket):
    with tenancy.everything():
        return list(CallbackRequest.objects.filter(ticket=ticket))


def test_a_request_waits_in_its_view_until_somebody_called(plans, ticket, api):
    file(plans.orbit, plans.outsider)
    ask(ticket, plans.outsider)
    client = api(plans.engineer)
    (row,) = client.get("/api/v1/desk/queue", {"view": "callbacks"}).json()["results"]
    assert row["number"] == ticket.number
    assert row["callback"] == CALL | {"requested_at": "2026-11-24T12:00:00+08:00"}
    answer = client.post(f"/api/v1/desk/tickets/{ticket.number}/called", {"outcome": "Restarted it"}, format="json")
    assert (answer.status_code, answer.json()["callback"]) == (200, None)
    assert client.get("/api/v1/desk/queue", {"view": "callbacks"}).json()["results"] == []
    (done,) = callbacks(ticket)
    assert (done.called_by, done.called_at, done.outcome) == (plans.engineer, NOON, "Restarted it")
    assert events_of(ticket)[-2:] == ["callback_requested", "called_back"]


def test_a_call_is_no_public_answer(plans, ticket):
    ask(ticket, plans.outsider)
    act(record_call, ticket, plans.engineer, NOON, outcome="")
    (timer,) = timers_of(ticket)
    assert timer.state == "running"


def test_asking_again_changes_the_open_request(plans, ticket):
    ask(ticket, plans.outsider)
    ask(ticket, plans.outsider, phone="110", when="")
    (request,) = callbacks(ticket)
    assert (request.phone, request.when) == ("110", "")


def test_nobody_is_called_twice(plans, ticket, api):
    ask(ticket, plans.outsider)
    act(record_call, ticket, plans.engineer, NOON, outcome="")
    with pytest.raises(NoCallbackWanted):
        act(record_call, ticket, plans.expert, NOON, outcome="")
    answer = api(plans.expert).post(f"/api/v1/desk/tickets/{ticket.number}/called")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_callback_requested")
    assert callbacks(ticket)[0].called_by == plans.engineer


def test_a_finished_ticket_takes_no_request(plans, ticket):
    reply(ticket, plans.engineer, NOON, then="resolve")
    with pytest.raises(TicketNotOpen):
        ask(ticket, plans.outsider)
    assert fresh(ticket).callback_wanted is False


@pytest.mark.parametrize("phone", ["", "tomorrow", "12", "1" * 41, "+86<script>"])
def test_what_is_no_phone_number_is_refused(plans, ticket, phone):
    with pytest.raises(FieldErrors):
        ask(ticket, plans.outsider, phone=phone, when="")
    with tenancy.everything():
        assert open_callback(ticket) is None

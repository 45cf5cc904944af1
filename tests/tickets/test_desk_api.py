import pytest

from common import clock, tenancy
from tests.tickets.conftest import NOON, at, events_of, file, fresh, message, reply, timers_of
from tickets.models import Message

QUEUE, DESK = "/api/v1/desk/queue", "/api/v1/desk/tickets"


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def ticket(plans):
    return file(plans.orbit, plans.outsider)


def post(client, ticket, action, body=None):
    return client.post(f"{DESK}/{ticket.number}/{action}", body if body is not None else {}, format="json")


def test_a_row_of_the_queue(plans, ticket, api):
    body = api(plans.engineer).get(QUEUE).json()
    assert (body["next"], body["previous"]) == (None, None)
    (row,) = body["results"]
    assert {
        name: row[name]
        for name in (
            "number",
            "organization",
            "tags",
            "resolution_priority",
            "seconds_left",
            "event_booking",
            "assignee",
        )
    } == {
        "number": ticket.number,
        "organization": "orbit",
        "tags": [],
        "resolution_priority": "high",
        "seconds_left": 180 * 60,
        "event_booking": None,
        "assignee": None,
    }
    assert "body" not in row
    assert row["url"].endswith(f"/desk/tickets/{ticket.number}")


def test_seconds_left_go_below_zero_and_are_null_when_nothing_is_owed(plans, ticket, api):
    with clock.at(at("2026-11-24 15:01:30")):
        (row,) = api(plans.engineer).get(QUEUE).json()["results"]
    assert (row["seconds_left"], row["response_state"]) == (-90, "breached")
    reply(ticket, plans.engineer, at("2026-11-24 14:00"))
    (row,) = api(plans.engineer).get(QUEUE).json()["results"]
    assert (row["seconds_left"], row["response_state"]) == (None, "met")


def test_pages_of_the_queue_are_addresses(plans, api):
    numbers = {file(plans.orbit, plans.outsider).number for _ in range(3)}
    client = api(plans.engineer)
    first = client.get(QUEUE, {"page_size": 2, "view": "unassigned"}).json()
    second = client.get(first["next"]).json()
    assert {row["number"] for row in first["results"] + second["results"]} == numbers
    assert "view=unassigned" in second["previous"]
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "parameters", [{"view": "x"}, {"cursor": "x"}, {"channel": "pigeon"}, {"level": "x"}, {"q": "x" * 201}]
)
def test_parameters_that_cannot_be_read_are_named(plans, api, parameters):
    answer = api(plans.engineer).get(QUEUE, parameters)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, set(parameters))


@pytest.mark.parametrize("view", ["mine", "unassigned", "team", "at_risk", "breached", "waiting", "callbacks", "all"])
def test_every_view_answers(plans, ticket, api, view):
    assert api(plans.engineer).get(QUEUE, {"view": view}).status_code == 200


def test_claiming_answers_with_the_ticket(plans, ticket, api):
    answer = post(api(plans.engineer), ticket, "claim")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["assignee"]) == (
        "in_progress",
        {"name": "Engineer", "email": "engineer@support.example"},
    )
    refused = post(api(plans.expert), ticket, "claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_claimed")
    assert refused.json()["assignee"] == {"name": "Engineer", "email": "engineer@support.example"}
    assert post(api(plans.engineer), ticket, "release").json()["assignee"] is None


def test_assigning_needs_a_colleague(plans, ticket, api):
    client = api(plans.lead)
    assert post(client, ticket, "assign", {"to": "expert@support.example"}).json()["assignee"]["name"] == "Expert"
    for wrong in ({"to": "x@y.example"}, {"to": 5}):
        answer = post(client, ticket, "assign", wrong)
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {"to"})
    assert fresh(ticket).assignee == plans.expert


@pytest.mark.parametrize(
    ("then", "status"), [(None, "in_progress"), ("wait", "waiting_customer"), ("resolve", "resolved")]
)
def test_a_reply_answers_and_may_go_on(plans, ticket, api, then, status):
    body = post(api(plans.engineer), ticket, "reply", {"body": "Try this.", "then": then}).json()
    assert (body["status"], body["response_state"]) == (status, "met")
    assert body["messages"][-1]["body"] == "Try this."
    assert body["timers"][0]["answered_at"] == "2026-11-24T12:00:00+08:00"


@pytest.mark.parametrize("wrong", [{}, {"body": ""}, {"body": "x", "then": "close"}, {"body": None}])
def test_a_reply_that_cannot_be_read_answers_nothing(plans, ticket, api, wrong):
    assert post(api(plans.engineer), ticket, "reply", wrong).status_code == 400
    assert timers_of(ticket)[0].state == "running"
    with tenancy.everything():
        assert Message.objects.count() == 1


def test_notes_are_seen_at_the_desk_only(plans, ticket, api):
    body = post(api(plans.engineer), ticket, "note", {"body": "Ask the network team."}).json()
    assert [(m["body"], m["public"]) for m in body["messages"][1:]] == [("Ask the network team.", False)]
    assert body["response_state"] == "running"
    customer = api(plans.outsider).get(f"/api/v1/orgs/orbit/tickets/{ticket.number}").json()
    assert len(customer["messages"]) == 1
    assert "network team" not in str(customer)
    # The staff's colleagues are known to customers by name alone.
    post(api(plans.engineer), ticket, "claim")
    customer = api(plans.outsider).get(f"/api/v1/orgs/orbit/tickets/{ticket.number}").json()
    assert customer["assignee"] == {"name": "Engineer"}
    assert "@support.example" not in str(customer)


@pytest.mark.parametrize("action", ["wait", "resolve"])
def test_while_an_answer_is_owed_it_is_refused(plans, ticket, api, action):
    answer = post(api(plans.engineer), ticket, action)
    assert (answer.status_code, answer.json()["code"]) == (409, "answer_owed")
    reply(ticket, plans.engineer, NOON)
    assert post(api(plans.engineer), ticket, action).status_code == 200


def test_a_basic_ticket_is_accepted(plans, api):
    basic = file(plans.acme, plans.member)
    body = post(api(plans.engineer), basic, "accept").json()
    assert (body["status"], body["timers"][0]["state"]) == ("in_progress", "met")
    assert post(api(plans.engineer), basic, "accept").json()["code"] == "already_accepted"


@pytest.mark.parametrize("action", ["claim", "release", "assign", "accept", "reply", "note", "wait", "resolve"])
def test_members_find_no_desk_and_staff_without_the_role_are_denied(plans, ticket, api, action):
    body = {"to": "expert@support.example", "body": "x"}
    for person in (plans.outsider, plans.partner_owner):
        assert post(api(person), ticket, action, body).status_code == 404
    for person in (plans.billing_operator, plans.admin):
        assert post(api(person), ticket, action, body).status_code == 403
    assert post(api(), ticket, action, body).status_code == 401
    assert events_of(ticket) == ["created", "timer_started"]


def test_who_reads_the_desk(plans, ticket, api):
    for path in (QUEUE, f"{DESK}/{ticket.number}"):
        assert api(plans.admin).get(path).status_code == 200
        assert api(plans.billing_operator).get(path).status_code == 403
        assert api(plans.outsider).get(path).status_code == 404
        assert api().get(path).status_code == 401


def test_an_unknown_number_is_not_found(plans, api):
    assert api(plans.engineer).get(f"{DESK}/T-2026-0000000").status_code == 404
    assert api(plans.engineer).get(f"{DESK}/x").status_code == 404


def test_history_tells_of_a_late_answer(plans, ticket, api):
    message(ticket, plans.outsider, at("2026-11-24 12:30"))
    reply(ticket, plans.engineer, at("2026-11-24 15:30"))
    body = api(plans.engineer).get(f"{DESK}/{ticket.number}").json()
    escalated = [row for row in body["history"] if row["event"] == "escalated"]
    assert escalated == [
        {
            "at": "2026-11-24T15:00:00+08:00",
            "by": None,
            "event": "escalated",
            "details": {"timer": "first", "step": 100},
        }
    ]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("regrade", {"severity", "reason"}),
        ("reclassify", {"kind", "reason"}),
        ("merge", {"into"}),
        ("split", {"messages", "subject"}),
        ("link", {"kind", "to"}),
        ("close-out-of-scope", {"reason", "body"}),
    ],
)
def test_actions_name_the_fields_they_need(plans, ticket, api, path, fields):
    answer = post(api(plans.engineer), ticket, path)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, fields)


def test_unknown_codes_are_named_filter_by_filter(api, plans):
    wrong = {"kind": "nope", "severity": "p1", "product": "x", "tier": "gold", "channel": "fax", "level": "guru"}
    answer = api(plans.engineer).get(QUEUE, wrong | {"view": "all", "q": "disks"})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert sorted(answer.json()["errors"]) == sorted(wrong)
    assert answer.json()["errors"]["kind"] == ["This is not one of: technical, business."]
    known = {"kind": "technical", "severity": "guidance", "product": "rds", "tier": "business", "channel": "portal"}
    assert api(plans.engineer).get(QUEUE, known | {"level": "expert"}).status_code == 200

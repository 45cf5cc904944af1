"""One action on many tickets: each by its own rule and in its own transaction, refusals told, nothing done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock, tenancy
from common.problems import FieldErrors
from tests.tickets.conftest import NOON, act, events_of, file, fresh, reply
from tickets import access, handling
from tickets.desk import bulk_actions, bulk_work
from tickets.models import CannedReply

BULK = "/api/v1/desk/bulk"


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("tickets.desk.bulk_bell.ring", lambda: None)
    with clock.at(NOON):
        yield


@pytest.fixture
def three(plans):
    return [file(plans.orbit, plans.outsider, NOON + timedelta(minutes=n)) for n in range(3)]


def begin(action, tickets, by, **params):
    numbers = [ticket.number for ticket in tickets]
    with tenancy.everything():
        return bulk_actions.begin(action=action, params=params, numbers=numbers, by=by, at=NOON)


def done(row, **more):
    bulk_work.work(at=NOON, **more)
    return bulk_actions.one(row.pk)


def test_every_ticket_is_claimed_and_what_was_refused_says_why(plans, three):
    act(handling.claim, three[1], plans.expert, NOON)
    row = done(begin("claim", three, plans.engineer))
    assert [fresh(ticket).assignee for ticket in three] == [plans.engineer, plans.expert, plans.engineer]
    assert row.refused == [
        {"number": three[1].number, "code": "already_claimed", "detail": "Expert has this ticket already."}
    ]
    assert (row.position, row.finished_at) == (3, row.finished_at)
    assert row.finished_at is not None


def test_a_ticket_named_twice_is_done_once(plans, three):
    row = done(begin("claim", [three[0], three[0]], plans.engineer))
    assert row.numbers == [three[0].number]


def test_a_worker_that_died_is_followed_by_one_that_goes_on(plans, three):
    row = begin("tag", three, plans.engineer, add=["outage"])
    assert bulk_work.step(row.pk, at=NOON) is True

    # The second ticket was done, and its worker died before it could say so: nothing of it stayed.
    def dying():
        with tenancy.everything():
            bulk_work.step(row.pk, at=NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dying()
    assert bulk_actions.one(row.pk).position == 1
    assert fresh(three[1]).tags == []
    row = done(row)
    assert [events_of(ticket).count("tagged") for ticket in three] == [1, 1, 1]
    assert bulk_work.work(at=NOON) == {"done": 0}


def test_a_run_ends_in_time_and_the_next_goes_on(plans, three):
    row = begin("claim", three, plans.engineer)
    assert bulk_work.work(at=NOON, seconds=0) == {"done": 1}
    assert bulk_actions.one(row.pk).position == 1
    assert done(row).position == 3


def test_a_failure_that_nobody_foresaw_holds_up_no_other_ticket(plans, three, monkeypatch):
    def fail(*_args):
        raise RuntimeError

    broken = bulk_actions.Action("Claim", "Claimed", fail)
    row = begin("claim", three[:1], plans.engineer)
    monkeypatch.setitem(bulk_actions.ACTIONS, "claim", broken)
    assert done(row).refused == [{"number": three[0].number, "code": "error", "detail": ""}]


def test_who_lost_the_role_meanwhile_does_nothing_more(plans, three):
    row = begin("claim", three, plans.engineer)
    plans.engineer.staff.delete()
    assert {one["code"] for one in done(row).refused} == {"permission_denied"}
    assert fresh(three[0]).assignee is None


def test_stopped_is_stopped(plans, three):
    row = begin("claim", three, plans.engineer)
    bulk_work.step(row.pk, at=NOON)
    with tenancy.everything():
        bulk_actions.stop(bulk=row, at=NOON)
    assert done(row).position == 1
    assert fresh(three[1]).assignee is None


def test_a_canned_reply_is_filled_for_each_ticket(plans, three):
    canned = CannedReply.objects.create(title="Known", body_en="We know of {{ ticket.number }}.")
    done(begin("reply", three[:2], plans.engineer, canned_reply=canned.pk, then="wait"))
    with tenancy.everything():
        said = [access.messages_of(ticket, internal=False)[-1].body for ticket in three[:2]]
    assert said == [f"We know of {ticket.number}." for ticket in three[:2]]
    assert {fresh(ticket).status for ticket in three[:2]} == {"waiting_customer"}


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("assign", {"to": "expert@support.example"}),
        ("release", {}),
        ("regrade", {"severity": "guidance", "reason": "It is a question"}),
    ],
)
def test_actions_with_fields(plans, three, action, params):
    act(handling.claim, three[0], plans.engineer, NOON)
    row = done(begin(action, three[:1], plans.engineer, **params))
    assert row.refused == []
    ticket = fresh(three[0])
    holder = {"assign": plans.expert, "release": None}.get(action, plans.engineer)
    assert (ticket.assignee, ticket.severity) == (holder, params.get("severity", "production_impaired"))


def test_resolve_wait_and_merge_are_refused_as_for_one_ticket(plans, three):
    assert [one["code"] for one in done(begin("resolve", three[:1], plans.engineer)).refused] == ["answer_owed"]
    assert [one["code"] for one in done(begin("wait", three[:1], plans.engineer)).refused] == ["answer_owed"]
    reply(three[0], plans.engineer, NOON)
    assert done(begin("resolve", three[:1], plans.engineer)).refused == []
    merged = done(begin("merge", three[1:], plans.engineer, into=three[1].number))
    assert [one["number"] for one in merged.refused] == [three[1].number]
    assert (fresh(three[2]).status, fresh(three[1]).status) == ("merged", "open")


@pytest.mark.parametrize(
    ("action", "params", "field"),
    [
        ("dance", {}, "action"),
        ("assign", {"to": "member@acme.example"}, "to"),
        ("tag", {}, "add"),
        ("tag", {"add": ["<b>"]}, "add"),
        ("reply", {"body": " "}, "body"),
        ("reply", {"canned_reply": 999_999}, "canned_reply"),
        ("regrade", {"severity": "x", "reason": "y"}, "severity"),
        ("regrade", {"severity": "guidance", "reason": ""}, "reason"),
        ("merge", {"into": "T-2026-0000000"}, "into"),
    ],
)
def test_what_cannot_work_on_any_ticket_is_said_at_once(plans, three, action, params, field):
    with pytest.raises(FieldErrors) as refused:
        begin(action, three, plans.engineer, **params)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("numbers", [[], ["x"], [f"T-2026-{n:07}" for n in range(1001)]])
def test_which_tickets_is_said_in_numbers_of_tickets(plans, numbers):
    with pytest.raises(FieldErrors) as refused:
        bulk_actions.begin(action="claim", params={}, numbers=numbers, by=plans.engineer, at=NOON)
    assert set(refused.value.errors) == {"numbers"}


def test_all_that_match_by_the_api(plans, three, api):
    file(plans.acme, plans.member)
    client = api(plans.engineer)
    made = client.post(BULK, {"action": "claim", "view": "unassigned", "filters": {"tier": "business"}}, format="json")
    assert (made.status_code, made.json()["total"], made.json()["position"]) == (201, 3, 0)
    bulk_work.work(at=NOON)
    body = client.get(f"{BULK}/{made.json()['id']}").json()
    assert (body["position"], body["refused"], body["finished_at"] is not None) == (3, [], True)
    for which in ({"view": "all", "filters": {"x": "y"}}, {"view": "x"}, {"numbers": []}, {}):
        assert client.post(BULK, {"action": "claim"} | which, format="json").status_code == 400


@pytest.mark.parametrize(("who", "status"), [("admin", 403), ("billing_operator", 403), ("outsider", 404)])
def test_only_who_works_on_tickets_begins_one(plans, three, api, who, status):
    answer = api(getattr(plans, who)).post(BULK, {"action": "claim", "numbers": [three[0].number]}, format="json")
    assert answer.status_code == status
    bulk_work.work(at=NOON)
    assert fresh(three[0]).assignee is None

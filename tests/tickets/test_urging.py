"""A customer urges for an answer, once per half target (spec page 4.5)."""

import pytest

from common import clock, outbox, tenancy
from notifications.models import Notification
from tests.cast import client_of
from tests.tickets.conftest import at, file, history_of, message, own, reply, timers_of
from tickets import urging
from tickets.handling import claim
from tickets.sweep import sweep


@pytest.fixture
def ticket(plans):
    """A target of 180 minutes: steps at 13:30, 14:24, 15:00 and 18:00."""
    return file(plans.orbit, plans.outsider)


def urge(ticket, by, when: str):
    return own(urging.urge, ticket, by, at(when))


def told() -> list[tuple[str, str]]:
    outbox.relay()
    with tenancy.everything():
        rows = Notification.objects.filter(kind="ticket.urged").select_related("person").order_by("pk")
        return [(row.person.email.split("@")[0], row.params["by"]) for row in rows]


@pytest.mark.parametrize(
    ("swept_at", "urged_at", "expected"),
    [
        ("12:01", "12:02", ["expert"]),
        ("13:30", "13:31", ["expert", "lead"]),
        ("14:30", "14:31", ["lead"]),
        ("18:30", "18:31", ["lead"]),
    ],
)
def test_the_people_of_the_next_step_are_told(plans, ticket, swept_at, urged_at, expected):
    with clock.at(at(f"2026-11-24 {swept_at}")):
        sweep(at=at(f"2026-11-24 {swept_at}"))
    urge(ticket, plans.outsider, f"2026-11-24 {urged_at}")
    with clock.at(at(f"2026-11-24 {urged_at}")):
        assert sorted(told()) == [(person, "Owner") for person in expected]


def test_who_has_the_ticket_is_told(plans, ticket):
    with tenancy.everything():
        claim(ticket=ticket, by=plans.engineer, at=at("2026-11-24 12:01"))
    urge(ticket, plans.outsider, "2026-11-24 12:02")
    with clock.at(at("2026-11-24 12:02")):
        assert told() == [("engineer", "Owner")]
        assert told() == [("engineer", "Owner")]


def test_no_timer_changes_and_the_history_says_who_urged(plans, ticket):
    before = timers_of(ticket)[0]
    urge(ticket, plans.outsider, "2026-11-24 12:02")
    (timer,) = timers_of(ticket)
    assert (timer.due_at, timer.next_step, timer.next_step_at) == (before.due_at, 50, before.next_step_at)
    row = history_of(ticket)[-1]
    assert (row.event, row.by, row.timer_id, row.details) == ("urged", plans.outsider, timer.pk, {"timer": "first"})


def test_urging_is_possible_once_per_half_target(plans, ticket):
    urge(ticket, plans.outsider, "2026-11-24 12:10")
    with pytest.raises(urging.UrgedAlready) as refused:
        urge(ticket, plans.outsider, "2026-11-24 13:39:59")
    assert refused.value.members["possible_at"] == "2026-11-24T13:40:00+08:00"
    urge(ticket, plans.outsider, "2026-11-24 13:40")
    assert [row.event for row in history_of(ticket)].count("urged") == 2


def test_half_a_working_day_is_twelve_counted_hours(plans):
    """Friday 15:00: half of the day after is Monday 03:00."""
    ticket = file(plans.acme, plans.member, when=at("2026-11-27 15:00"))
    urge(ticket, plans.member, "2026-11-27 15:00")
    (timer,) = timers_of(ticket)
    assert urging.possible_again_at(timer) == at("2026-11-30 03:00")


def test_where_no_answer_is_owed_nobody_is_urged(plans, ticket):
    reply(ticket, plans.engineer, at("2026-11-24 12:05"))
    with pytest.raises(urging.NoAnswerOwed):
        urge(ticket, plans.outsider, "2026-11-24 12:06")
    message(ticket, plans.outsider, at("2026-11-24 12:07"))
    urge(ticket, plans.outsider, "2026-11-24 12:08")
    assert [timer.urged_at for timer in timers_of(ticket)] == [None, at("2026-11-24 12:08")]


def test_urging_by_the_api(plans, ticket):
    client = client_of(plans.outsider)
    path = f"/api/v1/orgs/orbit/tickets/{ticket.number}/urge"
    with clock.at(at("2026-11-24 12:10")):
        first, second = client.post(path, {}, format="json"), client.post(path)
    assert (first.status_code, first.json()["history"][-1]["event"]) == (200, "urged")
    assert (second.status_code, second.json()["code"]) == (409, "urged_already")
    assert second.json()["possible_at"] == "2026-11-24T13:40:00+08:00"
    reply(ticket, plans.engineer, at("2026-11-24 12:11"))
    with clock.at(at("2026-11-24 12:12")):
        assert client.post(path).json()["code"] == "no_answer_owed"
        assert client_of(plans.member).post(path).status_code == 404


def test_the_button_stands_on_the_customers_page_while_an_answer_is_owed(plans, ticket, browse):
    browser = browse(plans.outsider)
    path = f"/o/orbit/tickets/{ticket.number}"
    with clock.at(at("2026-11-24 12:10")):
        assert 'id="urge"' in browser.get(path).content.decode()
        assert browser.post(f"{path}/urge").status_code == 303
        page = browser.get(path).content.decode()
        assert 'id="urge"' not in page
        assert "You asked us to hurry; you can do so again" in page
        assert browser.post(f"{path}/urge").status_code == 409
    with clock.at(at("2026-11-24 13:40")):
        assert 'id="urge"' in browser.get(path).content.decode()

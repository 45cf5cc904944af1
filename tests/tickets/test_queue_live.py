"""An open queue is kept up to date: what several desks see alike is read once, what is each one's own is not shared."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock, live
from tests.cast import staff
from tests.tickets.conftest import NOON, at, file
from tickets.views import open_queues

pytestmark = pytest.mark.django_db


@pytest.fixture
def announce(monkeypatch):
    """Everything announced so far; the readings of other tests are forgotten."""
    made = [0]
    monkeypatch.setattr(live, "announced", lambda channel: made[0])
    monkeypatch.setattr(open_queues._readings, "_entries", type(open_queues._readings._entries)())
    monkeypatch.setattr(open_queues._readings, "seconds", 60.0)

    def again() -> None:
        made[0] += 1

    return again


def read(client, query: str = "") -> tuple[str, list[str]]:
    """The fragment, and the statements about tickets that it took."""
    with clock.at(NOON), CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("tickets:queue_live") + query)
    assert answer.status_code == 200
    return answer.content.decode(), [one["sql"] for one in queries if "tickets_ticket" in one["sql"]]


def test_each_desk_asks_for_its_own_counts_and_what_nobody_has_read_yet(plans, browse, announce):
    ticket = file(plans.orbit, plans.outsider, at("2026-11-24 11:00"))
    colleague = staff("second@support.example", "engineer", "expert")
    desks = [read(browse(person)) for person in (plans.engineer, plans.expert, colleague)]
    assert all(ticket.number in shown for shown, _taken in desks)
    # The places and rows of the page, counts for everybody, for the level, for oneself; for level and oneself; oneself.
    assert [len(taken) for _shown, taken in desks] == [5, 2, 1]


def test_after_an_announcement_every_desk_sees_the_change(plans, browse, announce):
    desks = [browse(plans.engineer), browse(plans.expert)]
    for desk in desks:
        read(desk)
    ticket = file(plans.orbit, plans.outsider, at("2026-11-24 11:00"))
    assert [ticket.number in read(desk)[0] for desk in desks] == [False, False]  # nothing was announced in this test
    announce()
    assert [ticket.number in read(desk)[0] for desk in desks] == [True, True]


def test_own_tickets_are_marked_for_their_owner_alone(plans, browse, announce, api):
    ticket = file(plans.orbit, plans.outsider, at("2026-11-24 11:00"))
    with clock.at(NOON):
        assert api(plans.engineer).post(f"/api/v1/desk/tickets/{ticket.number}/claim").status_code == 200
    announce()
    assert ["queue-mine" in read(browse(person))[0] for person in (plans.expert, plans.engineer, plans.expert)] == [
        False,
        True,
        False,
    ]
    mine = [ticket.number in read(browse(person), "?view=mine")[0] for person in (plans.expert, plans.engineer)]
    assert mine == [False, True]


def test_each_reads_in_their_own_language(plans, browse, announce):
    file(plans.orbit, plans.outsider, at("2026-11-24 11:00"))
    engineer, expert = browse(plans.engineer), browse(plans.expert)
    plans.expert.language = "zh-hans"
    plans.expert.save(update_fields=["language"])
    assert "Claim" in read(engineer)[0]
    assert "领取" in read(expert)[0]


def test_an_empty_queue_says_so(plans, browse, announce):
    shown, _statements = read(browse(plans.engineer), "?view=callbacks")
    assert '<tbody id="queue-rows" hx-swap-oob="keyed"></tbody>' in shown
    assert 'id="queue-foot"' in shown
    assert "empty" in shown

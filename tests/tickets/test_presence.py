"""Who else looks at a ticket or writes on it: kept by Redis for a moment, told to the desk alone."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock, live
from tests.cast import browser_of
from tests.tickets.conftest import file
from tickets.desk import presence

NUMBER = "T-2026-0000001"


@pytest.fixture
def at_real_time(monkeypatch):
    """`at_real_time(seconds)`: so much later."""
    start = clock.real_now()

    def travel(seconds: float) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: start + timedelta(seconds=seconds))

    travel(0)
    yield travel
    redis.Redis.from_url(settings.REDIS_URL).delete(f"portal:presence:{NUMBER}")


@pytest.fixture
def told(monkeypatch):
    """Channels on which something was announced."""
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(
        live, "_send", lambda channels, message: heard.extend((one, json.loads(message)["event"]) for one in channels)
    )
    return heard


def beat(by, doing="", number=NUMBER):
    return [(one.name, one.doing) for one in presence.beat(number=number, by=by, doing=doing)]


@pytest.mark.django_db
def test_colleagues_see_each_other_until_they_fall_silent(people, at_real_time):
    assert beat(people.engineer) == []
    assert beat(people.expert, "reply") == [("Engineer", "")]
    assert beat(people.engineer) == [("Expert", "reply")]
    # Nobody types for long without saying so, and who says nothing has gone.
    at_real_time(11)
    assert beat(people.engineer) == [("Expert", "")]
    at_real_time(41)
    assert beat(people.engineer) == []
    assert presence.others(NUMBER, besides=people.lead) == [presence.Colleague(people.engineer.pk, "Engineer", "")]


@pytest.mark.django_db
def test_who_leaves_is_gone_at_once(people, at_real_time):
    beat(people.expert)
    presence.leave(number=NUMBER, by=people.expert)
    assert beat(people.engineer) == []


@pytest.mark.django_db(transaction=True)
def test_only_news_are_announced(people, at_real_time, told):
    news = (f"desk-presence:{NUMBER}", "presence-changed")
    for doing, expected in (("", 1), ("", 1), ("reply", 2), ("reply", 2), ("note", 3), ("", 4)):
        beat(people.engineer, doing)
        assert told == [news] * expected
    presence.leave(number=NUMBER, by=people.engineer)
    presence.leave(number=NUMBER, by=people.engineer)
    assert told == [news] * 5


@pytest.mark.django_db
def test_redis_forgets_by_itself(people, at_real_time):
    beat(people.engineer)
    assert 0 < redis.Redis.from_url(settings.REDIS_URL).ttl(f"portal:presence:{NUMBER}") <= presence.HERE_SECONDS


@pytest.mark.django_db
def test_without_redis_nobody_is_seen_and_nothing_breaks(people, monkeypatch):
    gone = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(presence, "_client", lambda: gone)
    assert beat(people.engineer, "reply") == []
    presence.leave(number=NUMBER, by=people.engineer)


def test_an_open_page_asks_for_nothing_but_who_it_is(plans, at_real_time):
    path = reverse("tickets:presence", args=[NUMBER])
    beat(plans.expert, "reply")
    browser = browser_of(plans.engineer)
    browser.post(path)
    with CaptureQueriesContext(connection) as caught:
        answer = browser.post(path, {"doing": "reply"})
    assert "Expert is writing a reply" in answer.content.decode()
    asked = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert [sql.split('FROM "')[1].split('"')[0] for sql in asked] == ["django_session", "accounts_person"]
    assert presence.others(NUMBER, besides=plans.expert)[0].doing == "reply"
    assert browser.post(path, {"leaving": "1"}).status_code == 204
    assert presence.others(NUMBER, besides=plans.expert) == []
    assert browser.post(reverse("tickets:presence", args=["x"])).status_code == 404


def test_customers_learn_nothing_of_it(plans, at_real_time):
    ticket = file(plans.orbit, plans.outsider)
    customer = browser_of(plans.outsider)
    assert customer.post(reverse("tickets:presence", args=[ticket.number])).status_code == 404
    theirs = heard_by(customer, reverse("tickets:ticket", args=["orbit", ticket.number]))
    assert not [channel for channel in theirs if channel.startswith("desk")]
    ours = heard_by(browser_of(plans.engineer), reverse("tickets:desk_ticket", args=[ticket.number]))
    assert f"desk-presence:{ticket.number}" in ours


def heard_by(browser, path):
    """The channels that the page at `path` listens to."""
    page = browser.get(path).content.decode()
    return live.channels_of(unquote(page.split("/events?s=")[1].split('"')[0]))

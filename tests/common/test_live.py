"""Open pages hear that something changed, after the commit, on channels they may hear (spec page 4.5 'Live')."""

from __future__ import annotations

import json

import pytest
import redis
from django.conf import settings
from django.core import signing
from django.db import transaction

from common import live

TICKET = "ticket:990017"
END = "that is all"
PATIENCE = 60  # seconds


@pytest.fixture
def heard():
    """What arrives at Redis on the ticket's channel; other test processes publish on theirs at the same server."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    listener = client.pubsub()
    listener.subscribe(f"{live.CHANNEL_PREFIX}{TICKET}")
    assert listener.get_message(timeout=PATIENCE)["type"] == "subscribe"

    def arrived():
        """All that was said until now: Redis keeps the order, so what was said before the end comes before it."""
        client.publish(f"{live.CHANNEL_PREFIX}{TICKET}", END)
        found = []
        while (message := listener.get_message(timeout=PATIENCE))["data"].decode() != END:
            found.append((message["channel"].decode(), json.loads(message["data"])))
        return found

    yield arrived
    listener.close()
    client.close()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_announced_after_the_commit_and_carries_no_content(heard):
    with transaction.atomic():
        live.publish(TICKET, "ticket-changed", number="T-1")
        assert heard() == []
    assert heard() == [(f"portal:live:{TICKET}", {"event": "ticket-changed", "data": {"number": "T-1"}})]


@pytest.mark.django_db(transaction=True)
def test_announcements_to_the_desk_are_counted_before_they_are_heard(monkeypatch):
    monkeypatch.undo()
    before = live.announced("desk")
    live.publish("desk", "ticket-changed")
    live.publish_all(["desk", TICKET], "ticket-changed")
    live.publish(TICKET, "ticket-changed")
    # Other tests may announce something at the same server meanwhile.
    assert live.announced("desk") >= before + 2
    assert live.announced(TICKET) == 0


def test_nothing_is_counted_where_redis_is_away(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(live, "_client", lambda: redis.Redis(port=1, socket_connect_timeout=0.5))
    assert live.announced("desk") is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_of_what_did_not_happen(heard):
    def fail():
        with transaction.atomic():
            live.publish(TICKET, "ticket-changed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert heard() == []


@pytest.mark.django_db(transaction=True)
def test_redis_away_fails_nobody(monkeypatch):
    tried = []

    def away():
        tried.append(True)
        return redis.Redis(port=1, socket_connect_timeout=0.5)

    monkeypatch.setattr(live, "_client", away)
    with transaction.atomic():
        live.publish("ticket:17", "ticket-changed")
    assert tried == [True]


def test_a_subscription_permits_its_channels_and_no_others():
    signed = live.subscription("ticket:17", "org:3")
    assert live.channels_of(signed) == ["ticket:17", "org:3"]
    for forged in ("", "x", signed[:-1], signing.dumps(["desk"]), signing.dumps(["desk"], salt="other")):
        with pytest.raises(signing.BadSignature):
            live.channels_of(forged)


def test_a_subscription_ends_after_a_day(monkeypatch):
    signed = live.subscription("desk")
    monkeypatch.setattr(live, "SUBSCRIPTION_SECONDS", -1)
    with pytest.raises(signing.SignatureExpired):
        live.channels_of(signed)


@pytest.mark.django_db
def test_many_channels_are_told_in_one_exchange(monkeypatch, django_capture_on_commit_callbacks):
    said = []

    class Client:
        def pipeline(self, *, transaction):
            assert not transaction
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

        def publish(self, channel, message):
            said.append((channel, message))

        def execute(self):
            said.append("sent")

    monkeypatch.setattr(live, "_client", Client)
    with django_capture_on_commit_callbacks(execute=True):
        live.publish_all(["person:1", "person:2"], "notice")
        live.publish_all([], "notice")
    message = '{"event": "notice", "data": {}}'
    assert said == [("portal:live:person:1", message), ("portal:live:person:2", message), "sent"]

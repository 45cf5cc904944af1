"""How often somebody may ask (spec page 8.3), and that a cache that is away lets everybody in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.core.cache import cache
from django.test import Client

from common import clock, rate_limits
from common.problems import Throttled


@pytest.fixture(autouse=True)
def limited(settings, real_time_stands):
    settings.RATE_LIMITS = "3"
    cache.clear()
    yield
    cache.clear()


def test_the_limit_holds_for_a_minute_and_per_asker():
    for _request in range(3):
        rate_limits.check("person:1")
    with pytest.raises(Throttled) as refused:
        rate_limits.check("person:1")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
    rate_limits.check("person:2")


def test_a_new_minute_counts_anew(monkeypatch, real_time_stands):
    for _request in range(3):
        rate_limits.check("person:1")
    with pytest.raises(Throttled) as refused:
        rate_limits.check("person:1")
    assert refused.value.headers == {"Retry-After": "30"}
    monkeypatch.setattr(clock, "real_now", lambda: real_time_stands + timedelta(seconds=30))
    rate_limits.check("person:1")


def test_the_portals_clock_does_not_matter(db, settings):
    settings.PORTAL_TEST_CLOCK = "1"
    for _request in range(3):
        rate_limits.check("person:1")
    with clock.at(clock.now() + timedelta(days=1500)), pytest.raises(Throttled):
        rate_limits.check("person:1")


def test_a_door_may_have_its_own_limit():
    rate_limits.check("mail:1", limit=1)
    with pytest.raises(Throttled):
        rate_limits.check("mail:1", limit=1)


def test_off_is_off(settings):
    settings.RATE_LIMITS = "off"
    for _request in range(10):
        rate_limits.check("person:1")


def test_a_cache_that_is_away_lets_everybody_in(monkeypatch):
    def away(*_args, **_named):
        raise redis.ConnectionError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.add", away)
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.incr", away)
    for _request in range(10):
        rate_limits.check("person:1")


def test_a_cache_that_is_away_finds_and_keeps_nothing(monkeypatch):
    def away(*_args, **_named):
        raise redis.TimeoutError

    for name in ("add", "get", "set", "delete"):
        monkeypatch.setattr(f"django.core.cache.backends.redis.RedisCache.{name}", away)
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", 1) is True
    assert cache.delete("a") is False


def test_the_api_answers_429_with_retry_after(people, api):
    client = api(people.owner)
    for _request in range(3):
        assert client.get("/api/v1/me").status_code == 200
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_strangers_are_counted_by_address_whatever_header_they_send(db):
    client = Client()
    for number in range(3):
        client.get("/api/v1/orgs", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert client.get("/api/v1/orgs", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 429


def test_pages_count_too(people):
    client = Client()
    client.force_login(people.owner)
    for _request in range(3):
        assert client.get("/account").status_code == 200
    answer = client.get("/account")
    assert answer.status_code == 429
    assert "Too many requests" in answer.text

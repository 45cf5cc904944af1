"""Is the portal alive, and can all of it be used? (spec page 8.3)"""

from __future__ import annotations

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from common import clock, outbox
from common.models import Heartbeat

HEARTBEAT_SECONDS = 30
OUTBOX_SECONDS = 300


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker, worker and beat, and the outbox; 503 names what is missing."""
    checks = readings()
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", "checks": checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """The same readings for Prometheus."""
    registry = CollectorRegistry()
    up = Gauge("portal_check_ok", "1 when the part can be used", ["part"], registry=registry)
    age = Gauge(
        "portal_check_age_seconds",
        "Age of the heartbeat or of the oldest event",
        ["part"],
        registry=registry,
    )
    for part, check in readings().items():
        up.labels(part).set(1 if check["ok"] else 0)
        if "age_seconds" in check:
            age.labels(part).set(check["age_seconds"])
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def readings() -> dict[str, dict[str, Any]]:
    """Each part with `ok` and what was read."""
    database = _database()
    parts = {"database": database, "broker": _broker()}
    if database["ok"]:
        parts |= {"worker": _worker(), "outbox": _outbox()}
    return parts


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def _broker() -> dict[str, Any]:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
        client.ping()
        client.close()
    except (redis.RedisError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def _worker() -> dict[str, Any]:
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None:
        return {"ok": False, "error": "no heartbeat yet"}
    age = (clock.real_now() - beat.at).total_seconds()
    return {"ok": age < HEARTBEAT_SECONDS, "age_seconds": round(age, 1)}


def _outbox() -> dict[str, Any]:
    age = outbox.oldest_waiting_seconds()
    return {"ok": age < OUTBOX_SECONDS, "age_seconds": round(age, 1)}

"""What the lives of bookings have in common: asking for services, and staff who answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.scenarios.life import Json, Life, Portal, answered

DESK = "/api/v1/desk/bookings"


def wish(service: str, starts_on: str, days: int = 1, **more: Any) -> Json:
    told = {"contact": "Mira, +86 10 5550 0000", "description": "What it is about."}
    return {"service": service, "starts_on": starts_on, "days": days} | told | more


def book(life: Life, service: str, starts_on: str, days: int = 1, **more: Any) -> Json:
    return life.post("bookings", wish(service, starts_on, days, **more))


def refused(life: Life, service: str, starts_on: str, days: int = 1, **more: Any) -> Json:
    return life.post("bookings", wish(service, starts_on, days, **more), status=409)


def mistaken(life: Life, service: str, starts_on: str, days: Any = 1) -> dict[str, list[str]]:
    return life.post("bookings", wish(service, starts_on, days), status=400)["errors"]


def quotas(life: Life) -> dict[str, tuple[int | None, int, int | None]]:
    """{code: (allowance, used, left)}; whatever happens, used and left are the allowance."""
    rows = life.get("quotas")["results"]
    for row in rows:
        assert row["allowance"] is None or row["used"] + row["remaining"] == row["allowance"], row
    return {row["code"]: (row["allowance"], row["used"], row["remaining"]) for row in rows}


def period(life: Life, code: str) -> tuple[str, str]:
    """First day, and the first one after it."""
    found = next(row["period"] for row in life.get("quotas")["results"] if row["code"] == code)
    return found["starts_at"][:10], found["ends_at"][:10]


def entries(life: Life, code: str) -> list[tuple[int, str]]:
    """(quantity, reason), oldest first."""
    rows = life.get(f"quotas/{code}/entries", page_size="200")["results"]
    return [(row["quantity"], row["reason"]) for row in reversed(rows)]


def staff(portal: Portal, booking: Json, action: str, body: Json | None = None, *, status: int = 200, **more: Any):
    """One of the staff's actions on a booking."""
    path = f"{DESK}/{booking['id']}/{action}"
    return answered(portal.lead.post(path, body or {}, format=more.pop("format", "json"), **more), status)


def state(life: Life, booking: Json) -> str:
    return life.get(f"bookings/{booking['id']}")["status"]


def told(life: Life, kind: str) -> list[str]:
    """The texts of the owner's notices of a kind, oldest first."""
    return [row["text"] for row in reversed(life.get("notifications", kind=kind, page_size="200")["results"])]


def let_the_day_come(portal: Portal, day: str) -> None:
    """Midnight with its jobs, without the days before."""
    eve = date.fromisoformat(day) - timedelta(days=1)
    portal.sleep_until(f"{eve}T23:55")
    portal.travel(f"{day}T00:00")

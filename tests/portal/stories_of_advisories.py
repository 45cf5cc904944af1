"""Requests about advisories that succeed: written, said, followed up, asked about, worked on to their result."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.models import Organization
from care.advisories import publishing
from care.models import AdvisoryTask
from common import clock, tenancy
from common.api import api_time
from supportplans.subscriptions import start_subscription

Ask = Any
_DESK, _TASK, _OWN = "desk/advisories/{number}", "desk/advisory-tasks/{number}", "orgs/{slug}/advisories/{number}"
_TEXTS = {"title_en": "New disks", "title_zh": "新磁盘", "body_en": "Faster.", "body_zh": "更快。"}


def advising(ask: Ask) -> None:
    """orbit, on the plan with enterprise care, gets a release and a change."""
    plan = {"tier": "enterprise", "cycle": "yearly", "order_number": "O-1", "by": None}
    with tenancy.everything():
        start_subscription(organization=Organization.objects.get(slug="orbit"), at=clock.now(), **plan)
    audience = {"organizations": ["orbit"]}
    fields = _TEXTS | {"kind": "product_release", "severity": "low", "audience": audience, "products": ["evs"]}
    number = ask("tam", "POST", "desk/advisories", fields)["id"]
    ask("tam", "PATCH", _DESK, {"advice_en": "Try them.", "advice_zh": "试用。"}, number=number)
    ask("lead", "POST", "desk/advisories/preview", {"audience": audience, "kind": "product_release"})
    ask("lead", "GET", f"{_DESK}/preview", number=number)
    _hand_out(ask, number)
    ask(
        "tam",
        "POST",
        f"{_DESK}/updates",
        {"state": "note", "body_en": "In all zones.", "body_zh": "全部。"},
        number=number,
    )
    _answer(ask, number)
    _work(ask, number, fields)
    ask("tam", "POST", f"{_DESK}/close", number=number)
    ask("tam", "POST", f"{_DESK}/discard", number=ask("tam", "POST", "desk/advisories", fields)["id"])


def _hand_out(ask: Ask, number: int) -> None:
    ask("tam", "POST", f"{_DESK}/publish", number=number)
    publishing.hand_out(number, at=clock.now())
    ask("lead", "GET", _DESK, number=number)


def _answer(ask: Ask, number: int) -> None:
    ask("other", "POST", f"{_OWN}/acknowledge", slug="orbit", number=number)
    ask("other", "POST", f"{_OWN}/ask", {"body": "How much?"}, slug="orbit", number=number)
    ask("other", "GET", _OWN, slug="orbit", number=number)
    ask("lead", "GET", f"{_DESK}/receipts", number=number)


def _work(ask: Ask, number: int, fields: dict[str, Any]) -> None:
    """The release is not relevant; of a change that affects orbit there is a plan and a result."""
    ask("tam", "POST", f"{_TASK}/not-relevant", {"reason": "They use none."}, number=_task(number))
    begins = {"kind": "platform_change", "starts_at": api_time(clock.now() + timedelta(days=9))}
    change = ask("tam", "POST", "desk/advisories", fields | begins)["id"]
    ask("lead", "POST", f"{_DESK}/affected", {"organization": "orbit", "note": "All"}, number=change)
    _hand_out(ask, change)
    task = _task(change)
    ask("tam", "POST", f"{_TASK}/contacted", number=task)
    ask("tam", "POST", f"{_TASK}/plan", {"plan": "Move at night."}, number=task)
    ask("tam", "POST", f"{_TASK}/done", {"result": "Moved."}, number=task)
    ask("lead", "DELETE", f"{_DESK}/affected/{{slug}}", slug="orbit", number=change)


def _task(advisory: int) -> int:
    with tenancy.everything():
        return AdvisoryTask.objects.get(advisory=advisory).pk

"""Requests about reports that succeed: feeds, what a manager edits and releases, exclusions, addresses."""

from __future__ import annotations

from typing import Any

from accounts.models import Organization
from common import clock, tenancy
from common.beijing import Month
from supportplans.subscriptions import start_subscription
from tests.care.report_stage import FEEDS

Ask = Any
_ONE = "desk/reports/{number}"


def reporting(ask: Ask) -> None:
    """orbit, on the plan with the report, has its feeds; acme's report is edited and sent."""
    plan = {"tier": "enterprise", "cycle": "yearly", "order_number": "O-1", "by": None}
    with tenancy.everything():
        start_subscription(organization=Organization.objects.get(slug="orbit"), at=clock.now(), **plan)
    month = str(Month.of_instant(clock.now()))
    for kind, items in FEEDS.items():
        feed = {"organization": "orbit", "month": month, "items": items}
        ask("admin", "POST", "operator/feeds/{kind}", feed, kind=kind)
        ask("billing_operator", "POST", "operator/feeds/{kind}", feed | {"items": items[:1]}, kind=kind)
    ask("tam", "PATCH", _ONE, {"foreword": "A quiet month."})
    added = ask("tam", "POST", f"{_ONE}/recommendations", {"text": "Move on."})["id"]
    ask("tam", "PATCH", f"{_ONE}/recommendations/{{recommendation}}", {"left_out": True}, recommendation=added)
    ask("tam", "POST", f"{_ONE}/order", {"recommendations": [added]})
    ask("tam", "DELETE", f"{_ONE}/recommendations/{{recommendation}}", recommendation=added)
    ask("tam", "POST", f"{_ONE}/send")
    ask("tam", "PUT", "desk/report-exclusions/{slug}", {"reason": "dedicated_cloud", "note": "There."})
    ask("tam", "DELETE", "desk/report-exclusions/{slug}")
    ask("owner", "PUT", "orgs/{slug}/report-addresses", {"addresses": ["cio@acme.example"]})

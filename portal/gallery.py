"""What the gallery of components shows, in demo and test only: every state that a component can be in."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from common import clock, labels
from common.charts import Chart, Level, Mark, Series
from common.problems import NotFound, Refusal

STATUSES = (
    "open", "in_progress", "waiting_customer", "resolved", "closed", "met", "breached", "awaiting_payment",
)  # fmt: skip
NAMES = ("Ada Lovelace", "王小明", "owner", "Grace Hopper", "li.na", "Kim Park")
# Minutes since the start, minutes left.
DUES = ((46, 134), (100, 80), (170, 9), (185, -6), (60, 1800))
GAUGES = (
    ("Technical tickets", 12, 30, "Resets on 1 December"),
    ("Almost used up", 27, 30, ""),
    ("Used up", 40, 40, "Buy a pack of 10"),
    ("Premium", 1204, None, ""),
    ("Partner basic", 0, 0, ""),
)
TICKETS = (
    ("T-2026-4831907", "Checkout fails for every customer", "critical_down", "in_progress", 14, -4),
    ("T-2026-1170342", "订单数据库无法连接", "production_down", "open", 20, 10),
    ("T-2026-9026615", "Slow replies from the object store in cn-north-4", "production_impaired", "open", 30, 150),
    ("T-2026-3360718", "Which instance size fits a cache of 8 GB?", "guidance", "waiting_customer", 200, 760),
)  # fmt: skip
HTML = (
    "<p>Restart the <code>agent</code>, then <a href='#'>send the log</a>:</p>"
    "<pre>systemctl restart agent</pre><blockquote>It worked yesterday.</blockquote>"
)


class SampleRefusal(Refusal):
    code = "quota_exhausted"
    title: ClassVar[Any] = "All 30 technical tickets of this month are used"
    default_detail = "Buy a pack of 10 tickets for ¥1,000.00, or wait until the 1st of next month."


class SampleForm(forms.Form):
    subject = forms.CharField(help_text="One sentence: what is wrong, and where.")
    severity = forms.ChoiceField(
        choices=[("production_down", "Production down"), ("guidance", "Guidance")], widget=forms.RadioSelect
    )
    product = forms.ChoiceField(choices=[("", "Choose a product"), ("ecs", "ECS"), ("rds", "RDS")], required=False)
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}), help_text="Markdown works.")
    attachments = forms.FileField(
        required=False, label="Files", widget=forms.ClearableFileInput(attrs={"data-files": True})
    )
    password = forms.CharField(required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    watch = forms.BooleanField(required=False, label="Tell me by e-mail when there is an answer")


def samples() -> dict[str, Any]:
    """One of everything, relative to the portal's now."""
    now = clock.now()
    return {
        "now": now,
        "earlier": now - timedelta(minutes=185),
        "long_ago": now - timedelta(days=40),
        "amount": Decimal("1234.50"),
        "refund": Decimal("-0.01"),
        "severities": list(labels.SEVERITIES),
        "statuses": STATUSES,
        "names": NAMES,
        "dues": [_running(now, used, left, seconds=30) for used, left in DUES],
        "gauges": GAUGES,
        "rows": [
            _running(now, used, left) | {"number": number, "subject": subject, "severity": severity, "status": status}
            for number, subject, severity, status, used, left in TICKETS
        ],
        "charts": _charts(),
        "refusal": SampleRefusal(action_url="#pack", action_label="Buy a pack"),
        "not_found": NotFound(),
        "html": HTML,
        "form": SampleForm(),
        "refused": SampleForm({"subject": "", "severity": "guidance", "body": "", "watch": "on"}),
    }


def _running(now: datetime, used: int, left: int, seconds: int = 0) -> dict[str, Any]:
    """A clock that started `used` minutes ago and has `left` minutes to go."""
    return {"started": now - timedelta(minutes=used), "due": now + timedelta(minutes=left, seconds=seconds)}


def _charts() -> list[Chart]:
    """One of each kind: bars upon each other with a budget, lines over numbers, lines over days, bars of time."""
    days = [f"{day} Nov" for day in range(1, 31)]
    usage = [Decimal(day * 37 % 11 * 420) for day in range(1, 31)]
    known: list[Decimal | int | None] = [*(97 - day % 4 for day in range(22)), *([None] * 8)]
    amounts = [Decimal(10_000 * step) for step in range(21)]
    return [
        Chart(
            "Cloud usage in November",
            days,
            [Series("On demand", usage), Series("Prepaid", [Decimal(1200)] * 30)],
            unit="money",
            kind="bar",
            stacked=True,
            x_title="Day",
            level=Level("Daily budget", Decimal(4000)),
        ),
        Chart(
            "Fee over monthly usage",
            amounts,
            [Series("Developer", [x * 3 / 100 for x in amounts]), Series("Business", [x / 10 for x in amounts])],
            unit="money",
            x_title="Usage",
            x_unit="money",
            mark=Mark("Your usage", Decimal(101_000)),
            table_rows=range(0, 21, 5),
        ),
        Chart(
            "Answered in time",
            days,
            [Series("First answers", known), Series("Next answers", [99 - day % 3 for day in range(30)])],
            unit="percent",
            x_title="Day",
            level=Level("Promise", 95),
        ),
        Chart(
            "Median time to first reply",
            ["Core down", "Down", "Impaired", "Guidance"],
            [Series("Minutes", [6, 14, 95, 410])],
            unit="minutes",
            kind="bar",
            x_title="Severity",
        ),
        Chart("Nothing yet", days, [Series("Tickets", [None] * 30)]),
    ]

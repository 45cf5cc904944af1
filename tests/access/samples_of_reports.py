"""What addresses of reports name: two of acme's, one that was sent and one that is made, and a recommendation in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization, Person
from care.models import MonthlyReport
from care.reports import editing, exclusions, making, sending
from common.beijing import Month


def things(acme: Organization, manager: Person, now: datetime) -> dict[str, Any]:
    """Path parts and what fills them; inside a scope that sees everything."""
    month = Month.of_instant(now).previous()
    sent, report = (_made(acme, each, now) for each in (month.previous(), month))
    sending.release(report=sent, at=now, by=manager)
    advised = editing.add(report=report, text="Move the canary database.", at=now, by=manager)
    excluded = Organization.objects.get(slug="isvsoft")
    exclusions.exclude(organization=excluded, reason="poc", note="", at=now, by=manager)
    return {
        "reports/{month}": f"reports/{month.previous()}",
        "reports/{slug}/{month}": f"reports/acme/{month}",
        "reports/{number}": f"reports/{report.pk}",
        "report-exclusions/{slug}": "report-exclusions/isvsoft",
        "feeds/{kind}": "feeds/load",
        "{recommendation}": advised.pk,
    }


def _made(acme: Organization, month: Month, now: datetime) -> MonthlyReport:
    report = MonthlyReport.objects.create(
        organization=acme,
        month=month.first_day,
        first_day=month.first_day,
        last_day=month.last_day,
        due_on=month.next().first_day.replace(day=10),
        language="en",
    )
    making.fill(report, at=now)
    return report

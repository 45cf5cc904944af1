"""Which organizations get a report of a month, about which days, and by when (spec page 6, section 6.2).

A row is written as soon as a plan with the report is held on any day of a month: at the month's start, or when the
plan is bought in its middle. Until the report is sent the row follows the plan: who leaves early gets a report about
the days until then. Planning can be run again, late or for several missed months, and changes nothing that was sent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from care.models import MonthlyReport, ReportExclusion, ReportFeed
from care.reports.access import ENTITLEMENT
from care.reports.schedule import due_day
from common import tenancy
from common.beijing import Month, date_of
from common.calendar_days import calendar
from supportplans.entitled_days import entitled_days

# How far back a portal that stood still looks.
MOST_MONTHS = 24

_PLAN = """
INSERT INTO care_monthlyreport AS report
  (organization_id, month, status, first_day, last_day, due_on, language, reason, sections, foreword, pdf_key, pdf_size)
SELECT planned.organization_id, %(month)s, CASE WHEN exclusion.id IS NULL THEN 'scheduled' ELSE 'not_reportable' END,
       planned.first_day, planned.last_day, %(due_on)s, organization.language, COALESCE(exclusion.reason, ''), '[]', '',
       '', 0
  FROM unnest(%(organizations)s::bigint[], %(firsts)s::date[], %(lasts)s::date[])
       AS planned(organization_id, first_day, last_day)
  JOIN accounts_organization AS organization ON organization.id = planned.organization_id
  LEFT JOIN care_reportexclusion AS exclusion ON exclusion.organization_id = planned.organization_id
 ORDER BY planned.organization_id
ON CONFLICT (organization_id, month) DO UPDATE
   SET first_day = EXCLUDED.first_day, last_day = EXCLUDED.last_day, due_on = EXCLUDED.due_on, made_at = NULL
 WHERE report.status IN ('scheduled', 'ready')
   AND (report.first_day, report.last_day, report.due_on)
       IS DISTINCT FROM (EXCLUDED.first_day, EXCLUDED.last_day, EXCLUDED.due_on)
"""


def plan(*, at: datetime) -> dict[str, int]:
    """The daily job: plan the month before, the running one, and months that were missed; what changed, by month.

    Each month is a transaction of its own.
    """
    running = Month.of_instant(at)
    done: dict[str, int] = {}
    for month in _months(running):
        with tenancy.everything():
            done[str(month)] = plan_month(month)
    return done


def plan_organization(organization_id: int, *, at: datetime) -> None:
    """Plan the running month of one organization, whose plan has changed; in the caller's transaction and scope."""
    plan_month(Month.of_instant(at), [organization_id])


def plan_month(month: Month, organizations: Collection[int] | None = None) -> int:
    """Write the rows of a month, of everybody or of `organizations`; returns how many are new or changed."""
    held = entitled_days(ENTITLEMENT, month, organizations)
    if not held:
        return 0
    given: dict[str, Any] = {
        "month": month.first_day,
        "due_on": due_day(month, calendar()),
        "organizations": [one.organization_id for one in held],
        "firsts": [one.first_day for one in held],
        "lasts": [one.last_day for one in held],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, given)
        return cursor.rowcount


def follow_exclusion(organization_id: int, *, at: datetime) -> None:
    """Unsent reports are not reportable while the organization is excluded; feeds of them are deleted.

    Lifted: those that are not due yet are scheduled again. In the caller's transaction.
    """
    exclusion = ReportExclusion.objects.filter(organization_id=organization_id).first()
    rows = MonthlyReport.objects.filter(organization_id=organization_id)
    if exclusion is None:
        waiting = rows.filter(status=MonthlyReport.Status.NOT_REPORTABLE, due_on__gte=date_of(at))
        waiting.update(status=MonthlyReport.Status.SCHEDULED, reason="", made_at=None)
        return
    unsent = rows.exclude(status=MonthlyReport.Status.SENT)
    unsent.update(status=MonthlyReport.Status.NOT_REPORTABLE, reason=exclusion.reason, made_at=None, sections=[])
    ReportFeed.objects.filter(organization_id=organization_id).delete()


def _months(running: Month) -> list[Month]:
    """From the month after the last that was planned, at the latest the one before the running one, to the latter."""
    with tenancy.everything():
        last = MonthlyReport.objects.aggregate(last=Max("month"))["last"]
    first = running.previous()
    if last is not None:
        first = min(first, Month.of(last))
    months = [running]
    while months[0] > first and len(months) < MOST_MONTHS:
        months.insert(0, months[0].previous())
    return months

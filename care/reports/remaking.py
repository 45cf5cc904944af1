"""Makes a report anew at the wish of its technical service manager (spec page 6, section 6.2).

What people wrote, left out and ordered stays, as whenever a report is made again; a sent report changes no more.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from care.models import MonthlyReport
from care.reports import making
from care.reports.refusals import ReportNotReady
from care.reports.sending import require_unsent
from common import audit, tenancy
from common.beijing import Month
from common.problems import NotFound


def make_again(*, report: MonthlyReport, at: datetime, by: Person) -> MonthlyReport:
    """Count everything anew, with what arrived since; in the open transaction.

    Raises ReportSent, NotReportable, and ReportNotReady while the month is running.
    """
    rows = MonthlyReport.objects.select_for_update(of=("self",)).select_related("organization")
    held = rows.filter(pk=report.pk).first()
    if held is None:
        raise NotFound
    require_unsent(held)
    month = Month.of(held.month)
    if month.ends_at > at:
        raise ReportNotReady
    with tenancy.organization(held.organization_id):
        making.fill(held, at=at)
        audit.record(by=by, organization_id=held.organization_id, action="report.made_again", object=str(month))
    return held

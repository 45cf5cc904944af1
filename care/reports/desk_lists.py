"""What lists at the desk show of reports: rows with what is missing, mails on their way, what to look through.

Bodies of reports stay in the database: of a sent report only the kinds of feeds that were missing are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet

from accounts.models import Person
from care.models import MonthlyReport, ReportFeed, ReportMail
from care.reports import access
from care.reports.feed_fields import KINDS
from common.beijing import Month

Status = MonthlyReport.Status
MOST_MONTHS = 36
UNSENT = (Status.SCHEDULED, Status.READY)


@dataclass(frozen=True)
class Arrived:
    """A feed that is there."""

    kind: str
    received_at: datetime
    items: int


@dataclass(frozen=True)
class Row:
    """A report; `missing`: kinds of feeds that have not arrived, or had not when it was sent; `feeds`: those there."""

    report: MonthlyReport
    feeds: dict[str, Arrived]
    missing: list[str]

    @property
    def cells(self) -> list[tuple[str, Arrived | None]]:
        """Every kind in its order."""
        return [(kind, self.feeds.get(kind)) for kind in KINDS]


def months() -> list[Month]:
    """The months of which there are reports, the newest first."""
    days = MonthlyReport.objects.order_by("-month").values_list("month", flat=True).distinct()
    return [Month.of(day) for day in days[:MOST_MONTHS]]


def of_month(month: Month, *, status: str = "", tam: Person | None = None) -> QuerySet[MonthlyReport]:
    """Reports of a month, newest first, without their bodies; `tam`: of organizations that this person looks after."""
    rows = access.reports_at_desk(month=month, status=status, tam=tam).defer("sections")
    return rows.annotate(not_collected=F("sections__0__data__not_collected"))


def counts(month: Month, *, tam: Person | None = None) -> dict[str, int]:
    """How many reports of a month are in each status; `unedited`: of those that are ready, nobody touched."""
    unedited = Count("pk", filter=Q(status=Status.READY, edited_at=None))
    each = {status: Count("pk", filter=Q(status=status)) for status in Status.values}
    rows = access.reports_at_desk(month=month, tam=tam).order_by()
    return MonthlyReport.objects.filter(pk__in=rows.values("pk")).aggregate(**each, unedited=unedited)


def with_feeds(reports: Iterable[MonthlyReport]) -> list[Row]:
    """Rows of `of_month` with what arrived for them; one statement."""
    reports = list(reports)
    arrived: dict[tuple[int, object], dict[str, Arrived]] = defaultdict(dict)
    wanted = Q(organization__in=[one.organization_id for one in reports], month__in={one.month for one in reports})
    length = Func(F("items"), function="jsonb_array_length", output_field=IntegerField())
    for feed in ReportFeed.objects.filter(wanted).annotate(length=length).defer("items"):
        arrived[feed.organization_id, feed.month][feed.kind] = Arrived(feed.kind, feed.received_at, feed.length)
    return [_row(one, arrived[one.organization_id, one.month]) for one in reports]


def _row(report: MonthlyReport, feeds: dict[str, Arrived]) -> Row:
    if report.status == Status.SENT:
        missing = _not_collected(report)
    elif report.status == Status.NOT_REPORTABLE:
        missing = []
    else:
        missing = [kind for kind in KINDS if kind not in feeds]
    return Row(report, feeds, missing)


def _not_collected(report: MonthlyReport) -> list[str]:
    """As the overview of a sent report says; lists have it beside the row, one report in its body."""
    if "not_collected" in report.__dict__:
        return list(report.__dict__["not_collected"] or [])
    return list(report.sections[0]["data"]["not_collected"]) if report.sections else []


def received(month: Month) -> list[tuple[str, int]]:
    """(kind, how many unsent reports of a month have that feed), in the order of the kinds."""
    unsent = MonthlyReport.objects.filter(month=month.first_day, status__in=UNSENT)
    rows = ReportFeed.objects.filter(month=month.first_day, organization__in=unsent.values("organization"))
    found = dict(rows.values_list("kind").annotate(Count("pk")))
    return [(kind, found.get(kind, 0)) for kind in KINDS]


def mails_of(report: MonthlyReport) -> list[ReportMail]:
    """The addresses that a sent report goes to, and when its mail left."""
    return list(ReportMail.objects.filter(report=report).order_by("address"))


def to_look_through(organizations: Collection[int]) -> dict[int, list[MonthlyReport]]:
    """Reports that are made, not sent, and that nobody has edited yet, by organization, those due first."""
    rows = MonthlyReport.objects.filter(organization__in=organizations, status=Status.READY, edited_at=None)
    found: dict[int, list[MonthlyReport]] = defaultdict(list)
    for report in rows.defer("sections").order_by("due_on", "pk"):
        found[report.organization_id].append(report)
    return found

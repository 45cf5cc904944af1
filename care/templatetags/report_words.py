"""Monthly reports in words, `{% load report_words %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from care.models import MonthlyReport, Recommendation, ReportExclusion, ReportFeed
from care.reports import advice, reading
from care.reports.blocks import Column, Table
from care.reports.names import Names
from common.beijing import Month
from supportplans import versions

register = template.Library()

STATUSES: dict[str, tuple[str | Promise, str]] = {
    "scheduled": (pgettext_lazy("report", "Scheduled"), "secondary"),
    "ready": (pgettext_lazy("report", "Ready for review"), "orange"),
    "sent": (pgettext_lazy("report", "Sent"), "green"),
    "not_reportable": (pgettext_lazy("report", "No report"), "secondary"),
}


@register.simple_tag
def report_status(report: MonthlyReport, at_desk: bool = False) -> SafeString:
    """A badge; who reads the report hears nothing of it before it is sent."""
    status = report.status
    if status == "ready" and not at_desk:
        status = "scheduled"
    label, colour = STATUSES[status]
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, label)


@register.filter
def why_not(reported: MonthlyReport | ReportExclusion) -> str:
    """Why there is no report; "" where there is one."""
    if isinstance(reported, ReportExclusion):
        reported = MonthlyReport(status="not_reportable", reason=reported.reason)
    return reading.why_not(reported)


@register.filter
def feed_name(kind: str) -> str:
    """ "load" -> "Load"."""
    return str(ReportFeed.Kind(kind).label)


@register.filter
def evidence_lines(row: Recommendation, report: MonthlyReport) -> list[str]:
    """What a recommendation rests on, in the report's language."""
    with translation.override(report.language):
        return advice.evidence_lines(row.evidence, Names(versions.current(report.last_day)))


@register.filter
def year_month(report: MonthlyReport) -> str:
    """ "2026-11", as addresses have it."""
    return str(Month.of(report.month))


@register.filter
def titled(table: Table) -> bool:
    """Whether its columns have titles: otherwise the first cell of a row names it."""
    return any(column.title for column in table.columns)


@register.filter
def cells(row: Sequence[str], table: Table) -> list[tuple[Column, str]]:
    """The texts of a row with their columns."""
    return list(zip(table.columns, row, strict=True))

"""A report as it is read: its sections with what people wrote added, for the API, the page and the PDF alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import Reach
from care.models import MonthlyReport, Recommendation
from care.reports import access, advice, pictures
from care.reports.blocks import SectionView
from care.reports.names import Names
from care.reports.refusals import NotReportable, ReportNotReady
from common import readings
from supportplans import versions


@dataclass(frozen=True)
class ReportView:
    """What a page or the PDF shows: all in the report's language, whoever reads it."""

    report: MonthlyReport
    title: str
    month: str
    period: str
    sections: list[SectionView]


def sections_of(report: MonthlyReport) -> list[dict[str, Any]]:
    """[{"code", "title", "data"}] with the foreword in the overview and the recommendations that are not left out.

    [] while it is not made. Inside the scope of its organization; two statements.
    """
    recommended: list[dict[str, Any]] = []
    if report.sections:
        with translation.override(report.language):
            names = Names(versions.current(report.last_day))
            rows = access.recommendations_of(report).filter(left_out=False)
            recommended = [_recommendation(row, names) for row in rows]
    added: dict[str, dict[str, Any]] = {
        "overview": {"foreword": report.foreword, "recommendations": len(recommended)},
        "recommendations": {"recommendations": recommended},
    }
    return [
        {"code": code, "title": section["title"], "data": section["data"] | added.get(code, {})}
        for section in report.sections
        if (code := section["code"])
    ]


def may_read(report: MonthlyReport, reached: Reach) -> bool:
    """Whether the content is there for somebody: people of the organization read what was sent, staff what is made."""
    return report.status == MonthlyReport.Status.SENT or (reached.is_staff and bool(report.sections))


def require_readable(report: MonthlyReport, reached: Reach) -> None:
    """Raises NotReportable with the reason, and ReportNotReady with the day on which it is sent at the latest."""
    if report.status == MonthlyReport.Status.NOT_REPORTABLE:
        raise NotReportable(why_not(report), reason=report.reason)
    if not may_read(report, reached):
        raise ReportNotReady(
            _("The report of %(month)s is sent by %(day)s.")
            % {"month": readings.month(report.month), "day": readings.day(report.due_on)},
            due_on=report.due_on.isoformat(),
        )


def why_not(report: MonthlyReport) -> str:
    """Why there is no report of a month; "" where there is one."""
    if report.status != MonthlyReport.Status.NOT_REPORTABLE:
        return ""
    sentences = {
        "poc": _("No report is made: the organization is a proof of concept."),
        "dedicated_cloud": _("No report is made: the organization runs in a dedicated cloud, which is reported there."),
    }
    return sentences.get(report.reason, _("No report is made for this organization."))


def view_of(report: MonthlyReport) -> ReportView:
    """The report as a page or the PDF shows it; raises ReportNotReady while it is not made."""
    if not report.sections:
        raise ReportNotReady
    with translation.override(report.language):
        names = Names(versions.current(report.last_day))
        return ReportView(
            report=report,
            title=title_of(report.month),
            month=readings.month(report.month),
            period=_("%(first)s to %(last)s")
            % {"first": readings.day(report.first_day), "last": readings.day(report.last_day)},
            sections=pictures.drawn(sections_of(report), names),
        )


def title_of(month: date) -> str:
    """ "Service report, November 2026", in the active language."""
    return _("Service report, %(month)s") % {"month": readings.month(month)}


def _recommendation(row: Recommendation, names: Names) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "text": row.text,
        "evidence": row.evidence,
        "evidence_lines": advice.evidence_lines(row.evidence, names),
    }

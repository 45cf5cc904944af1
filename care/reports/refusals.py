"""Why something about a report is not possible."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class ReportNotIncluded(Refusal):
    code = "not_entitled"
    title = _("No monthly service report")
    default_detail = _("The organization held no plan with a monthly service report in that month.")


class ReportComingSoon(ReportNotIncluded):
    title = _("The monthly report is coming soon")
    default_detail = _("The monthly report is announced for this plan and not delivered yet.")


class NotReportable(Refusal):
    code = "not_reportable"
    title = _("This organization gets no reports")


class ReportSent(Refusal):
    code = "report_sent"
    title = _("The report was sent")
    default_detail = _("The report of that month was sent. It does not change any more.")


class ReportNotReady(Refusal):
    code = "report_not_ready"
    title = _("The report is not ready")
    default_detail = _("The report of that month is not made yet.")

"""The notices about monthly service reports: a part of the table in notifications/kinds.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.kind import Kind

REPORT_KINDS: dict[str, Kind] = {
    # The mail goes to the addresses that the organization listed; its people find the notice in their centre.
    "report.sent": Kind(
        _("The service report of %(organization)s for %(month)s is ready, in the portal and as a PDF."),
        _("Service report for %(month)s: %(organization)s"),
        _("Open the report"),
        "chart-bar",
        mailed=False,
    ),
    # to the technical service manager
    "report.drafted": Kind(
        _("The report of %(organization)s for %(month)s is made. Edit it until %(due_on)s, or it is sent as it is."),
        _("Report of %(organization)s for %(month)s is made"),
        _("Edit the report"),
        "chart-bar",
        mailed=False,
    ),
}

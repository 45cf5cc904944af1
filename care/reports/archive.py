"""The PDFs of reports: typeset when a report is sent, kept in the storage, made anew for who looks before.

The stored name is worked out from the secret key: nobody can guess it, and a report that is sent again after a crash
writes the same file instead of leaving an orphan.
"""

from __future__ import annotations

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from care.models import MonthlyReport
from care.reports.typesetting import report_pdf
from common.beijing import Month
from common.problems import ServiceUnavailable

log = structlog.get_logger(__name__)


def store(report: MonthlyReport) -> None:
    """Typeset a report and keep the file; names it in the report, which the caller saves.

    Raises ServiceUnavailable where the storage does not take it.
    """
    pdf = report_pdf(report)
    key = salted_hmac("care.reports.pdf", f"{report.organization_id}/{report.pk}", algorithm="sha256").hexdigest()
    name = _stored_name(report.organization_id, key)
    try:
        default_storage.delete(name)
        default_storage.save(name, ContentFile(pdf))
    except OSError as error:
        log.warning("report.not_stored", error=repr(error))
        raise ServiceUnavailable(_("The report could not be stored. Try again in a moment.")) from error
    report.pdf_key, report.pdf_size = key, len(pdf)


def pdf_of(report: MonthlyReport) -> bytes:
    """The PDF: of a sent report the file that was sent, of another one as it would look now.

    Inside the scope of its organization. Raises ReportNotReady. A file that the storage lost is typeset again.
    """
    if report.pdf_key:
        try:
            with default_storage.open(_stored_name(report.organization_id, report.pdf_key)) as file:
                return file.read()
        except FileNotFoundError:
            log.warning("report.file_lost", report=report.pk)
    return report_pdf(report)


def filename(report: MonthlyReport) -> str:
    """ "service-report-zenith-2026-10.pdf"."""
    return f"service-report-{report.organization.slug}-{Month.of(report.month)}.pdf"


def _stored_name(organization_id: int, key: str) -> str:
    return f"reports/{organization_id}/{key}.pdf"

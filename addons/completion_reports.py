"""The report that completes a booking: its sections by service, and its file (spec page 5, section 5.3)."""

from __future__ import annotations

import re
import secrets
import unicodedata

import structlog
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addons.models import Booking
from common.problems import FieldErrors, NotFound, ServiceUnavailable

LARGEST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 150
log = structlog.get_logger(__name__)

SECTIONS: dict[str, dict[str, Promise]] = {
    "availability_check": {
        "high_availability": gettext_lazy("High availability across zones"),
        "deployment": gettext_lazy("Deployment practice: choice and use of services"),
        "limits": gettext_lazy("Limits: quotas and bandwidth"),
    },
    "monitoring_optimization": {
        "resource_monitoring": gettext_lazy("Basic resource monitoring"),
        "application_monitoring": gettext_lazy("Application and container monitoring"),
        "scenarios": gettext_lazy("Scenarios and past faults"),
    },
    "architecture_consulting": {
        "cost": gettext_lazy("Cost"),
        "security": gettext_lazy("Security"),
        "performance": gettext_lazy("Performance"),
        "reliability": gettext_lazy("Reliability"),
    },
}


def sections_of(service: str) -> dict[str, Promise]:
    """The sections that a service's report has, in order; {} where it is free in form."""
    return SECTIONS.get(service, {})


def check_sections(service: str, sections: dict[str, str]) -> None:
    """Raises FieldErrors for a section that the service's report does not have."""
    unknown = sorted(set(sections) - set(sections_of(service)))
    if unknown:
        sentence = _("Not a section of this report: %(codes)s.") % {"codes": ", ".join(unknown)}
        raise FieldErrors({"sections": [sentence]})


def check_file(file: UploadedFile) -> None:
    """Raises FieldErrors for anything but a PDF of at most 20 MB."""
    file.seek(0)
    beginning = file.read(5)
    file.seek(0)
    if beginning != b"%PDF-":
        raise FieldErrors({"report": [_("Send the report as a PDF file.")]})
    if (file.size or 0) > LARGEST_BYTES:
        raise FieldErrors({"report": [_("The report is larger than 20 MB.")]})


def keep(booking: Booking, file: UploadedFile) -> None:
    """Store a checked file and name it in the booking, which the caller saves."""
    key = secrets.token_urlsafe(32)
    try:
        default_storage.save(_stored_name(booking, key), file)
    except OSError as error:
        log.warning("report.not_stored", error=repr(error))
        raise ServiceUnavailable(_("The report could not be stored. Try again in a moment.")) from error
    booking.report_key, booking.report_size = key, file.size or 0
    booking.report_name = _clean_name(file.name or "")


def download(booking: Booking) -> FileResponse:
    """The report under its own name, always as a download. NotFound where there is none."""
    if not booking.report_key:
        raise NotFound
    try:
        file = default_storage.open(_stored_name(booking, booking.report_key))
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(file, as_attachment=True, filename=booking.report_name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _stored_name(booking: Booking, key: str) -> str:
    return f"reports/{booking.organization_id}/{key}"


def _clean_name(name: str) -> str:
    """No path, no control or direction characters; it ends in .pdf."""
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(sign for sign in base if not unicodedata.category(sign).startswith("C")).strip(" .")
    stem = shown.removesuffix(".pdf").removesuffix(".PDF") or "report"
    return stem[: LONGEST_NAME - 4] + ".pdf"

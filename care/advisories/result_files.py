"""The file that comes with a task's result: checked like an attachment, kept under a name nobody can guess."""

from __future__ import annotations

import secrets

import structlog
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from care.models import AdvisoryTask
from common.problems import NotFound, ServiceUnavailable
from tickets import attachments
from tickets.attachment_types import clean_name, content_type_of

COLUMNS = ("file_key", "file_name", "file_size")
log = structlog.get_logger(__name__)


def check(file: UploadedFile | None) -> None:
    """Raises AttachmentRejected for what may not be attached to tickets either."""
    if file is not None:
        attachments.check([file])


def keep(task: AdvisoryTask, file: UploadedFile) -> None:
    """Store a checked file and name it in the task, which the caller saves. Raises ServiceUnavailable."""
    key = secrets.token_urlsafe(32)
    try:
        default_storage.save(_stored_name(task, key), file)
    except OSError as error:
        log.warning("advisory_result.not_stored", error=repr(error))
        raise ServiceUnavailable(_("The file could not be stored. Try again in a moment.")) from error
    task.file_key, task.file_name, task.file_size = key, clean_name(file.name or ""), file.size or 0


def download(task: AdvisoryTask | None) -> FileResponse:
    """The file under its own name, always as a download. NotFound where there is none."""
    if task is None or not task.file_key:
        raise NotFound
    try:
        file = default_storage.open(_stored_name(task, task.file_key))
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        file,
        as_attachment=True,
        filename=task.file_name,
        content_type=content_type_of(task.file_name) or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _stored_name(task: AdvisoryTask, key: str) -> str:
    return f"advisory-results/{task.organization_id}/{key}"

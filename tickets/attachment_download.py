"""Hands an attachment to somebody who may see it: always as a download, never as a page (spec page 9.3)."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse

from common.problems import NotFound
from tickets.attachments import stored_name
from tickets.models import Attachment


def download(attachment: Attachment) -> FileResponse:
    """The stored file under its own name. NotFound when the storage has lost it."""
    try:
        file = default_storage.open(stored_name(attachment))
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response

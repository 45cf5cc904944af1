"""Files that come with a message (spec page 4.1).

They are checked before anything is stored and kept under names nobody can guess.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import structlog
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from common.problems import ServiceUnavailable
from tickets.attachment_types import (
    EXTENSIONS,
    LARGEST_BYTES,
    MOST_PER_MESSAGE,
    SNIFFED_BYTES,
    clean_name,
    content_type_of,
    is_of_its_kind,
)
from tickets.models import Attachment, Message
from tickets.refusals import AttachmentRejected

log = structlog.get_logger(__name__)


def check(files: Sequence[UploadedFile]) -> None:
    """Raises AttachmentRejected for too many, too large or not allowed; nothing is stored."""
    if len(files) > MOST_PER_MESSAGE:
        raise AttachmentRejected(_("Attach at most %(most)s files to one message.") % {"most": MOST_PER_MESSAGE})
    for file in files:
        name = clean_name(file.name or "")
        if (file.size or 0) > LARGEST_BYTES:
            megabytes = LARGEST_BYTES // (1024 * 1024)
            raise AttachmentRejected(
                _("%(name)s is larger than %(megabytes)s MB. Compress it or split it.")
                % {"name": name, "megabytes": megabytes},
                file=name,
            )
        file.seek(0)
        beginning = file.read(SNIFFED_BYTES)
        file.seek(0)
        if not is_of_its_kind(name, beginning):
            raise AttachmentRejected(
                _(
                    "%(name)s is not a file that can be attached, or its content is of another kind than its name. "
                    "Allowed: %(allowed)s."
                )
                % {"name": name, "allowed": ", ".join(EXTENSIONS)},
                file=name,
            )


def attach(message: Message, files: Sequence[UploadedFile]) -> list[Attachment]:
    """Store checked files and their rows in the open transaction.

    What was stored is deleted again when this fails; a file whose transaction fails later has no row, so that
    nobody can ask for it.
    """
    stored: list[str] = []
    rows: list[Attachment] = []
    if not files:
        return rows
    try:
        for file in files:
            key = secrets.token_urlsafe(32)
            name = clean_name(file.name or "")
            rows.append(
                Attachment(
                    key=key,
                    ticket_id=message.ticket_id,
                    message=message,
                    organization_id=message.organization_id,
                    name=name,
                    size=file.size or 0,
                    content_type=content_type_of(name) or "application/octet-stream",
                )
            )
            stored.append(default_storage.save(stored_name(rows[-1]), file))
        return Attachment.objects.bulk_create(rows)
    except OSError as error:
        _forget(stored)
        log.warning("attachments.not_stored", error=repr(error))
        raise ServiceUnavailable(
            _("The file could not be stored. Try again in a moment, or send without it.")
        ) from error
    except Exception:
        _forget(stored)
        raise


def stored_name(attachment: Attachment) -> str:
    """Where the storage keeps it: without its own name or extension."""
    return f"attachments/{attachment.organization_id}/{attachment.key}"


def _forget(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            log.warning("attachments.left_behind", name=name, error=repr(error))

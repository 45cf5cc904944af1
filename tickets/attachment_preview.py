"""What of an attachment is shown without saving it (spec page 4.5 'attachment preview', 9.3).

Only kinds that can do nothing: pictures, as the pages show them anyway; the beginning of a text, as characters of our
own page and never as a document; a PDF, which the browser's own viewer opens in a frame of this site alone. What a
file is was decided by its content when it came (attachment_types.py); a PDF's beginning is looked at once more.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.http import FileResponse

from common.problems import NotFound
from tickets.attachments import stored_name
from tickets.models import Attachment

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
TEXTS = ("text/plain", "text/csv", "application/json")
PDF = "application/pdf"
SHOWN_BYTES = 64 * 1024
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(frozen=True)
class Preview:
    """`kind` is picture, text, pdf or ''; a text that goes on is `cut`."""

    kind: str
    text: str = ""
    cut: bool = False


def preview_of(attachment: Attachment) -> Preview:
    """How the attachment can be shown. NotFound when the storage has lost a text."""
    if attachment.content_type in PICTURES:
        return Preview("picture")
    if attachment.content_type == PDF:
        return Preview("pdf")
    if attachment.content_type not in TEXTS:
        return Preview("")
    beginning = _beginning(attachment, SHOWN_BYTES)
    return Preview("text", decoded(beginning), attachment.size > SHOWN_BYTES)


def decoded(beginning: bytes) -> str:
    """The characters of a text: UTF-8 or UTF-16 by its mark, else UTF-8, else the Chinese standard; never an error."""
    marked = next((name for mark, name in _MARKS.items() if beginning.startswith(mark)), None)
    if marked:
        return beginning.decode(marked, errors="replace")
    try:
        # Where it was cut, a character may end in the middle.
        return beginning.decode() if len(beginning) < SHOWN_BYTES else beginning[: _whole(beginning)].decode()
    except UnicodeDecodeError:
        return beginning.decode("gb18030", errors="replace")


def _whole(beginning: bytes) -> int:
    """Where the last whole character of UTF-8 ends."""
    for back in range(1, 4):
        if beginning[-back] & 0xC0 == 0xC0:
            return len(beginning) - back
        if beginning[-back] < 0x80:
            break
    return len(beginning)


def _beginning(attachment: Attachment, length: int) -> bytes:
    try:
        with default_storage.open(stored_name(attachment)) as file:
            return file.read(length)
    except FileNotFoundError as error:
        raise NotFound from error


def pdf_in_a_frame(attachment: Attachment) -> FileResponse:
    """A PDF to be shown, not saved. NotFound for anything else."""
    if attachment.content_type != PDF or not _beginning(attachment, 5).startswith(b"%PDF-"):
        raise NotFound
    file = default_storage.open(stored_name(attachment))
    response = FileResponse(file, as_attachment=False, filename=attachment.name, content_type=PDF)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    return response

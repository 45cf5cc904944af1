"""The words and files of a mail as the body and attachments of a message.

Files are checked one by one as everywhere (tickets/attachments.py); what may not be attached is named under the text,
in the writer's language, and the text is never lost: one that is too long goes along as a file.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets import attachments
from tickets.attachment_types import MOST_PER_MESSAGE, clean_name, content_type_of
from tickets.filing_fields import LONGEST_BODY
from tickets.mail.reading import File
from tickets.refusals import AttachmentRejected

_NOTES = 1500
_MOST_NAMED = 10


def composed(text: str, files: Sequence[File]) -> tuple[str, list[SimpleUploadedFile]]:
    """The body, and the files that may be attached; to be called in the writer's language."""
    taken: list[SimpleUploadedFile] = []
    rejected: list[str] = []
    notes: list[str] = []
    room = MOST_PER_MESSAGE - (1 if len(text) > LONGEST_BODY - _NOTES else 0)
    for file in files:
        upload = _upload(file)
        try:
            attachments.check([upload])
        except AttachmentRejected:
            rejected.append(file.name)
            continue
        if len(taken) < room:
            taken.append(upload)
        else:
            rejected.append(file.name)
    if len(text) > LONGEST_BODY - _NOTES:
        taken.append(SimpleUploadedFile("message.txt", text.encode(), "text/plain"))
        text = text[: LONGEST_BODY - _NOTES].rstrip() + " …"
        notes.append(_("The whole text of this mail is attached as message.txt."))
    if rejected:
        notes.append(_named(rejected))
    if not text and not notes:
        notes.append(_("Files without a text."))
    return "\n\n".join(part for part in (text, *(f"*{note}*" for note in notes)) if part), taken


def _upload(file: File) -> SimpleUploadedFile:
    name = clean_name(file.name)
    return SimpleUploadedFile(name, file.content, content_type_of(name) or "application/octet-stream")


def _named(rejected: Sequence[str]) -> str:
    shown = [f"`{clean_name(name).replace('`', '')[:80]}`" for name in rejected[:_MOST_NAMED]]
    if len(rejected) > _MOST_NAMED:
        shown.append("…")
    return ngettext(
        "%(count)s file of this mail could not be attached: %(names)s",
        "%(count)s files of this mail could not be attached: %(names)s",
        len(rejected),
    ) % {"count": len(rejected), "names": ", ".join(shown)}

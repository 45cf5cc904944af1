"""An upload of usage: unpacked, looked into and kept for a worker (spec page 3, section 3.5)."""

from __future__ import annotations

import gzip
import secrets
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import IO, Final

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import Person
from billing.models import UsageLoad
from billing.usage import loads as usage_loads
from billing.usage.lines import UnreadableFile, UsageLines
from billing.usage.wording import file_sentence
from common.problems import FieldErrors, ServiceUnavailable

MEGABYTE: Final = 1024 * 1024
LARGEST_UPLOAD: Final = 200 * MEGABYTE
# A record takes 200 bytes or so: this is room for five million of them.
LARGEST_UNPACKED: Final = 1024 * MEGABYTE
GZIP: Final = b"\x1f\x8b"
# Enough to see a wrong encoding before anything is loaded.
LINES_LOOKED_AT: Final = 1_000

log = structlog.get_logger(__name__)


def take_upload(*, file: UploadedFile | None, at: datetime, by: Person) -> UsageLoad:
    """Keep the file and let a worker load it. Raises FieldErrors for a file that cannot be a feed."""
    if file is None:
        raise FieldErrors({"file": [_("Choose a CSV or NDJSON file.")]})
    try:
        if (file.size or 0) > LARGEST_UPLOAD:
            raise UnreadableFile("too_large", megabytes=LARGEST_UPLOAD // MEGABYTE)
        with _plain(file) as plain:
            _look_into(plain)
            size = plain.seek(0, 2)
            plain.seek(0)
            name = _keep(plain)
    except UnreadableFile as problem:
        raise FieldErrors({"file": [file_sentence(problem)]}) from problem
    try:
        return usage_loads.begin(source=file.name or "", total_bytes=size, at=at, by=by, file=name)
    except Exception:
        default_storage.delete(name)
        raise


@contextmanager
def _plain(file: UploadedFile) -> Iterator[IO[bytes]]:
    """The text of the upload, of a packed one in a temporary file. Raises UnreadableFile for what unpacks too large."""
    file.seek(0)
    is_packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    if not is_packed:
        yield file  # type: ignore[misc]
        return
    with tempfile.TemporaryFile() as unpacked:
        try:
            with gzip.GzipFile(fileobj=file) as source:
                _unpack(source, unpacked)
        except (OSError, EOFError, zlib.error):
            raise UnreadableFile("bad_gzip") from None
        yield unpacked


def _unpack(source: gzip.GzipFile, into: IO[bytes]) -> None:
    """A bomb of some kilobytes holds gigabytes: it ends where a feed would end."""
    size = 0
    while piece := source.read(MEGABYTE):
        size += len(piece)
        if size > LARGEST_UNPACKED:
            raise UnreadableFile("unpacks_too_large", megabytes=LARGEST_UNPACKED // MEGABYTE)
        into.write(piece)


def _look_into(plain: IO[bytes]) -> None:
    """Raises UnreadableFile where the header or the encoding is wrong."""
    plain.seek(0)
    for _reading in islice(UsageLines(plain), LINES_LOOKED_AT):
        pass


def _keep(plain: IO[bytes]) -> str:
    """Under a name nobody can guess."""
    try:
        return default_storage.save(f"usage-loads/{secrets.token_urlsafe(24)}", File(plain))
    except OSError as error:
        log.warning("usage_upload.not_stored", error=repr(error))
        raise ServiceUnavailable(_("The file could not be stored. Try again in a moment.")) from error

"""What `POST operator/usage` reads: a JSON list or NDJSON, kept in a temporary file and read piece by piece."""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from billing.usage.lines import Reading, UsageLines, read_json_list
from common.problems import BodyTooLarge

MEGABYTE: Final = 1024 * 1024
LARGEST_BODY: Final = 200 * MEGABYTE
HELD_IN_MEMORY: Final = 4 * MEGABYTE
READ_AT_ONCE: Final = 64 * 1024


class UsageBody:
    """The records of a body. Its text is a digest: two bodies are the same where their bytes are (Idempotency-Key)."""

    def __init__(self, stream: Any, *, is_ndjson: bool) -> None:
        self.is_ndjson = is_ndjson
        self.size = 0
        self._digest = hashlib.sha256()
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(HELD_IN_MEMORY)  # noqa: SIM115 (the next line)
        # Closed with the request, however it ends: a repeat is answered without reading its body again.
        weakref.finalize(self, self._file.close)
        self._keep(stream)

    def _keep(self, stream: Any) -> None:
        while piece := stream.read(READ_AT_ONCE):
            self.size += len(piece)
            if self.size > LARGEST_BODY:
                raise BodyTooLarge(
                    _("A batch has at most %(megabytes)s MB. Send it in several parts.")
                    % {"megabytes": LARGEST_BODY // MEGABYTE}
                )
            self._digest.update(piece)
            self._file.write(piece)

    def readings(self) -> Iterator[tuple[int, Reading]]:
        """Every record with its index. Raises UnreadableFile."""
        self._file.seek(0)
        if not self.is_ndjson:
            return read_json_list(self._file)
        lines = UsageLines(self._file, is_ndjson=True)
        return ((index, reading) for index, (_line, reading) in enumerate(lines))

    def __str__(self) -> str:
        return f"{'ndjson' if self.is_ndjson else 'json'}:{self._digest.hexdigest()}"


class UsageList(BaseParser):
    """`application/json`: one list."""

    media_type = "application/json"
    is_ndjson = False

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return UsageBody(stream, is_ndjson=self.is_ndjson)


class UsageRecordsByLine(UsageList):
    """`application/x-ndjson`: one record a line."""

    media_type = "application/x-ndjson"
    is_ndjson = True


class UsageRecordsByLineToo(UsageRecordsByLine):
    """The name without x, which some programs use."""

    media_type = "application/ndjson"


class UsageJsonLines(UsageRecordsByLine):
    """The same by its other name."""

    media_type = "application/jsonl"


PARSERS = [UsageList, UsageRecordsByLine, UsageRecordsByLineToo, UsageJsonLines]

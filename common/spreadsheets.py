"""CSV that spreadsheet programs open as it is meant: UTF-8 with a byte order mark, and no cell that is run.

Excel and its like take a text that begins with = + - @, a tab or a line break for a formula, whoever wrote it. Such a
text gets an apostrophe in front, which they do not show. Numbers are no texts: Decimal("-5.00") stays -5.00.

Worked cells, which also stand in tests/common/test_spreadsheets.py: "=1+1" -> "'=1+1"; "-5.00" -> "'-5.00";
Decimal("-5.00") -> -5.00; None -> an empty cell.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from common.beijing import BEIJING

BYTE_ORDER_MARK = "\ufeff"
CONTENT_TYPE = "text/csv; charset=utf-8"
# The last four are the full-width forms, which some programs read alike.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HELD_IN_MEMORY = 1024 * 1024


def cell(value: Any) -> Any:
    """What to write for a value: instants in Beijing's time, texts such that nothing runs them."""
    if value is None or isinstance(value, (bool, int, Decimal)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).replace(microsecond=0).isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_RUN) else text


def write(file: IO[str], header: Sequence[str], rows: Iterable[Iterable[Any]]) -> int:
    """Write header and rows to a text file opened with newline=""; returns how many rows."""
    file.write(BYTE_ORDER_MARK)
    append(file, [header])
    return append(file, rows)


def append(file: IO[str], rows: Iterable[Iterable[Any]]) -> int:
    """Write further rows; returns how many."""
    writer = csv.writer(file)
    count = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        count += 1
    return count


def download(filename: str, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """A CSV to be saved. It is written here, in the open transaction and its scope; a large one to a file."""
    file = tempfile.SpooledTemporaryFile(max_size=_HELD_IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    try:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")  # type: ignore[arg-type]
        write(text, header, rows)
        text.detach()
        file.seek(0)
    except Exception:
        file.close()
        raise
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=CONTENT_TYPE)
    _kept_private(response)
    return response


def stream(filename: str, header: Sequence[str], parts: Iterable[Iterable[Iterable[Any]]]) -> StreamingHttpResponse:
    """A CSV to be saved, sent part by part while `parts` (lists of rows) are read.

    They are read after the view's transaction and its scope are over: each part opens its own.
    """
    response = StreamingHttpResponse(_written(header, parts), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, filename) or ""
    _kept_private(response)
    return response


def _written(header: Sequence[str], parts: Iterable[Iterable[Iterable[Any]]]) -> Iterator[bytes]:
    head = io.StringIO(newline="")
    write(head, header, [])
    yield head.getvalue().encode()
    for rows in parts:
        text = io.StringIO(newline="")
        append(text, rows)
        yield text.getvalue().encode()


def _kept_private(response: HttpResponseBase) -> None:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"

"""Reads usage records out of files and bodies, line by line, in memory of a fixed size (spec page 3, section 3.5).

CSV and NDJSON hold one record a line. Which of the two it is, the first line says: `{` begins NDJSON, anything else
is the header of a CSV, whose columns are named as the record's fields, in any order, separated by commas, semicolons
or tabs. The text is UTF-8, with or without a byte order mark. A JSON list is read item by item.

What is wrong with one record becomes a BadRecord in its place, and reading goes on behind it; what is wrong with the
whole raises UnreadableFile.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, Protocol, TypeAlias

from billing.usage.records import FIELDS, REQUIRED, BadRecord, UsageRow, read_record

LONGEST_LINE: Final = 64 * 1024
DELIMITERS: Final = (",", ";", "\t")
Reading: TypeAlias = UsageRow | BadRecord

# Beginnings that tell a file of another kind.
_OTHER_KINDS: Final = ((b"PK\x03\x04", "is_a_workbook"), (b"\xff\xfe", "is_utf16"), (b"\xfe\xff", "is_utf16"))
_SPACE: Final = " \t\r\n"


class Source(Protocol):
    """Bytes to read: an open file, an upload, a request. `seek` is asked for only by who goes on reading."""

    def read(self, size: int = ..., /) -> bytes: ...

    def readline(self, size: int = ..., /) -> bytes: ...

    def seek(self, offset: int, whence: int = ..., /) -> int: ...


class UnreadableFile(Exception):
    """Nothing more can be read; `params` complete the sentence of `code`, `line` is where it stopped."""

    def __init__(self, code: str, line: int = 0, **params: str | int) -> None:
        self.code = code
        self.line = line
        self.params = params
        super().__init__(code)


class UsageLines:
    """The records of a CSV or NDJSON stream: iterating gives (line number, row or BadRecord), blank lines left out.

    After each, `offset` (bytes) and `line` tell where the next one begins; `resume` goes on from there in a stream
    that can seek. `is_ndjson` says what it is, otherwise the first line does. Raises UnreadableFile when it is made
    or iterated.
    """

    def __init__(self, stream: Source, *, is_ndjson: bool = False) -> None:
        self._stream = stream
        self._is_ndjson = is_ndjson
        self.offset = 0
        self.line = 0
        first = stream.readline(LONGEST_LINE + 1)
        self._parse, self._waiting = self._begin(first)

    def resume(self, offset: int, line: int) -> None:
        """Go on behind what was read before."""
        if offset:
            self._stream.seek(offset)
            self.offset, self.line, self._waiting = offset, line, b""

    def __iter__(self) -> Iterator[tuple[int, Reading]]:
        parse = self._parse
        for raw in self._raw_lines():
            try:
                if raw is None:
                    raise BadRecord("line_too_long", kilobytes=LONGEST_LINE // 1024)
                if raw.isspace():
                    continue
                reading: Reading = parse(raw.decode("utf-8"))
            except BadRecord as bad:
                reading = bad
            except UnicodeDecodeError:
                reading = self._not_utf8(raw or b"")
            yield self.line, reading

    def _raw_lines(self) -> Iterator[bytes | None]:
        """Whole lines; None for one that is too long, which is passed over piece by piece."""
        waiting, self._waiting = self._waiting, b""
        readline = self._stream.readline
        while raw := waiting or readline(LONGEST_LINE + 1):
            waiting = b""
            self.line += 1
            self.offset += len(raw)
            if len(raw) <= LONGEST_LINE or raw.endswith(b"\n"):
                yield raw
                continue
            while raw and not raw.endswith(b"\n"):
                raw = readline(LONGEST_LINE)
                self.offset += len(raw)
            yield None

    def _begin(self, first: bytes) -> tuple[Callable[[str], UsageRow], bytes]:
        """How to read a line, and the first line if it is a record already."""
        for beginning, code in _OTHER_KINDS:
            if first.startswith(beginning):
                raise UnreadableFile(code)
        text = first.removeprefix(codecs.BOM_UTF8)
        self.offset = len(first) - len(text)
        if text.lstrip().startswith(b"["):
            raise UnreadableFile("is_a_json_list")
        if self._is_ndjson or text.lstrip().startswith(b"{"):
            return read_json_line, text
        if not text.strip():
            raise UnreadableFile("is_empty" if not text else "no_header")
        self.offset += len(text)
        self.line = 1
        return _csv_reader(self._header(text)), b""

    def _header(self, raw: bytes) -> str:
        if len(raw) > LONGEST_LINE:
            raise UnreadableFile("no_header")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self._not_utf8(raw)
            raise UnreadableFile("no_header") from None

    def _not_utf8(self, raw: bytes) -> BadRecord:
        """A stray byte spoils its line; a file that a Chinese Excel wrote is spoilt as a whole."""
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            return BadRecord("not_utf8")
        raise UnreadableFile("is_gb18030", max(self.line, 1))


def read_json_line(line: str) -> UsageRow:
    """The record of a line of NDJSON; numbers are read exactly. Raises BadRecord."""
    try:
        fields = _DECODER.decode(line)
    except (ValueError, RecursionError):
        raise BadRecord("not_json") from None
    return read_record(fields)


def read_json_list(stream: Source) -> Iterator[tuple[int, Reading]]:
    """The items of a JSON list with their index, read piece by piece. Raises UnreadableFile where it is none."""
    text = _Text(stream)
    if text.next_character() != "[":
        raise UnreadableFile("is_no_list")
    text.at += 1
    index = 0
    separator = text.next_character()
    if separator == "]":
        text.at += 1
    while separator != "]":
        item = text.next_value()
        try:
            reading: Reading = read_record(item)
        except BadRecord as bad:
            reading = bad
        yield index, reading
        index += 1
        separator = text.next_character()
        if separator not in (",", "]"):
            raise UnreadableFile("is_broken_json")
        text.at += 1
    if text.next_character():
        raise UnreadableFile("is_broken_json")


class _Text:
    """The text of a stream, of which a window is held that is at least one longest value wide."""

    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._window = ""
        self._has_more = True
        self.at = 0

    def next_character(self) -> str:
        """The next one that is no space, without passing it; "" at the end."""
        while True:
            self._fill()
            while self.at < len(self._window):
                character = self._window[self.at]
                if character not in _SPACE:
                    return character
                self.at += 1
            if not self._has_more:
                return ""

    def next_value(self) -> Any:
        self.next_character()
        self._fill()
        try:
            value, self.at = _DECODER.raw_decode(self._window, self.at)
        except (ValueError, RecursionError):
            raise UnreadableFile("is_broken_json") from None
        return value

    def _fill(self) -> None:
        if len(self._window) - self.at >= LONGEST_LINE or not self._has_more:
            return
        pieces = [self._window[self.at :]]
        held = len(pieces[0])
        while held < 4 * LONGEST_LINE and self._has_more:
            raw = self._stream.read(LONGEST_LINE)
            self._has_more = bool(raw)
            try:
                pieces.append(self._decoder.decode(raw, final=not raw))
            except UnicodeDecodeError:
                raise UnreadableFile("is_not_utf8") from None
            held += len(pieces[-1])
        self._window, self.at = "".join(pieces), 0


def _csv_reader(header: str) -> Callable[[str], UsageRow]:
    """How to read a line under that header. Raises UnreadableFile when it does not name the fields."""
    delimiter = max(DELIMITERS, key=header.count)
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True))]
    except csv.Error:
        raise UnreadableFile("no_header") from None
    missing = [name for name in REQUIRED if name not in names]
    if len(missing) == len(REQUIRED):
        raise UnreadableFile("no_header")
    if missing:
        raise UnreadableFile("missing_columns", columns=", ".join(missing))
    twice = [name for name in FIELDS if names.count(name) > 1]
    if twice:
        raise UnreadableFile("columns_twice", columns=", ".join(twice))

    def read_line(line: str) -> UsageRow:
        text = line.rstrip("\r\n")
        cells = _quoted_cells(text, delimiter) if '"' in text else text.split(delimiter)
        if len(cells) != len(names):
            raise BadRecord("wrong_columns", found=len(cells), expected=len(names))
        return read_record(dict(zip(names, cells, strict=True)))

    return read_line


def _quoted_cells(line: str, delimiter: str) -> list[str]:
    """A record stays on its line, so that a quote that is never closed spoils this record and no other."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise BadRecord("bad_quotes") from None


def _no_constant(text: str) -> None:
    raise ValueError(text)


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)

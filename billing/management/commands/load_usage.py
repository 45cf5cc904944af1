"""`manage.py load_usage FILE.csv|FILE.ndjson|-`: load a file of usage; loading it again changes nothing.

Good records are stored, the others are named with their line and reason, and written to a CSV of rejects. Leaves with
0 when every record is stored, 1 when some were rejected, 2 when the file cannot be read (to its end).
"""

from __future__ import annotations

import gzip
import io
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.models import UsageLoad
from billing.usage import loads as usage_loads
from billing.usage.lines import Source, UnreadableFile, UsageLines
from billing.usage.loading import Reject
from billing.usage.uploads import GZIP, MEGABYTE
from billing.usage.wording import file_sentence, record_sentence
from common import clock, spreadsheets

SOME_REJECTED, NOT_READ = 1, 2
SECONDS_BETWEEN_REPORTS = 2
REJECTS_SHOWN = 20
HEADER = ("line", "record_id", "code", "reason")


class Command(BaseCommand):
    help = "Load cloud usage from a CSV or NDJSON file, or from standard input; the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a .csv or .ndjson file, packed with gzip or not; - is standard input")
        parser.add_argument(
            "--rejects",
            metavar="FILE",
            help="where the rejected records go as CSV; beside the file unless given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        path = None if name == "-" else Path(name)
        with ExitStack() as files:
            source, size = self._open(path, files)
            try:
                lines = UsageLines(source)
            except (UnreadableFile, EOFError, gzip.BadGzipFile) as error:
                problem = error if isinstance(error, UnreadableFile) else UnreadableFile("bad_gzip")
                raise CommandError(f"{name}: {file_sentence(problem)}", returncode=NOT_READ) from None
            load = usage_loads.begin(source=path.name if path else "-", total_bytes=size, at=clock.now(), by=None)
            rejects = Path(options["rejects"] or (f"{path}.rejects.csv" if path else "usage.rejects.csv"))
            report = Report(self, rejects, files)
            usage_loads.load_stream(load=load, lines=lines, told=report.told)
        report.end(load)
        if load.status == UsageLoad.Status.FAILED:
            raise CommandError(f"{name}: {load.failure}", returncode=NOT_READ)
        if load.rejected:
            sys.exit(SOME_REJECTED)

    def _open(self, path: Path | None, files: ExitStack) -> tuple[Source, int]:
        """What to read and its size in bytes, 0 where nobody knows it."""
        if path is None:
            return sys.stdin.buffer, 0
        try:
            source = files.enter_context(io.BufferedReader(io.FileIO(path), MEGABYTE))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=NOT_READ) from None
        if source.peek(len(GZIP)).startswith(GZIP):
            return files.enter_context(gzip.GzipFile(fileobj=source)), 0
        return source, path.stat().st_size


class Report:
    """Progress and rejects on the screen, all rejects in a file that is made for the first."""

    def __init__(self, command: BaseCommand, rejects: Path, files: ExitStack) -> None:
        self._command = command
        self._path = rejects
        self._files = files
        self._file: TextIO | None = None
        self._shown = 0
        self._began = self._told = time.monotonic()

    def told(self, load: UsageLoad, rejected: list[Reject]) -> None:
        """A slice was stored."""
        rows = [(r.position, r.record_id, r.code, record_sentence(r.code, r.params)) for r in rejected]
        if rows:
            self._write(rows)
        for line, record_id, _code, reason in rows[: REJECTS_SHOWN - self._shown]:
            self._command.stderr.write(f"line {line}{f' ({record_id})' if record_id else ''}: {reason}")
            self._shown += 1
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN_REPORTS and load.status == UsageLoad.Status.RUNNING:
            self._told = now
            share = f", {100 * load.read_bytes // load.total_bytes} %" if load.total_bytes else ""
            self._command.stdout.write(f"{_records(load):,} records{share}, {self._speed(load)}")
            self._command.stdout.flush()

    def end(self, load: UsageLoad) -> None:
        """What became of the file."""
        if load.rejected > self._shown:
            self._command.stderr.write(f"… and {load.rejected - self._shown:,} more")
        counts = f"{load.accepted:,} accepted, {load.duplicates:,} duplicates, {load.rejected:,} rejected"
        self._command.stdout.write(f"{counts}; {self._speed(load)}")
        if self._file:
            self._command.stdout.write(f"rejected records: {self._path}")

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        if self._file is None:
            self._file = self._files.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            spreadsheets.write(self._file, HEADER, rows)
        else:
            spreadsheets.append(self._file, rows)

    def _speed(self, load: UsageLoad) -> str:
        seconds = max(int(time.monotonic() - self._began), 1)
        return f"{_records(load) // seconds:,} a second"


def _records(load: UsageLoad) -> int:
    return load.accepted + load.duplicates + load.rejected

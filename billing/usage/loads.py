"""The life of a load of usage: a batch of the API, a file of the command line, an upload worked off by a worker.

A file is stored slice by slice. A slice's records, its counts and the place where the next one begins are committed
together, so that a worker that is killed goes on behind the last whole slice, and every record is counted once.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import translation

from accounts.models import Person
from billing.models import UsageLoad, UsageReject
from billing.usage.lines import Reading, UnreadableFile, UsageLines
from billing.usage.loading import Outcome, Reject, store
from billing.usage.wording import file_sentence, record_sentence
from common import audit, clock, live, outbox, tenancy

RECORDS_OF_A_SLICE = 20_000
# Kept to be shown; a file that is wrong throughout is known after a thousand.
MOST_REJECTS_KEPT = 1_000
ABANDONED_AFTER = timedelta(days=1)
TOPIC = "usage.load"
CHANNEL = "usage-loads"
EVENT = "usage-load-changed"


def store_batch(
    *,
    readings: Iterable[tuple[int, Reading]],
    source: str,
    total_bytes: int,
    most_rejects: int,
    at: datetime,
    by: Person | None,
) -> Outcome:
    """Store a whole batch in the open transaction. Raises UnreadableFile and TooManyRejects: nothing is stored."""
    outcome = store(readings, at=at, most_rejects=most_rejects)
    load = begin(source=source, total_bytes=total_bytes, at=at, by=by)
    load.read_bytes = total_bytes
    _count(load, outcome)
    _finish(load, at=at)
    return outcome


def begin(*, source: str, total_bytes: int, at: datetime, by: Person | None, file: str = "") -> UsageLoad:
    """A load of which nothing is stored yet; with `file`, the name of a stored upload, a worker takes it up."""
    load = UsageLoad.objects.create(source=source[:200], total_bytes=total_bytes, file=file, by=by, started_at=at)
    if file:
        _call_worker(load)
    return load


def load_stream(
    *,
    load: UsageLoad,
    lines: UsageLines,
    told: Callable[[UsageLoad, list[Reject]], None],
) -> UsageLoad:
    """Store a whole file, slice by slice; `told` hears of each slice, with what was turned away of it.

    The load is finished or failed afterwards; it is failed too when this is interrupted.
    """
    readings = iter(lines)
    try:
        while load.status == UsageLoad.Status.RUNNING:
            with tenancy.everything():
                rejected = _store_slice(load, lines, readings)
            told(load, rejected)
    except BaseException:
        _stop(load)
        raise
    return load


def _stop(load: UsageLoad) -> None:
    """What an interrupted command leaves, where the database still answers; else close_abandoned comes upon it."""
    with suppress(DatabaseError, InterfaceError), tenancy.everything():
        load.refresh_from_db()
        _fail(load, UnreadableFile("was_stopped"), at=clock.now())


def go_on(load_id: int) -> None:
    """Store the next slice of an upload, in the open transaction, and call for the one after it."""
    load = UsageLoad.objects.select_for_update(of=("self",)).select_related("by").get(pk=load_id)
    if load.status != UsageLoad.Status.RUNNING:
        return
    with translation.override((load.by and load.by.language) or settings.LANGUAGE_CODE):
        try:
            with load.file.open("rb") as stream:
                source: Any = stream
                lines = UsageLines(source)
                lines.resume(load.read_bytes, load.read_lines)
                _store_slice(load, lines, iter(lines))
        except (UnreadableFile, FileNotFoundError) as error:
            problem = error if isinstance(error, UnreadableFile) else UnreadableFile("is_gone")
            _fail(load, problem, at=clock.now())
    if load.status == UsageLoad.Status.RUNNING:
        _call_worker(load)


def close_abandoned(*, at: datetime) -> int:
    """Call loads failed whose command was killed; an upload is never given up. Returns how many."""
    loads = UsageLoad.objects.filter(
        status=UsageLoad.Status.RUNNING, file="", started_at__lt=at - ABANDONED_AFTER
    ).select_for_update(skip_locked=True)
    with transaction.atomic():
        abandoned = list(loads)
        for load in abandoned:
            _fail(load, UnreadableFile("was_stopped"), at=at)
    return len(abandoned)


def _store_slice(load: UsageLoad, lines: UsageLines, readings: Iterator[tuple[int, Reading]]) -> list[Reject]:
    """Store the next records and write down how far the load is; an end or a fault ends it."""
    read = 0
    broken: list[UnreadableFile] = []

    def counted() -> Iterator[tuple[int, Reading]]:
        nonlocal read
        try:
            for reading in islice(readings, RECORDS_OF_A_SLICE):
                read += 1
                yield reading
        except UnreadableFile as problem:
            broken.append(problem)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            broken.append(UnreadableFile("bad_gzip"))

    # One instant for the whole load: marks that stand since its last slice are locked, not written again.
    outcome = store(counted(), at=load.started_at)
    load.read_bytes, load.read_lines = lines.offset, lines.line
    _count(load, outcome)
    if broken:
        _fail(load, broken[0], at=clock.now())
    elif read < RECORDS_OF_A_SLICE:
        _finish(load, at=clock.now())
    else:
        _save(load)
    return outcome.rejected


def _count(load: UsageLoad, outcome: Outcome) -> None:
    room = MOST_REJECTS_KEPT - load.rejected
    load.accepted += outcome.accepted
    load.duplicates += outcome.duplicates
    load.rejected += len(outcome.rejected)
    UsageReject.objects.bulk_create(
        UsageReject(
            load=load,
            index=reject.position,
            record_id=reject.record_id or "",
            code=reject.code,
            detail=record_sentence(reject.code, reject.params),
        )
        for reject in outcome.rejected[: max(room, 0)]
    )


def _finish(load: UsageLoad, *, at: datetime) -> None:
    _end(load, UsageLoad.Status.FINISHED, at)


def _fail(load: UsageLoad, problem: UnreadableFile, *, at: datetime) -> None:
    load.failure = file_sentence(problem)
    _end(load, UsageLoad.Status.FAILED, at)


def _end(load: UsageLoad, status: UsageLoad.Status, at: datetime) -> None:
    load.status, load.finished_at = status, at
    name = load.file.name
    if name:
        load.file = ""
        transaction.on_commit(lambda: default_storage.delete(name))
    _save(load)
    counts = {"accepted": load.accepted, "duplicates": load.duplicates, "rejected": load.rejected}
    after = {"source": load.source, "status": load.status} | counts
    audit.record(by=load.by, organization_id=None, action="usage.loaded", object=f"load {load.pk}", after=after)


def _save(load: UsageLoad) -> None:
    load.save(
        update_fields=[
            *("status", "read_bytes", "read_lines", "accepted", "duplicates", "rejected"),
            *("file", "failure", "finished_at"),
        ]
    )
    live.publish(CHANNEL, EVENT, load=load.pk)


def _call_worker(load: UsageLoad) -> None:
    """Each slice is an event of its own, so that mails leave between them."""
    outbox.emit(TOPIC, organization_id=None, payload={"load": load.pk}, key=f"{load.pk}:{load.read_bytes}")

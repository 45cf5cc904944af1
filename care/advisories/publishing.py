"""Publishing an advisory: its number, then its audience batch by batch, nobody twice (spec page 6.1).

`publish` gives the number and the instant at which plans are looked at; `hand_out` takes the next 500 organizations in
the order of their ids. A batch is one transaction: receipts, tasks, notices, the events of mails and webhooks, and the
place that was reached. Whoever dies in it leaves nothing of it; the next one goes on from the last place. An event of
the outbox begins at once and calls the next batch, the periodic job goes on with whatever stopped in the middle.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Person
from care.advisories import access, status_page, tasks, telling, updates
from care.advisories.audience import Audience
from care.advisories.refusals import AdvisoryEnded, AdvisoryIncomplete, ChangeHasBegun, NobodyReached
from care.models import Advisory
from common import audit, clock, live, outbox, tenancy
from common.beijing import date_of
from common.models import OutboxEvent

BATCH = 500
# The job stops here and leaves the rest to its next run, so that other jobs get their turn.
JOB_SECONDS = 20.0
NEXT_BATCH = "advisory.next_batch"
_NEEDED = ("title_en", "title_zh", "body_en", "body_zh")
_NUMBERS_LOCK = 6_104_209

_RECEIPTS = """
INSERT INTO care_advisoryreceipt (advisory_id, organization_id, at)
SELECT %s, organization_id, %s FROM unnest(%s::bigint[]) AS reached(organization_id)
ON CONFLICT DO NOTHING RETURNING organization_id
"""
_LAST_NUMBER = """
SELECT COALESCE(max(substr(number, 10)::integer), 0) FROM care_advisory WHERE number LIKE %s
"""


def publish(*, advisory: Advisory, by: Person, at: datetime) -> Advisory:
    """Say it to everybody in its audience; once more changes nothing. In the scope of all tenants.

    Raises AdvisoryEnded, AdvisoryIncomplete, ChangeHasBegun, NobodyReached.
    """
    advisory = access.locked(advisory)
    if advisory.status in (Advisory.Status.PUBLISHING, Advisory.Status.PUBLISHED):
        return advisory
    if advisory.status != Advisory.Status.DRAFT:
        raise AdvisoryEnded
    _require_whole(advisory, at)
    size = Audience.of(advisory, at=at).count()
    if not size:
        raise NobodyReached
    advisory.audience_size, advisory.published_by, advisory.published_at = size, by, at
    advisory.status = Advisory.Status.PUBLISHING
    advisory.number = _next_number(at)
    advisory.save(update_fields=["audience_size", "published_by", "published_at", "status", "number"])
    after = {"kind": advisory.kind, "severity": advisory.severity, "organizations": size}
    audit.record(by=by, organization_id=None, action="advisory.published", object=advisory.number, after=after)
    _call_next(advisory)
    status_page.forget()
    _show(advisory)
    return advisory


def progress(advisory: Advisory) -> dict[str, Any]:
    """How far the handing out is: `organizations` in all, `told` of them, `percent` (whole), `done_at` or None."""
    size, told = advisory.audience_size, advisory.told
    is_done = advisory.handed_out_at is not None
    percent = 100 if is_done else min(99, told * 100 // size) if size else 0
    return {"organizations": size, "told": told, "percent": percent, "done_at": advisory.handed_out_at}


def hand_out(pk: int, *, at: datetime) -> bool:
    """One batch of an advisory on its way; whether more is left. False when somebody else is at it."""
    with tenancy.everything():
        rows = Advisory.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        advisory = rows.filter(pk=pk, status=Advisory.Status.PUBLISHING).first()
        if advisory is None:
            return False
        found = Audience.of(advisory, at=at).after(advisory.cursor, BATCH)
        if found:
            advisory.told += len(hand_to(advisory, found, at=at))
            advisory.cursor = found[-1]
        has_more = len(found) == BATCH
        if not has_more:
            _finish(advisory, at)
        advisory.save(update_fields=["told", "cursor", "status", "handed_out_at", "audience_size"])
        _show(advisory)
        return has_more


def hand_to(advisory: Advisory, organization_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Receipts, tasks and news for those of the organizations that have it not yet; returns them, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS, [advisory.pk, at, list(organization_ids)])
        new = sorted(pk for (pk,) in cursor.fetchall())
    if new:
        tasks.open_for(advisory, new, at=at)
        telling.tell(advisory, new)
        live.publish_all([f"org:{pk}" for pk in new], "advisories-changed")
    return new


def hand_out_waiting(*, at: datetime, seconds: float = JOB_SECONDS) -> dict[str, int]:
    """The periodic job: go on with advisories and updates on their way, and give tasks to whoever is the TAM now."""
    ends = time.monotonic() + seconds
    batches = 0
    for pk in list(
        Advisory.objects.filter(status=Advisory.Status.PUBLISHING).order_by("pk").values_list("pk", flat=True)
    ):
        has_more = True
        while has_more and time.monotonic() < ends:
            has_more = hand_out(pk, at=at)
            batches += 1
    batches += updates.hand_out_waiting(at=at, ends=ends)
    return {"batches": batches, "tasks_moved": tasks.follow_managers(at=at)}


@outbox.handles(NEXT_BATCH)
def go_on(event: OutboxEvent) -> None:
    """A batch, and the call for the next one: each event of the outbox is a transaction of its own."""
    if hand_out(event.payload["advisory"], at=clock.now()):
        _call_next(Advisory.objects.get(pk=event.payload["advisory"]))


def missing_fields(advisory: Advisory) -> list[str]:
    """What an advisory of its kind needs before it is published and does not have."""
    missing = [name for name in _NEEDED if not getattr(advisory, name)]
    is_change = advisory.kind == Advisory.Kind.PLATFORM_CHANGE
    if is_change and advisory.starts_at is None:
        missing.append("starts_at")
    for one, other in (("advice_en", "advice_zh"), ("advice_zh", "advice_en")):
        if getattr(advisory, one) and not getattr(advisory, other):
            missing.append(other)
    return missing


def _require_whole(advisory: Advisory, at: datetime) -> None:
    missing = missing_fields(advisory)
    if missing:
        raise AdvisoryIncomplete(missing=missing)
    is_change = advisory.kind == Advisory.Kind.PLATFORM_CHANGE
    if is_change and advisory.starts_at is not None and advisory.starts_at <= at:
        raise ChangeHasBegun


def _next_number(at: datetime) -> str:
    """ADV-2026-0001: counted per Beijing year without gaps, because a transaction that fails gives it back."""
    prefix = f"ADV-{date_of(at).year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])
        cursor.execute(_LAST_NUMBER, [prefix + "%"])
        return f"{prefix}{cursor.fetchone()[0] + 1:04d}"


def _call_next(advisory: Advisory) -> None:
    payload = {"advisory": advisory.pk}
    outbox.emit(NEXT_BATCH, organization_id=None, payload=payload, key=f"{advisory.pk}:{advisory.cursor}")


def _finish(advisory: Advisory, at: datetime) -> None:
    advisory.status, advisory.handed_out_at = Advisory.Status.PUBLISHED, at
    advisory.audience_size = advisory.told
    tasks.tell_managers(advisory)
    after = {"organizations": advisory.told}
    audit.record(by=None, organization_id=None, action="advisory.handed_out", object=advisory.number, after=after)


def _show(advisory: Advisory) -> None:
    live.publish("desk", "advisories-changed", advisory=advisory.pk)

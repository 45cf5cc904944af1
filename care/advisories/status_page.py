"""The public status page (spec page 4.5): incidents that run, changes to come, and what was in the last 90 days.

Open to strangers, so it is made at most every 15 seconds however often it is asked for; what changes it has it made
anew. It names no organization.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction

from care.advisories import access
from care.models import Advisory, AdvisoryUpdate
from common.api import api_time

SHOWN_FOR = timedelta(days=90)
CACHED_SECONDS = 15
MOST_SHOWN = 200
_KEY = "advisories.status"


def status(at: datetime) -> dict[str, list[dict[str, Any]]]:
    """`running` incidents, `planned` changes that run or are to come, `past`: all others of the last 90 days.

    Each list newest first, its rows as `_row` writes them, in both languages, instants as the API has them.
    """
    kept = cache.get(_KEY)
    if kept is None:
        kept = _made(at)
        cache.set(_KEY, kept, CACHED_SECONDS)
    return kept


def forget() -> None:
    """Something on it has changed: it is made anew when the transaction has committed."""
    transaction.on_commit(lambda: cache.delete(_KEY))


def is_over(advisory: Advisory, at: datetime) -> bool:
    """Whether what it is about is over at `at`: closed, or its time has passed."""
    return advisory.closed_at is not None or (advisory.ends_at is not None and advisory.ends_at <= at)


def _made(at: datetime) -> dict[str, list[dict[str, Any]]]:
    rows = list(access.on_status_page(at - SHOWN_FOR)[:MOST_SHOWN])
    said: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    for update in AdvisoryUpdate.objects.filter(advisory__in=rows).order_by("-pk"):
        said[update.advisory_id].append(
            {"state": update.state, "at": api_time(update.at), "body_en": update.body_en, "body_zh": update.body_zh}
        )
    found: dict[str, list[dict[str, Any]]] = {"running": [], "planned": [], "past": []}
    for row in rows:
        if not is_over(row, at):
            place = "running" if row.kind == Advisory.Kind.INDUSTRY_INCIDENT else "planned"
        elif (row.closed_at or row.ends_at or at) >= at - SHOWN_FOR:
            place = "past"
        else:
            continue
        found[place].append(_row(row, said[row.pk]))
    return found


def _row(advisory: Advisory, updates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": advisory.number,
        "kind": advisory.kind,
        "severity": advisory.severity,
        "title_en": advisory.title_en,
        "title_zh": advisory.title_zh,
        "body_en": advisory.body_en,
        "body_zh": advisory.body_zh,
        "products": advisory.products,
        "regions": advisory.regions,
        "state": updates[0]["state"] if updates else None,
        "starts_at": api_time(advisory.starts_at),
        "ends_at": api_time(advisory.ends_at),
        "published_at": api_time(advisory.published_at),
        "closed_at": api_time(advisory.closed_at),
        "updates": updates,
    }

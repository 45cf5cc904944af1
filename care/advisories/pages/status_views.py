"""The public status page (spec page 4.5): for everybody, without signing in."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.generic import View

from care.advisories import status_days, status_page
from care.models import Advisory
from care.templatetags.advisory_words import said
from common import clock
from common.beijing import date_of

CACHED_SECONDS = 5
# The strip's cells: how wide, and how far apart.
CELL, STEP = 8, 10


class StatusPage(View):
    """`/status`: what runs, what is planned, the last 90 days. Browsers keep it a few seconds."""

    def get(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        found = status_page.status(at)
        rows = [row for part in found.values() for row in part]
        strip = status_days.days([_span(row) for row in rows if _began(row) <= at], date_of(at))
        context = {
            **found,
            "months": _by_month(found["past"]),
            "strip": [(place * STEP, day) for place, day in enumerate(strip)],
            "width": len(strip) * STEP - (STEP - CELL),
            "troubled": sum(day.look not in (status_days.CALM, status_days.MAINTENANCE) for day in strip),
            "at": at,
        }
        response = render(request, "care/status.html", context)
        patch_cache_control(response, private=True, max_age=CACHED_SECONDS)
        return response


def _began(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["starts_at"] or row["published_at"])


def _ended(row: dict[str, Any]) -> datetime | None:
    ended = [datetime.fromisoformat(row[name]) for name in ("closed_at", "ends_at") if row[name]]
    return max(min(ended), _began(row)) if ended else None


def _span(row: dict[str, Any]) -> status_days.Span:
    is_incident = row["kind"] == Advisory.Kind.INDUSTRY_INCIDENT
    look = row["severity"] if is_incident else status_days.MAINTENANCE
    return status_days.Span(look, said(row, "title"), _began(row), _ended(row))


def _by_month(rows: list[dict[str, Any]]) -> list[tuple[date, list[dict[str, Any]]]]:
    """What is over by the month in which it began, the latest first; each with its beginning and its end."""
    told = sorted(
        (row | {"began": _began(row), "ended": _ended(row)} for row in rows), key=lambda row: row["began"], reverse=True
    )
    groups = groupby(told, key=lambda row: date_of(row["began"]).replace(day=1))
    return [(month, list(members)) for month, members in groups]

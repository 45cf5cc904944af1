"""What the lead's page and an organization's own have in common: a period, cards of breakdowns, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest

from accounts.models import Organization
from common import clock, spreadsheets
from common.problems import FieldErrors
from supportplans import versions
from tickets.compliance import period, pictures
from tickets.compliance.figures import ALL, Figures, compliance
from tickets.compliance.pictures import Breakdown
from tickets.compliance.tables import Table


@dataclass
class Shown:
    """The period that the address asks for; the first choice where it cannot be, with what is wrong."""

    since: date
    until: date
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, default: int) -> Shown:
        """`default`: which of period.choices an address without days means."""
        today = clock.today()
        chosen = period.choices(today)[default]
        if not request.GET.get("from") and not request.GET.get("to"):
            return cls(chosen.since, chosen.until)
        try:
            found = period.asked({name: request.GET.get(name, "") for name in ("from", "to")}, today=today)
        except FieldErrors as problem:
            return cls(chosen.since, chosen.until, problem.errors)
        return cls(found.since, found.until)

    @property
    def query(self) -> str:
        """The same period in an address."""
        return urlencode({"from": self.since.isoformat(), "to": self.until.isoformat()})

    def choices(self) -> list[dict[str, Any]]:
        """The periods of one click."""
        return [
            {
                "name": one.name,
                "query": urlencode({"from": one.since.isoformat(), "to": one.until.isoformat()}),
                "is_current": (one.since, one.until) == (self.since, self.until),
            }
            for one in period.choices(clock.today())
        ]

    @property
    def earliest(self) -> date:
        """Where trends begin: twelve months until its end, or with the period where that is longer."""
        return min(self.since, pictures.months_until(self.until)[0].first_day)


def card(by: str, shown: Shown, organization: Organization | None = None) -> Breakdown:
    """One breakdown; by month over the twelve months until the end of the period. One statement."""
    months = pictures.months_until(shown.until) if by == "month" else ()
    return pictures.breakdown(by, rows(by, shown, organization), versions.current(clock.today()), months)


def rows(by: str, shown: Shown, organization: Organization | None = None) -> list[Figures]:
    """The figures behind a card. One statement."""
    since = pictures.months_until(shown.until)[0].first_day if by == "month" else shown.since
    return compliance(since=since, until=shown.until, by=by, at=clock.now(), organization=organization)


def summary(shown: Shown, organization: Organization | None = None) -> dict[str, Figures]:
    """First and next answers of the period in one figure each; none where nothing was owed. One statement."""
    found = compliance(since=shown.since, until=shown.until, by=ALL, at=clock.now(), organization=organization)
    return {row.timer: row for row in found}


def saved(name: str, shown: Shown, table: Table) -> FileResponse:
    """A table as a file."""
    filename = f"{name}-{shown.since.isoformat()}-{shown.until.isoformat()}.csv"
    return spreadsheets.download(filename, table.header, table.rows)

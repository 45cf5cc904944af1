"""Figures of compliance, load and satisfaction as pictures and tables, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import labels, readings
from common.beijing import Month
from common.charts import MOST_SERIES, Chart, Series
from supportplans.catalogue import Catalogue
from tickets.compliance import naming
from tickets.compliance.desk_now import Load, OnDesk, severities_of
from tickets.compliance.figures import Figures
from tickets.compliance.ratings import SCORES, Contentment

# More bars than these cannot be told apart; the table has them all.
BARS_SHOWN = 12
MONTHS_SHOWN = 12
TITLES: dict[str, str | Promise] = {
    "tier": gettext_lazy("Answers in time by plan"),
    "severity": gettext_lazy("Answers in time by severity"),
    "product": gettext_lazy("Answers in time by product"),
    "month": gettext_lazy("Answers in time by month"),
    "organization": gettext_lazy("Answers in time by organization"),
    "end_customer": gettext_lazy("Answers in time by end customer"),
}
HEADS: dict[str, str | Promise] = {
    "tier": gettext_lazy("Plan"),
    "severity": gettext_lazy("Severity"),
    "product": gettext_lazy("Product"),
    "month": gettext_lazy("Month"),
    "organization": gettext_lazy("Organization"),
    "end_customer": gettext_lazy("End customer"),
}


@dataclass(frozen=True)
class Line:
    """A row of a breakdown; None where no such answer was owed."""

    name: str
    first: Figures | None
    next: Figures | None

    @property
    def kinds(self) -> list[Figures]:
        """What there is of the two."""
        return [one for one in (self.first, self.next) if one is not None]

    @property
    def due(self) -> int:
        return sum(one.due for one in self.kinds)


@dataclass(frozen=True)
class Breakdown:
    """One card: shares in time as a picture, lengths of first answers too where they are a trend, and the table."""

    by: str
    head: str
    lines: list[Line]
    chart: Chart
    lengths: Chart | None


def breakdown(by: str, rows: Sequence[Figures], catalogue: Catalogue, months: Sequence[Month] = ()) -> Breakdown:
    """The card of `compliance(by=…)`; by month, `months` are all that the picture shows, with or without answers."""
    found = {(row.key, row.timer): row for row in rows}
    keys = [str(month) for month in months] or naming.in_order(by, (row.key for row in rows), catalogue)
    lines = [
        Line(naming.name_of(by, key, catalogue), found.get((key, "first")), found.get((key, "next"))) for key in keys
    ]
    is_trend = by == "month"
    shown = lines if is_trend else _most_owed(lines)
    chart = Chart(
        title=str(TITLES[by]),
        x=[_short(line.name) if by == "product" else line.name for line in shown],
        series=[
            Series(_("First answer"), [_percent(line.first) for line in shown]),
            Series(_("Next answer"), [_percent(line.next) for line in shown]),
        ],
        unit="percent",
        kind="line" if is_trend else "bar",
        x_title=str(HEADS[by]),
    )
    return Breakdown(
        by, str(HEADS[by]), [line for line in lines if line.kinds], chart, _lengths(lines) if is_trend else None
    )


def _most_owed(lines: list[Line]) -> list[Line]:
    """What fits into a picture: those with the most answers owed, in the order of the table."""
    most = sorted(lines, key=lambda line: -line.due)[:BARS_SHOWN]
    return [line for line in lines if line in most]


def _short(name: str) -> str:
    """A product as the axis names it: "Elastic Cloud Server (ECS)" is ECS there."""
    found = re.search(r"[(（]([^()（）]+)[)）]$", name)
    return found[1] if found else name


def _percent(row: Figures | None) -> Decimal | None:
    return None if row is None else row.rate * 100


def _lengths(lines: list[Line]) -> Chart:
    return Chart(
        title=_("Time to the first answer"),
        x=[line.name for line in lines],
        series=[
            Series(_("Median"), [line.first.median_minutes if line.first else None for line in lines]),
            Series(_("90 % within"), [line.first.p90_minutes if line.first else None for line in lines]),
        ],
        unit="minutes",
        x_title=_("Month"),
    )


def months_until(day: date) -> list[Month]:
    """The twelve months until and with that of `day`, the oldest first."""
    months = [Month.of(day)]
    while len(months) < MONTHS_SHOWN:
        months.insert(0, months[0].previous())
    return months


def severities(lying: OnDesk, catalogue: Catalogue) -> Chart:
    """What is open by severity, and how it stands with the answers owed."""
    codes = severities_of(lying, catalogue.severity_codes())
    counts = [lying.by_severity.get(code) for code in codes]
    parts = {
        "overdue": (_("Overdue"), "overdue"),
        "at_risk": (_("About to breach"), "urgent"),
        "owed": (_("Answer owed"), "calm"),
        "quiet": (_("Answered"), "good"),
    }
    return Chart(
        title=_("Open tickets by severity"),
        x=[naming.severity_name(code) for code in codes],
        series=[
            Series(name, [getattr(one, part, 0) for one in counts], colour) for part, (name, colour) in parts.items()
        ],
        kind="bar",
        stacked=True,
        x_title=_("Severity"),
    )


def backlog(lying: OnDesk, catalogue: Catalogue) -> Chart:
    """How old open tickets are, by severity."""
    codes = [code for code in severities_of(lying, catalogue.severity_codes()) if code in lying.by_severity]
    shown, rest = (codes, []) if len(codes) <= MOST_SERIES else (codes[: MOST_SERIES - 1], codes[MOST_SERIES - 1 :])
    series = [
        Series(naming.severity_name(code), [age.get(code, 0) for age in lying.by_age], labels.severity_colour(code))
        for code in shown
    ]
    if rest:
        others = [sum(age.get(code, 0) for code in rest) for age in lying.by_age]
        series.append(Series(_("Other"), others, "secondary"))
    return Chart(
        title=_("How old open tickets are"),
        x=age_names(),
        series=series or [Series(_("Open tickets"), [None] * len(lying.by_age))],
        kind="bar",
        stacked=True,
        x_title=_("Days since filed"),
    )


def age_names() -> list[str]:
    """What the brackets of ages are called."""
    return [_("0–1 days"), _("1–3 days"), _("3–7 days"), _("7–14 days"), _("over 14 days")]


def load(loads: Sequence[Load]) -> Chart:
    """What each person has; those with the most, where they are many."""
    people = [one for one in loads if one.person is not None][:BARS_SHOWN]
    return Chart(
        title=_("Open tickets by engineer"),
        x=[one.person.display_name() for one in people if one.person],
        series=[
            Series(_("Not begun"), [one.open for one in people]),
            Series(_("In progress"), [one.in_progress for one in people]),
            Series(_("Waiting for customer"), [one.waiting for one in people]),
        ],
        kind="bar",
        stacked=True,
        x_title=_("Engineer"),
    )


def scores(rated: Contentment) -> Chart:
    """How often each score was given in the period."""
    counts = rated.period.counts
    return Chart(
        title=_("Ratings in this period"),
        x=[str(score) for score in SCORES],
        series=[Series(_("Ratings"), [counts.get(score, 0) if rated.period.total else None for score in SCORES])],
        kind="bar",
        x_title=_("Score, 5 is best"),
    )


def satisfaction_trend(rated: Contentment, months: Sequence[Month]) -> Chart:
    """The average by month."""
    found = [rated.months.get(str(month)) for month in months]
    return Chart(
        title=_("Average rating by month"),
        x=[readings.short_month(month.first_day) for month in months],
        series=[Series(_("Average of 5"), [one.average if one else None for one in found])],
        x_title=_("Month"),
    )

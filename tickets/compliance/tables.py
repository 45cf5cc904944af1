"""Every breakdown as a table to be saved (spec page 4.5: "numbers to export")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from supportplans.catalogue import Catalogue
from tickets.compliance import naming, pictures
from tickets.compliance.desk_now import Load, OnDesk, severities_of
from tickets.compliance.figures import Figures
from tickets.compliance.ratings import SCORES, Contentment

Numbers = Callable[[int], Sequence[Any]]


@dataclass(frozen=True)
class Table:
    """What a file holds."""

    header: list[str]
    rows: list[list[Any]]


def compliance(by: str, rows: Sequence[Figures], catalogue: Catalogue) -> Table:
    """One row for each key and kind of answer; the rate is a share, 0.9500."""
    kinds = {"first": _("First answer"), "next": _("Next answer")}
    header = [
        str(pictures.HEADS[by]),
        _("Code"),
        _("Answer"),
        _("Owed"),
        _("In time"),
        _("Late"),
        _("Share in time"),
        _("Median, minutes"),
        _("90 % within, minutes"),
    ]
    order = {key: place for place, key in enumerate(naming.in_order(by, (row.key for row in rows), catalogue))}
    lines = [
        [
            naming.name_of(by, row.key, catalogue),
            row.key,
            kinds[row.timer],
            row.due,
            row.met,
            row.breached,
            row.rate,
            row.median_minutes,
            row.p90_minutes,
        ]
        for row in sorted(rows, key=lambda row: (order[row.key], row.timer))
    ]
    return Table(header, lines)


def open_now(lying: OnDesk, catalogue: Catalogue) -> Table:
    """What is open by severity."""
    opened = pgettext("tickets", "Open")
    header = [_("Severity"), _("Code"), opened, _("Unanswered"), _("About to breach"), _("Overdue")]
    rows = []
    for code in severities_of(lying, catalogue.severity_codes()):
        one = lying.by_severity.get(code)
        counts = [one.open, one.unanswered, one.at_risk, one.overdue] if one else [0, 0, 0, 0]
        rows.append([naming.severity_name(code), code, *counts])
    return Table(header, rows)


def backlog(lying: OnDesk, catalogue: Catalogue) -> Table:
    """How old open tickets are, by severity."""
    codes = severities_of(lying, catalogue.severity_codes())
    header = [_("Days since filed"), *[naming.severity_name(code) for code in codes], _("Together")]
    rows = [
        [name, *[age.get(code, 0) for code in codes], sum(age.values())]
        for name, age in zip(pictures.age_names(), lying.by_age, strict=True)
    ]
    return Table(header, rows)


def load(loads: Sequence[Load]) -> Table:
    """What each person has; the last row may be what nobody has."""
    header = [
        _("Engineer"),
        _("E-mail"),
        _("On duty"),
        _("Not begun"),
        _("In progress"),
        _("Waiting for customer"),
        _("Overdue"),
    ]
    rows = [
        [
            one.person.display_name() if one.person else _("Nobody"),
            one.person.email if one.person else "",
            _("yes") if one.on_duty else _("no"),
            one.open,
            one.in_progress,
            one.waiting,
            one.overdue,
        ]
        for one in loads
    ]
    return Table(header, rows)


def satisfaction(rated: Contentment) -> Table:
    """Ratings by month; the last row is the period that was asked for."""
    header = [_("Month"), _("Ratings"), _("Average of 5"), *[str(score) for score in SCORES]]
    parts = [*rated.months.items(), (_("This period"), rated.period)]
    rows = [[name, one.total, one.average, *[one.counts.get(score, 0) for score in SCORES]] for name, one in parts]
    return Table(header, rows)

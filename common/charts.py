"""What a chart shows, as values; `{% chart %}` draws it and writes the same figures as a table.

Views build a Chart from figures and translated names and give it to their template. Amounts stay Decimal: the page
carries them as text, and only the drawing itself turns them into numbers of JavaScript.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from common.money import SYMBOL

# money: yuan; count: pieces; percent: 97.5 is 97.5 %; minutes: read as "2 h 14 min".
Unit = Literal["money", "count", "percent", "minutes"]
Number = Decimal | int
MOST_SERIES = 6  # colours that can be told apart


@dataclass(frozen=True)
class Series:
    """One line, or one colour of bars: a value for each x; None is a gap.

    `colour`: what it means, where that has a colour everywhere ("red" as a severity has it, "overdue"); a class
    `chart-colour-…` of static/css/charts.css. Without it the series takes the next of the chart's own six.
    """

    name: str
    values: Sequence[Number | None]
    colour: str = ""


@dataclass(frozen=True)
class Level:
    """A horizontal line to compare with: a budget, a promise."""

    name: str
    value: Number


@dataclass(frozen=True)
class Mark:
    """A vertical line: today, the usage asked about. `at` is an x: one of the labels, or any number between them."""

    name: str
    at: Number | str


@dataclass(frozen=True)
class Chart:
    """A picture of up to six series over the same x.

    `x` are labels already in the reader's language ("3 Nov"), or numbers that rise, with their `x_unit`.
    `stacked` puts series upon each other (bars, or areas under lines). `table_rows` are the positions of x that the
    table shows, all of them unless given. `title` is read as the picture's name, `x_title` heads the table's first
    column.
    """

    title: str
    x: Sequence[str] | Sequence[Number]
    series: Sequence[Series]
    unit: Unit = "count"
    kind: Literal["line", "bar"] = "line"
    stacked: bool = False
    x_title: str = ""
    x_unit: Unit | None = None
    level: Level | None = None
    mark: Mark | None = None
    table_rows: Sequence[int] | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"a chart shows 1 to {MOST_SERIES} series, not {len(self.series)}")
        for series in self.series:
            if len(series.values) != len(self.x):
                raise ValueError(f"{series.name!r} has {len(series.values)} values for {len(self.x)} places")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for series in self.series for value in series.values)

    def document(self) -> dict[str, Any]:
        """What static/js/charts.js reads; amounts as text."""
        return {
            "kind": self.kind,
            "stacked": self.stacked,
            "unit": self.unit,
            "xUnit": self.x_unit,
            "symbol": SYMBOL,
            "x": [_plain(x) for x in self.x],
            "series": [
                {"name": series.name, "values": [_plain(value) for value in series.values]} for series in self.series
            ],
            "level": {"name": self.level.name, "value": _plain(self.level.value)} if self.level else None,
            "mark": {"name": self.mark.name, "at": _plain(self.mark.at)} if self.mark else None,
        }

    def rows(self) -> list[tuple[Any, list[Number | None]]]:
        """The table: (x, the value of each series)."""
        shown = range(len(self.x)) if self.table_rows is None else self.table_rows
        return [(self.x[index], [series.values[index] for series in self.series]) for index in shown]


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value

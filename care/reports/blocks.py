"""What a report looks like, before anybody draws it: blocks of figures, charts, tables and notes, ready to be read.

Page and PDF draw the same blocks: templates take them as they are, care/reports/document.typ as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from common.charts import Chart

Tone = Literal["", "good", "warning", "bad"]


@dataclass(frozen=True)
class Figure:
    """One large number with its name and, below it, what it is compared with."""

    label: str
    value: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Figures:
    """A row of figures."""

    items: Sequence[Figure]
    type: str = "figures"


@dataclass(frozen=True)
class Drawing:
    """A chart; `lying` bars have their names beside them, for few of them with long names."""

    chart: Chart
    lying: bool = False
    type: str = "chart"


@dataclass(frozen=True)
class Column:
    """`numeric` ones stand to the right, `wide` ones take the room that is left."""

    title: str
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of text under columns; `note` stands below it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""
    type: str = "table"


@dataclass(frozen=True)
class Note:
    """A sentence of its own; `missing` says that something was not collected."""

    text: str
    kind: Literal["info", "missing", "foreword"] = "info"
    type: str = "note"


@dataclass(frozen=True)
class Advised:
    """A recommendation and the lines of its evidence; `rule` "" is the TAM's own."""

    text: str
    lines: Sequence[str]
    rule: str = ""


@dataclass(frozen=True)
class Advice:
    """The recommendations in their order."""

    items: Sequence[Advised]
    type: str = "advice"


Block = Figures | Drawing | Table | Note | Advice


@dataclass(frozen=True)
class SectionView:
    """A section as it is read."""

    code: str
    title: str
    blocks: Sequence[Block] = field(default_factory=list)

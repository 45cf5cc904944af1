"""A report as a PDF: the blocks of care/reports/blocks.py, drawn by care/reports/document.typ (spec page 6.2).

The charts hold the same values as those of the page. Scales and labels are worked out here, so that the template draws
and decides nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.models import MonthlyReport
from care.reports.blocks import Advice, Block, Drawing, SectionView
from care.reports.names import minutes, number
from care.reports.reading import ReportView, view_of
from common import money, readings
from common.charts import Chart, Number
from common.typesetting import typeset

TEMPLATE = Path(__file__).resolve().parent / "document.typ"
MOST_TICKS = 5
MOST_LABELS = 12


def report_pdf(report: MonthlyReport) -> bytes:
    """The report as a PDF in its own language; the same report gives the same bytes. Raises ReportNotReady.

    Inside the scope of its organization.
    """
    view = view_of(report)
    assert report.made_at is not None or report.sent_at is not None
    with translation.override(report.language):
        return typeset(TEMPLATE, printed(view), made_at=report.sent_at or report.made_at or report.sent_at)  # type: ignore[arg-type]


def printed(view: ReportView) -> dict[str, Any]:
    """What document.typ prints: texts ready to be read, shapes between 0 and 1."""
    report = view.report
    organization = report.organization.name
    return {
        "language": "zh" if report.language.startswith("zh") else "en",
        "brand": _(settings.BRAND_NAME),
        "title": f"{view.title} · {organization}",
        "kind": _("Monthly service report"),
        "month": view.month,
        "organization": organization,
        "facts": [[pgettext("of a report", "Period"), view.period], [_("Made on"), readings.day(_made_on(report))]],
        "contents_title": _("Contents"),
        "sections": [_section(section) for section in view.sections],
        "closing": [
            _("Days are days in Beijing; both days of a period are counted. All times are Beijing time."),
            _(
                "Figures of tickets come from the portal as of the day this report was made. Figures of resources, "
                "load, security and consumption were collected for this report alone and were deleted when it was sent."
            ),
        ],
        "footer": f"{_(settings.BRAND_NAME)} · {organization} · {view.month}",
        # Translators: at the foot of a PDF; leave {page} and {pages} as they are.
        "page_pattern": _("Page {page} of {pages}"),
    }


def _made_on(report: MonthlyReport) -> Any:
    return report.sent_at or report.made_at


def _section(section: SectionView) -> dict[str, Any]:
    return {"code": section.code, "title": section.title, "blocks": [_block(block) for block in section.blocks]}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Drawing):
        return {"type": "lying" if _lies(block) else "standing"} | _chart(block.chart)
    if isinstance(block, Advice):
        evidence = _("Evidence")
        return {"type": "advice", "evidence": evidence, "items": [asdict(item) for item in block.items]}
    return asdict(block)


def _lies(block: Drawing) -> bool:
    return block.lying


def _chart(chart: Chart) -> dict[str, Any]:
    """Heights as shares of the axis, the axis' marks and the labels of x that have room."""
    values = _stacks(chart) if chart.stacked else [value for one in chart.series for value in one.values]
    ticks = _ticks([Decimal(value) for value in values if value is not None], chart)
    top = ticks[-1]
    every = -(-len(chart.x) // MOST_LABELS)
    return {
        "title": chart.title,
        "stacked": chart.stacked,
        "ticks": [{"at": _share(tick, top), "label": _label(tick, chart.unit)} for tick in ticks],
        "x": [str(x) if place % every == 0 else "" for place, x in enumerate(chart.x)],
        "names": [str(x) for x in chart.x],
        "series": [
            {
                "name": one.name,
                "values": [None if value is None else _share(Decimal(value), top) for value in one.values],
                "labels": ["" if value is None else _label(Decimal(value), chart.unit) for value in one.values],
            }
            for one in chart.series
        ],
    }


def _stacks(chart: Chart) -> list[Number | None]:
    return [sum((Decimal(one.values[place] or 0) for one in chart.series), Decimal(0)) for place in range(len(chart.x))]


def _share(value: Decimal, top: Decimal) -> float:
    # What is drawn has a width of some hundred points: a float draws it well.
    return float(max(value, Decimal(0)) / top)


def _ticks(values: list[Decimal], chart: Chart) -> list[Decimal]:
    """Round marks from 0 to at least the largest value: 0, 5, 10, 15."""
    largest = max(values, default=Decimal(0))
    if chart.unit == "percent" and largest > 50:
        return [Decimal(mark) for mark in (0, 25, 50, 75, 100)]
    if largest <= 0:
        return [Decimal(0), Decimal(1)]
    step = Decimal(1).scaleb((largest / MOST_TICKS).adjusted())
    for factor in (1, 2, 5, 10):
        if step * factor * MOST_TICKS >= largest:
            step *= factor
            break
    if chart.unit == "count":
        step = max(step, Decimal(1))
    count = (largest / step).to_integral_value(ROUND_CEILING)
    return [step * place for place in range(int(count) + 1)]


def _label(value: Decimal, unit: str) -> str:
    match unit:
        case "money":
            return money.shown(value).removesuffix(".00")
        case "percent":
            return f"{number(value.quantize(Decimal('0.1')))} %"
        case "minutes":
            return minutes(str(value))
    return number(value)

"""Charts, part of `{% load portal %}`: the picture and its figures as a table. templates/components/_chart.html."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import money, readings
from common.charts import Chart

register = template.Library()


@register.inclusion_tag("components/_chart.html")
def chart(picture: Chart, size: str = "") -> dict[str, Any]:
    """Draws a common.charts.Chart. `size`: "small" for a card among others. The page needs `{% chart_scripts %}`."""
    table = [
        {"x": _cell(x, picture.x_unit), "cells": [_cell(value, picture.unit) for value in values]}
        for x, values in picture.rows()
    ]
    level = _cell(picture.level.value, picture.unit) if picture.level else ""
    return {"chart": picture, "document": picture.document(), "table": table, "level": level, "size": size}


@register.simple_tag
def chart_scripts() -> SafeString:
    """For `{% block scripts %}` of a page with charts. The library itself is fetched when a chart comes into view."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script src="{}" data-library="{}" defer></script>',
        static("css/charts.css"),
        static("js/charts.js"),
        static("vendor/echarts.min.js"),
    )


@register.filter
def percent(share: Decimal) -> str:
    """A share as a person reads it: 0.07 -> "7 %", 0.0025 -> "0.25 %"."""
    return _cell(share * 100, "percent")


@register.filter
def minutes_long(length: Decimal | None) -> str:
    """A length in minutes as a person reads it: 134 -> "2 h 14 min"; a dash for none."""
    return _cell(length, "minutes") if isinstance(length, Decimal) else _cell(None, "minutes")


def _cell(value: Any, unit: str | None) -> str:
    """A figure as the table's reader reads it."""
    if value is None:
        return "–"
    if unit == "money":
        return money.shown(value)
    if unit == "percent":
        return _("%(rate)s %%") % {"rate": f"{Decimal(value).normalize():f}"}
    if unit == "minutes":
        return readings.span(int(value * 60))
    if unit == "count":
        return f"{value:,}"
    return str(value)

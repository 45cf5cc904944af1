"""How the amount of a line was computed, in words: nobody has to believe a figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import money


def explain(code: str, params: Mapping[str, Any], days: int | None = None, of_days: int | None = None) -> str:
    """ "¥1,200,000.00 × 258 / 365 days" of a part of a term; '' where the line says it all itself."""
    if code == "incremental_fee":
        return explain_segment(params)
    if code == "adjustment":
        return _("Computed again with the usage that was reported later, less what was billed for that month before.")
    if days is not None and of_days is not None and "price" in params:
        return _("%(price)s × %(days)s / %(of_days)s days") % {
            "price": money.shown(Decimal(params["price"])),
            "days": days,
            "of_days": of_days,
        }
    return ""


def explain_segment(facts: Mapping[str, Any]) -> str:
    """A settled segment: amounts as text under `usage`, `gross` and `included`, the count under `days`."""
    sentence = ngettext(
        "Usage of %(usage)s on %(days)s day: fee %(gross)s, less %(included)s that the plan includes",
        "Usage of %(usage)s on %(days)s days: fee %(gross)s, less %(included)s that the plan includes",
        int(facts["days"]),
    )
    amounts = {name: money.shown(Decimal(facts[name])) for name in ("usage", "gross", "included")}
    return sentence % (amounts | {"days": facts["days"]})

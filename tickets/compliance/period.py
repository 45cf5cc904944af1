"""The period and the breakdown that somebody asks compliance figures for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from common.beijing import Month, read_day
from common.problems import FieldErrors
from tickets.compliance.figures import KEYS

# Two years and a day: enough to hold one year against another.
LONGEST = timedelta(days=731)
DEFAULT_BY = "tier"
# Days around which there is room for a time zone and a day more.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True)
class Period:
    """Beijing days, both included, and one of figures.KEYS."""

    since: date
    until: date
    by: str


@dataclass(frozen=True)
class Choice:
    """A period that one click chooses."""

    name: str
    since: date
    until: date


def choices(today: date) -> list[Choice]:
    """What a person most often wants to see, until today where it has not ended."""
    month = Month.of(today)
    before = month.previous()
    quarter = Month(month.year, month.month - (month.month - 1) % 3)
    year = Month(month.year - 1, month.month).next()
    return [
        Choice(_("This month"), month.first_day, today),
        Choice(_("Last month"), before.first_day, before.last_day),
        Choice(_("This quarter"), quarter.first_day, today),
        Choice(_("Twelve months"), year.first_day, today),
    ]


def asked(params: Mapping[str, str], *, today: date) -> Period:
    """`from`, `to` and `by` of a query; without them this month until today, by tier. Raises FieldErrors."""
    errors: dict[str, list[str]] = {}
    until = _day(params, "to", today, errors)
    since = _day(params, "from", until.replace(day=1), errors)
    by = params.get("by", "").strip() or DEFAULT_BY
    if by not in KEYS:
        errors["by"] = [_("This is not one of: %(codes)s.") % {"codes": ", ".join(KEYS)}]
    if not errors and since > until:
        errors["from"] = [_("The first day is after the last.")]
    if not errors and until - since > LONGEST:
        errors["from"] = [_("Ask for at most two years.")]
    if errors:
        raise FieldErrors(errors)
    return Period(since, until, by)


def _day(params: Mapping[str, str], name: str, default: date, errors: dict[str, list[str]]) -> date:
    value = params.get(name, "").strip()
    if not value:
        return default
    try:
        return min(max(read_day(value), _FIRST_DAY), _LAST_DAY)
    except ValueError:
        errors[name] = [_("Write the day as YYYY-MM-DD.")]
        return default
